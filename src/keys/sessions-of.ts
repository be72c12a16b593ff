import { sessionChanges } from '../profile/target.ts'
import { removeKeys } from '../profile/setup/setup-plan.ts'
import { editFile } from '../profile/files/edit-file.ts'
import { readProfileFiles } from '../profile/files/snapshot.ts'
import { wantsEncryption } from '../session/cache/encryption-setting.ts'
import { removeCached, listCached } from '../session/cache/store.ts'
import { storedSessions } from '../session/cache/inventory.ts'
import { createDecrypter } from '../session/cache/decrypt-cached.ts'
import type { CacheEntry } from '../session/model/session.ts'
import type { RotationWork } from './work.ts'

/** Takes the sessions of a key out of the cache. */
export async function removeSessionsOf(
  { context, paths }: RotationWork,
  accessKeyId: string,
): Promise<void> {
  for (const session of await listCached(context, paths)) {
    if (session.sourceAccessKeyId === accessKeyId) await removeCached(context, paths, session)
  }
}

/** Profiles that hold the old key's MFA session get the new key's, or none where sessions are to be encrypted. */
export async function replaceSessions(
  work: RotationWork,
  oldKeyId: string,
  newKeyId: string,
): Promise<void> {
  const { context, paths, source } = work
  const cached = await listCached(context, paths)
  const isUsers = ({ roles = [] }: CacheEntry): boolean => roles.length === 0
  const files = await readProfileFiles(context, paths)
  const stale = storedSessions(files, cached, context.now()).filter(
    ({ inCredentials, cached: origin }) =>
      inCredentials && origin?.sourceAccessKeyId === oldKeyId && isUsers(origin),
  )
  const fresh = cached.find((each) => each.sourceAccessKeyId === newKeyId && isUsers(each))
  if (fresh === undefined) return
  const session = wantsEncryption(context.env, source)
    ? undefined
    : await createDecrypter(context, paths, false)(fresh)
  await editFile(
    context,
    paths.credentials,
    'credentials',
    stale.flatMap(({ profile }) =>
      session === undefined
        ? removeKeys(files, 'credentials', profile)
        : [{ profile, change: sessionChanges(session) }],
    ),
  )
}
