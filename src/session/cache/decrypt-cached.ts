import type { Context } from '../../context.ts'
import { Failure } from '../../failure.ts'
import type { Paths } from '../../profile/paths.ts'
import { encryptCached } from './store.ts'
import { readEncryptionKey, clearKnownKey, knownEncryptionKey } from './encryption-key.ts'
import { decryptSession, type CachedFile, type EncryptedSession } from './encryption.ts'
import { cacheFileName, type CachedSession } from '../model/session.ts'

/**
 * Decrypts cache files, and encrypts those in plain text where they must be encrypted. A session that cannot
 * be decrypted counts as none, which is reported once. Where sessions must be encrypted, a keyring that does
 * not answer is a Failure instead: no new session could be stored either.
 */
export function createDecrypter(context: Context, paths: Paths, mustEncrypt: boolean) {
  let isReported = false
  // A waiting process looks many times a second, and a locked keyring may ask a person each time.
  const failed = new Set<string>()
  const reportFailed = ({ sealed, profile }: EncryptedSession, reason: string): void => {
    failed.add(sealed)
    if (!isReported) context.info(`The cached session of ${profile} is ignored: ${reason}`)
    isReported = true
  }
  return async (cached: CachedFile): Promise<CachedSession | undefined> => {
    if (cached.version === 1) {
      // It was stored before encryption was turned on.
      if (mustEncrypt) await encryptCached(context, paths, cached)
      return cached
    }
    if (failed.has(cached.sealed)) return undefined
    try {
      const session = await decryptWithKeyring(context, cached)
      if (typeof session === 'object') return session
      reportFailed(cached, session)
    } catch (error) {
      if (mustEncrypt || !(error instanceof Failure)) throw error
      reportFailed(cached, `it is encrypted. ${error.message}`)
    }
    return undefined
  }
}

/** The session, or why there is none. Throws the keyring's Failure. */
async function decryptWithKeyring(
  context: Context,
  cached: EncryptedSession,
): Promise<CachedSession | string> {
  const name = cacheFileName(cached)
  const knownKey = knownEncryptionKey(context)
  const session = knownKey && decryptSession(cached, name, knownKey)
  if (session !== undefined) return session
  // Another process may have created a new key since.
  clearKnownKey(context)
  const key = await readEncryptionKey(context)
  if (key === undefined) return 'the keyring has no key for it.'
  return decryptSession(cached, name, key) ?? 'the key in the keyring cannot decrypt it.'
}
