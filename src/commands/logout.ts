import { command, PROFILE } from '../command.ts'
import type { Context } from '../context.ts'
import { Failure, usageFailure } from '../failure.ts'
import { pathsOf, type Paths } from '../profile/paths.ts'
import { requestedProfile } from '../profile/resolve.ts'
import { removeKeys } from '../profile/setup/setup-plan.ts'
import { editFile } from '../profile/files/edit-file.ts'
import { readProfileFiles } from '../profile/files/snapshot.ts'
import { isEncryptionConfigured } from '../session/cache/encryption-setting.ts'
import { deleteEncryptionKey, hasEncryptionKeyNote } from '../session/cache/encryption-key.ts'
import { removeCached, listCached, removeCacheLeftovers } from '../session/cache/store.ts'
import { removeSessionsFromBackups } from '../session/cache/clean-backups.ts'
import { storedSessions, type StoredSession } from '../session/cache/inventory.ts'

export default command({
  about:
    'Forgets sessions: out of the credentials file, its backups and the cache. AWS keeps honouring a\n' +
    'session that was copied elsewhere until it expires. Long-term keys stay.',
  options: { profile: PROFILE, all: { about: 'every session of mfa-login' } },
  examples: [
    ['mfa-login logout', 'of the default profile'],
    ['mfa-login logout --all', 'before you hand the machine over'],
  ],
  parse: ({ profile, all = false }) => {
    if (all && profile !== undefined) {
      throw usageFailure('--all and --profile exclude each other.', 'mfa-login logout --help')
    }
    return { profile, all }
  },
  run: async ({ profile, all }, context) => {
    const paths = pathsOf(context)
    const asked = all ? undefined : requestedProfile(profile, context.env)
    const held = await sessionsOf(context, paths, asked)
    await forget(context, paths, held)
    await context.files.sweepBeside(paths.credentials)
    await removeCacheLeftovers(context, paths)
    const backups = await removeSessionsFromBackups(context, paths, asked)
    if (all) await forgetNotes(context, paths)
    if (all) await forgetKey(context, paths, held)
    const names = [...new Set(held.map((each) => each.profile))].join(', ')
    const none = asked === undefined ? '' : ` of profile ${asked}`
    if (backups.length > 0) context.info(`Out of backups too: ${backups.join(', ')}`)
    context.info(held.length === 0 ? `There is no session${none}.` : `Forgotten: ${names}.`)
    return 'ok'
  },
})

async function sessionsOf(
  context: Context,
  paths: Paths,
  asked: string | undefined,
): Promise<StoredSession[]> {
  const files = await readProfileFiles(context, paths)
  const all = storedSessions(files, await listCached(context, paths), context.now())
  return all.filter(
    ({ profile, source }) => asked === undefined || [profile, source].includes(asked),
  )
}

async function forget(
  context: Context,
  paths: Paths,
  sessions: readonly StoredSession[],
): Promise<void> {
  const files = await readProfileFiles(context, paths)
  const edits = sessions
    .filter(({ inCredentials }) => inCredentials)
    .flatMap(({ profile }) => removeKeys(files, 'credentials', profile))
  await editFile(context, paths.credentials, 'credentials', edits)
  for (const { cached } of sessions) {
    if (cached !== undefined) await removeCached(context, paths, cached)
  }
}

/** Without its key a copy of the cache, as in a backup, is of no use. */
async function forgetKey(
  context: Context,
  paths: Paths,
  held: readonly StoredSession[],
): Promise<void> {
  const isUsed =
    held.some(({ cached }) => cached?.version === 2) || (await hasEncryptionKeyNote(context, paths))
  // The note may have gone with the cache.
  if (!isUsed && !isEncryptionConfigured(context.env, await readProfileFiles(context, paths)))
    return
  try {
    await deleteEncryptionKey(context, paths)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    const key = isUsed ? 'The key of the encrypted sessions' : 'Any key of encrypted sessions'
    context.info(`${key} stays in the keyring: ${error.message}`)
  }
}

/** What is noted for those who wait: failures, and who is on the way. */
async function forgetNotes(context: Context, { cache }: Paths): Promise<void> {
  const names = await context.files.list(cache)
  for (const name of names.filter((each) => /\.(failed|next)$/.test(each))) {
    await context.files.remove(`${cache}/${name}`)
  }
}
