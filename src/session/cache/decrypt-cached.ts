import type { Context } from '../../context.ts'
import { Failure } from '../../failure.ts'
import type { Paths } from '../../profile/paths.ts'
import { encryptCached } from './store.ts'
import { cacheKey, forgetRemembered, rememberedKey } from './encryption-key.ts'
import { unseal, type CachedFile, type SealedSession } from './encryption.ts'
import { nameOf, type CachedSession } from '../model/session.ts'

export type Open = (found: CachedFile) => Promise<CachedSession | undefined>

/**
 * Opens what the cache holds, and encrypts what is to be. A session that cannot be decrypted counts as
 * none, which is said once; but where sessions are to be encrypted, a keyring that gives nothing is a
 * Failure: no other session could be stored either.
 */
export function opener(context: Context, paths: Paths, mustEncrypt: boolean): Open {
  let isTold = false
  // Those who wait look many times a second, and a locked keyring may ask a person each time.
  const unopened = new Set<string>()
  const tell = (profile: string, why: string): void => {
    if (!isTold) context.say(`The cached session of ${profile} counts as none: ${why}`)
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
      const session = await unsealed(context, found)
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
async function unsealed(context: Context, found: SealedSession): Promise<CachedSession | string> {
  const name = nameOf(found)
  const remembered = rememberedKey(context)
  const session = remembered && unseal(found, name, remembered)
  if (session !== undefined) return session
  // Another process may have made a new key since.
  forgetRemembered(context)
  const key = await cacheKey(context)
  if (key === undefined) return 'the keyring has no key for it.'
  return unseal(found, name, key) ?? 'the key in the keyring does not decrypt it.'
}
