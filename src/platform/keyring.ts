/** Secret Service on Linux, Keychain on macOS, Credential Manager on Windows. The native module loads on first use. */
import type { AsyncEntry } from '@napi-rs/keyring'
import type { Keyring } from '../context.ts'
import { Failure, THIS_COMMAND } from '../failure.ts'

const SERVICE = 'mfa-login'

export const keyring: Keyring = {
  read: async (account) =>
    withEntry(account, async (entry) => (await entry.getPassword()) ?? undefined),
  write: async (account, secret) => withEntry(account, async (entry) => entry.setPassword(secret)),
  remove: async (account) => {
    await withEntry(account, async (entry) => entry.deletePassword())
  },
}

async function withEntry<T>(account: string, use: (entry: AsyncEntry) => Promise<T>): Promise<T> {
  const { AsyncEntry } = await import('@napi-rs/keyring').catch((error: unknown) => {
    const reason = `no build of @napi-rs/keyring loads here (${firstLine(error)})`
    throw unusable(reason, error, 'install mfa-login with npm, which brings one for most systems')
  })
  try {
    // The default falls back to the kernel's keyring, which a restart empties.
    return await use(new AsyncEntry(SERVICE, account, { linux: { store: 'secret-service' } }))
  } catch (error) {
    throw toFailure(error)
  }
}

/** The package reports no codes; the texts are those of the errors of the Rust crate keyring-core. */
function toFailure(error: unknown): Failure {
  const text = firstLine(error)
  if (!text.startsWith("Couldn't access platform storage")) return noKeyring(text, error)
  return new Failure(
    'files',
    `The keyring is locked, or did not let mfa-login in: ${text}.`,
    `unlock it, perhaps in your desktop session, then: ${THIS_COMMAND}`,
    { cause: error },
  )
}

function noKeyring(text: string, error: unknown): Failure {
  if (process.platform !== 'linux' || !/DBus|D-Bus/.test(text)) return unusable(text, error)
  // What the library says of D-Bus is for `--debug`.
  const cause = new Failure('files', text, undefined, { cause: error })
  return unusable('no Secret Service is running', cause)
}

const HINTS: Readonly<Record<string, string>> = {
  linux: 'run it in a session with a Secret Service, such as GNOME Keyring or KWallet',
}

function unusable(reason: string, cause: unknown, hint = HINTS[process.platform]): Failure {
  return new Failure('files', `There is no keyring to use here: ${reason}.`, hint, { cause })
}

function firstLine(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
  return line.trim().replace(/\.$/, '')
}
