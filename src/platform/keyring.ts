/** Secret Service on Linux, Keychain on macOS, Credential Manager on Windows. The native module loads on first use. */
import type { AsyncEntry } from '@napi-rs/keyring'
import type { Keyring } from '../context.ts'
import { keyringFailure, noKeyring } from './keyring-failure.ts'

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
    const reason = `no build of @napi-rs/keyring can be loaded (${firstLine(error)})`
    throw noKeyring(reason, error, 'install mfa-login with npm, which brings one for most systems')
  })
  try {
    // The default falls back to the kernel's keyring, which a restart empties.
    return await use(new AsyncEntry(SERVICE, account, { linux: { store: 'secret-service' } }))
  } catch (error) {
    throw keyringFailure(firstLine(error), process.platform, error)
  }
}

function firstLine(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
  return line.trim().replace(/\.$/, '')
}
