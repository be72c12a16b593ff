import { sessionChanges } from '../profile/target.ts'
import { editFile, readProfileFiles } from '../profile/write.ts'
import { forgetCached, listCached } from '../session/cache.ts'
import { heldSessions } from '../session/inventory.ts'
import type { CachedSession } from '../session/session.ts'
import type { Work } from './work.ts'

/** Takes the sessions of a key out of the cache. */
export async function forgetSessions({ context, paths }: Work, accessKeyId: string): Promise<void> {
  for (const session of await listCached(context, paths)) {
    if (session.sourceAccessKeyId === accessKeyId) await forgetCached(context, paths, session)
  }
}

/** Profiles that hold the old key's MFA session get the new key's. */
export async function replaceSessions(
  { context, paths }: Work,
  oldKeyId: string,
  newKeyId: string,
): Promise<void> {
  const cached = await listCached(context, paths)
  const isUsers = ({ roles = [] }: CachedSession): boolean => roles.length === 0
  const fresh = cached.find((each) => each.sourceAccessKeyId === newKeyId && isUsers(each))
  const files = await readProfileFiles(context, paths)
  const stale = heldSessions(files, cached, context.now()).filter(
    ({ inCredentials, cached: origin }) =>
      inCredentials && origin?.sourceAccessKeyId === oldKeyId && isUsers(origin),
  )
  if (fresh === undefined) return
  await editFile(
    context,
    paths.credentials,
    'credentials',
    stale.map(({ profile }) => ({ profile, change: sessionChanges(fresh) })),
  )
}
