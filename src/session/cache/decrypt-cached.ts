import type { Context } from '../../context.ts'
import { Failure } from '../../failure.ts'
import type { Paths } from '../../profile/paths.ts'
import { encryptCached } from './store.ts'
import { readEncryptionKey, clearKnownKey, knownEncryptionKey } from './encryption-key.ts'
import { decryptSession, type CachedFile, type EncryptedSession } from './encryption.ts'
import { cacheFileName, type CachedSession } from '../model/session.ts'

export type DecryptCached = (found: CachedFile) => Promise<CachedSession | undefined>

/**
 * Opens what the cache holds, and encrypts what is to be. A session that cannot be decrypted counts as
 * none, which is said once; but where sessions are to be encrypted, a keyring that gives nothing is a
 * Failure: no other session could be stored either.
 */
export function createDecrypter(
  context: Context,
  paths: Paths,
  mustEncrypt: boolean,
): DecryptCached {
  let isTold = false
  // Those who wait look many times a second, and a locked keyring may ask a person each time.
  const unopened = new Set<string>()
  const tell = (profile: string, why: string): void => {
    if (!isTold) context.info(`The cached session of ${profile} counts as none: ${why}`)
    isTold = true
  }
  return async (found) => {
    if (found.version === 1) {
      // From before it was asked for.
      if (mustEncrypt) await encryptCached(context, paths, found)
      return found
    }
    if (unopened.has(found.sealed)) return undefined
    try {
      const session = await decryptWithKeyring(context, found)
      if (typeof session === 'object') return session
      unopened.add(found.sealed)
      tell(found.profile, session)
      return undefined
    } catch (error) {
      if (mustEncrypt || !(error instanceof Failure)) throw error
      unopened.add(found.sealed)
      tell(found.profile, `it is encrypted. ${error.message}`)
      return undefined
    }
  }
}

/** The session, or why there is none. Throws the keyring's Failure. */
async function decryptWithKeyring(
  context: Context,
  found: EncryptedSession,
): Promise<CachedSession | string> {
  const name = cacheFileName(found)
  const remembered = knownEncryptionKey(context)
  const session = remembered && decryptSession(found, name, remembered)
  if (session !== undefined) return session
  // Another process may have made a new key since.
  clearKnownKey(context)
  const key = await readEncryptionKey(context)
  if (key === undefined) return 'the keyring has no key for it.'
  return decryptSession(found, name, key) ?? 'the key in the keyring does not decrypt it.'
}
