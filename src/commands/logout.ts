import { command } from '../command.ts'
import type { Context } from '../context.ts'
import { Failure } from '../failure.ts'
import { JSON_OUTPUT, NAMED_PROFILE } from '../options.ts'
import { printJson } from '../print-json.ts'
import { pathsOf, type Paths } from '../profile/paths.ts'
import { pickProfile } from '../profile/pick-profile.ts'
import { requestedProfile } from '../profile/resolve.ts'
import { readProfileFiles } from '../profile/files/snapshot.ts'
import { refuseUnknownProfile } from '../profile/known-profile.ts'
import type { ProfileFiles } from '../profile/values.ts'
import { isEncryptionConfigured } from '../session/cache/encryption-setting.ts'
import { deleteEncryptionKey, hasEncryptionKeyNote } from '../session/cache/encryption-key.ts'
import { storedSessions } from '../session/cache/inventory.ts'
import { readInventory } from '../session/cache/store.ts'
import { removeSessions, type RemovedSessions } from '../session/cache/remove-sessions.ts'
import { presentSessionVariables, profileOfSession } from '../credential-variables.ts'
import { settingsOfEarlierEnv } from '../session/model/setting-variables.ts'
import { commandWith, unsetVariables } from '../shell/syntax.ts'

const CREDENTIALS_FILE = 'AWS_SHARED_CREDENTIALS_FILE'

export default command({
  about:
    'Removes sessions from the credentials file, its backups and the cache. AWS still accepts a session that ' +
    'was copied elsewhere, until it expires. Long-term keys stay.',
  options: {
    profile: NAMED_PROFILE,
    all: {
      about: 'all sessions of mfa-login, and the key of encrypted sessions from the keyring',
      conflicts: ['profile'],
    },
    json: JSON_OUTPUT,
  },
  examples: [
    ['mfa-login logout', 'the session of the default profile'],
    ['mfa-login logout --all', 'before you give the machine away'],
  ],
  run: async ({ profile, all, json }, context) => {
    const paths = pathsOf(context)
    const files = await readProfileFiles(context, paths)
    const requested = all ? undefined : await requestedOrPicked(context, paths, files, profile)
    const removed = await removeSessions(context, paths, files, requested)
    if (all) await removeKey(context, paths, files, removed)
    // It may be a typing error, and a session of the one that was meant stays.
    if (profile !== undefined && isNothing(removed))
      refuseUnknownProfile(files, context.env, profile)
    report(context, removed, profile)
    reportShell(context, removed)
    if (json) printJson(context, toJson(removed))
    return 'ok'
  },
})

/** Where none is named, a person chooses among the profiles that have a session. */
async function requestedOrPicked(
  context: Context,
  paths: Paths,
  files: ProfileFiles,
  profile: string | undefined,
): Promise<string> {
  if (profile !== undefined) return profile
  const sessions = storedSessions(files, await readInventory(context, paths), context.now())
  const sources = [...new Set(sessions.map(({ source }) => source))].sort()
  return requestedProfile(await pickProfile(context, () => sources), context.env)
}

function isNothing({ sessions, unusable, backups }: RemovedSessions): boolean {
  return sessions.length + unusable + backups.length === 0
}

function toJson({ sessions, backups, elsewhere }: RemovedSessions) {
  return {
    sessions: sessions.map(({ profile, source }) => ({ profile, source })),
    backups,
    elsewhere,
  }
}

function report(
  context: Context,
  { sessions, unusable, backups, elsewhere }: RemovedSessions,
  requested: string | undefined,
): void {
  const names = [...new Set(sessions.map(({ profile }) => profile))].join(', ')
  if (sessions.length > 0) context.info(`Logged out of ${names}.`)
  else if (unusable + backups.length === 0)
    context.info(`There is no session${requested === undefined ? '' : ` of profile ${requested}`}.`)
  if (unusable > 0) {
    const count = unusable === 1 ? '1 file' : `${unusable} files`
    context.info(`Also removed from the cache: ${count} that no command could use.`)
  }
  if (backups.length > 0) context.info(`Also removed from backups: ${backups.join(', ')}`)
  for (const path of elsewhere) {
    const command = commandWith(context, CREDENTIALS_FILE, path, 'mfa-login logout --all')
    context.info(`${path} still has a session. To remove it: ${command}`)
  }
}

/** A shell that was told of a session still names it. */
function reportShell(context: Context, { sessions }: RemovedSessions): void {
  const { env, inherited } = context
  const isGone = (name: string | undefined): boolean =>
    sessions.some(({ profile, source }) => name === profile || name === source)
  const held = isGone(profileOfSession(env))
    ? [...presentSessionVariables(env), ...settingsOfEarlierEnv(inherited)]
    : []
  const named = sessions.some(({ profile }) => profile === env.AWS_PROFILE) ? ['AWS_PROFILE'] : []
  const names = [...held, ...named]
  if (names.length === 0) return
  // The function of shell-init passes the shell, and can change it.
  const command =
    env.MFA_LOGIN_SHELL === undefined ? unsetVariables(context, names) : 'mfa-login use --none'
  context.info(`This shell still uses the removed session: ${command}`)
}

/** Without the key, copies of the encrypted cache, as in a backup, are useless. */
async function removeKey(
  context: Context,
  paths: Paths,
  files: ProfileFiles,
  { sessions }: RemovedSessions,
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
