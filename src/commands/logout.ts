import { command } from '../command.ts'
import type { Context } from '../context.ts'
import { Failure } from '../failure.ts'
import { PROFILE } from '../options.ts'
import { pathsOf, type Paths } from '../profile/paths.ts'
import { requestedProfile } from '../profile/resolve.ts'
import { removeKeys } from '../profile/setup/setup-plan.ts'
import { editFile } from '../profile/files/edit-file.ts'
import { readProfileFiles } from '../profile/files/snapshot.ts'
import type { ProfileFiles } from '../profile/values.ts'
import { isEncryptionConfigured } from '../session/cache/encryption-setting.ts'
import { deleteEncryptionKey, hasEncryptionKeyNote } from '../session/cache/encryption-key.ts'
import { removeCached, listCached, removeCacheLeftovers } from '../session/cache/store.ts'
import { removeSessionsFromBackups } from '../session/cache/clean-backups.ts'
import { storedSessions, type StoredSession } from '../session/cache/inventory.ts'

export default command({
  about:
    'Removes sessions from the credentials file, its backups and the cache. AWS still accepts a session that\n' +
    'was copied elsewhere, until it expires. Long-term keys stay.',
  options: {
    profile: PROFILE,
    all: { about: 'all sessions of mfa-login', conflicts: ['profile'] },
  },
  examples: [
    ['mfa-login logout', 'the session of the default profile'],
    ['mfa-login logout --all', 'before you hand the machine over'],
  ],
  run: async ({ profile, all }, context) => {
    const paths = pathsOf(context)
    const files = await readProfileFiles(context, paths)
    const requested = all ? undefined : requestedProfile(profile, context.env)
    const cached = await listCached(context, paths)
    const sessions = storedSessions(files, cached, context.now()).filter(
      (session) => requested === undefined || [session.profile, session.source].includes(requested),
    )
    await removeSessions(context, paths, files, sessions)
    await context.files.sweepBeside(paths.credentials)
    await removeCacheLeftovers(context, paths)
    const backups = await removeSessionsFromBackups(context, paths, requested)
    if (all) {
      await removeNotes(context, paths)
      await removeKey(context, paths, files, sessions)
    }
    const names = [...new Set(sessions.map((session) => session.profile))].join(', ')
    const none = requested === undefined ? '' : ` of profile ${requested}`
    if (backups.length > 0) context.info(`Out of backups too: ${backups.join(', ')}`)
    context.info(sessions.length === 0 ? `There is no session${none}.` : `Logged out of ${names}.`)
    return 'ok'
  },
})

async function removeSessions(
  context: Context,
  paths: Paths,
  files: ProfileFiles,
  sessions: readonly StoredSession[],
): Promise<void> {
  const written = sessions.filter(({ inCredentials }) => inCredentials)
  await editFile(context, paths.credentials, 'credentials', (credentials) =>
    written.flatMap(({ profile }) => removeKeys({ ...files, credentials }, 'credentials', profile)),
  )
  for (const { cached } of sessions) {
    if (cached !== undefined) await removeCached(context, paths, cached)
  }
}

/** Without the key, copies of the encrypted cache, as in a backup, are useless. */
async function removeKey(
  context: Context,
  paths: Paths,
  files: ProfileFiles,
  sessions: readonly StoredSession[],
): Promise<void> {
  const isUsed =
    sessions.some(({ cached }) => cached?.version === 2) ||
    (await hasEncryptionKeyNote(context, paths))
  // Where the cache was deleted, its note is gone too.
  if (!isUsed && !isEncryptionConfigured(context.env, files)) return
  try {
    await deleteEncryptionKey(context, paths)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    const key = isUsed ? 'The key of the encrypted sessions' : 'Any key of encrypted sessions'
    context.info(`${key} stays in the keyring: ${error.message}`)
  }
}

/** Notes for waiting processes (failures, and which process is next), and the index of the fast path, a `.shortcut` in version 0.1. */
async function removeNotes(context: Context, { cache }: Paths): Promise<void> {
  const names = await context.files.list(cache)
  for (const name of names.filter((file) => /\.(failed|next|index|shortcut)$/.test(file))) {
    await context.files.remove(`${cache}/${name}`)
  }
}
