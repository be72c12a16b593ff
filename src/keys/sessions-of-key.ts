import { editFile } from '../profile/files/edit-file.ts'
import { readProfileFiles } from '../profile/files/snapshot.ts'
import { removeKeys } from '../profile/setup/setup-plan.ts'
import { sessionChanges } from '../profile/target.ts'
import { createDecrypter } from '../session/cache/decrypt-cached.ts'
import { wantsEncryption } from '../session/cache/encryption-setting.ts'
import { storedSessions } from '../session/cache/inventory.ts'
import { listCached, removeCached } from '../session/cache/store.ts'
import type { CacheEntry } from '../session/model/session.ts'
import type { Rotation } from './rotation.ts'

/** Removes the sessions of a key from the cache. */
export async function removeCachedSessions(
  { context, paths }: Rotation,
  accessKeyId: string,
): Promise<void> {
  for (const session of await listCached(context, paths)) {
    if (session.sourceAccessKeyId === accessKeyId) await removeCached(context, paths, session)
  }
}

/**
 * Replaces the old key's MFA session in the credentials file by the new key's. Removes it instead if sessions
 * are to be encrypted, as the file cannot be.
 */
export async function replaceStoredSessions(
  { context, paths, source }: Rotation,
  oldKeyId: string,
  newKeyId: string,
): Promise<void> {
  const cached = await listCached(context, paths)
  const files = await readProfileFiles(context, paths)
  const stale = storedSessions(files, cached, context.now()).filter(
    ({ inCredentials, cached: entry }) =>
      inCredentials && entry?.sourceAccessKeyId === oldKeyId && isUserSession(entry),
  )
  const fresh = cached.find((each) => each.sourceAccessKeyId === newKeyId && isUserSession(each))
  if (fresh === undefined) return
  const session = wantsEncryption(context.env, source)
    ? undefined
    : await createDecrypter(context, paths, false)(fresh)
  const edits = stale.flatMap(({ profile }) =>
    session === undefined
      ? removeKeys(files, 'credentials', profile)
      : [{ profile, change: sessionChanges(session) }],
  )
  await editFile(context, paths.credentials, 'credentials', edits)
}

/** Not a session of a role. */
function isUserSession({ roles = [] }: CacheEntry): boolean {
  return roles.length === 0
}
