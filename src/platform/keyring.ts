/** Secret Service on Linux, Keychain on macOS, Credential Manager on Windows; loaded when it is asked. */
import type { AsyncEntry } from '@napi-rs/keyring'
import type { Keyring } from '../context.ts'
import { Failure } from '../failure.ts'

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
    const why = `no build of @napi-rs/keyring loads here (${firstLine(error)})`
    throw unusable(why, 'install mfa-login with npm, which brings one for most systems')
  })
  try {
    // Without this it would fall back to the kernel's keyring, which a restart empties.
    return await use(new AsyncEntry(SERVICE, account, { linux: { store: 'secret-service' } }))
  } catch (error) {
    throw failureOf(firstLine(error))
  }
}

/** The package has no codes; its words are those of the keyring-core crate's errors. */
function failureOf(words: string): Failure {
  if (!words.startsWith("Couldn't access platform storage")) {
    return unusable(words)
  }
  return new Failure(
    'files',
    `The keyring is locked, or did not let mfa-login in: ${words}.`,
    'unlock it and run this again; it may have to be done in your desktop session',
  )
}

const HINTS: Readonly<Record<string, string>> = {
  linux: 'run it in a session with a Secret Service, such as GNOME Keyring or KWallet',
}

function unusable(why: string, hint = HINTS[process.platform]): Failure {
  return new Failure('files', `There is no keyring to use here: ${why}.`, hint)
}

function firstLine(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
  return line.trim().replace(/\.$/, '')
}
