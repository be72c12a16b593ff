import { command } from '../command.ts'
import type { Context } from '../context.ts'
import { Failure } from '../failure.ts'
import { PROFILE } from '../options.ts'
import { pathsOf, type Paths } from '../profile/paths.ts'
import { requestedProfile, tryResolveSource } from '../profile/resolve.ts'
import { removeSession } from '../profile/setup/setup-plan.ts'
import { changeFiles } from '../profile/files/change-files.ts'
import { readProfileFiles } from '../profile/files/snapshot.ts'
import type { ProfileFiles } from '../profile/values.ts'
import { isEncryptionConfigured } from '../session/cache/encryption-setting.ts'
import { deleteEncryptionKey, hasEncryptionKeyNote } from '../session/cache/encryption-key.ts'
import { removeSessionsFromBackups } from '../session/cache/clean-backups.ts'
import { storedSessions, type Inventory, type StoredSession } from '../session/cache/inventory.ts'
import {
  isCacheFileName,
  removeSessionFiles,
  type SessionFiles,
} from '../session/cache/session-files.ts'
import { readInventory, removeCacheLeftovers } from '../session/cache/store.ts'
import { removeNotes } from '../session/cache/written-notes.ts'
import { cacheFileName, cacheFileNameFor } from '../session/model/session.ts'

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
    const inventory = await readInventory(context, paths)
    const logout = { context, paths, files, inventory, requested }
    const sessions = storedSessions(files, inventory, context.now()).filter(isRequested(requested))
    const after = await removeFromCredentials(logout)
    const unusable = await removeFromCache(logout, sessions)
    await context.files.sweepBeside(paths.credentials)
    await removeCacheLeftovers(context, paths)
    const backups = await removeSessionsFromBackups(
      context,
      paths,
      inventory,
      isRequested(requested),
    )
    await removeNotes(context, paths, inventory.written, [after, ...backups.texts])
    if (all) await removeKey(logout, sessions)
    report(logout, { sessions, unusable, backups: backups.changed })
    return 'ok'
  },
})

interface Logout {
  readonly context: Context
  readonly paths: Paths
  readonly files: ProfileFiles
  readonly inventory: Inventory
  /** Undefined for all. */
  readonly requested: string | undefined
}

function isRequested(requested: string | undefined) {
  return ({ profile, source }: Pick<StoredSession, 'profile' | 'source'>): boolean =>
    requested === undefined || [profile, source].includes(requested)
}

/** Returns the text afterwards. */
async function removeFromCredentials(logout: Logout): Promise<string> {
  const { context, paths, files, inventory, requested } = logout
  const { texts } = await changeFiles(context, paths, {
    known: files,
    plan: (current) => ({
      credentials: storedSessions(current, inventory, context.now())
        .filter((session) => session.inCredentials && isRequested(requested)(session))
        .flatMap(({ profile }) => removeSession(current, 'credentials', profile)),
    }),
  })
  return texts.credentials
}

/** Returns how many files that no command could use went too. */
async function removeFromCache(
  { context, paths, files, inventory, requested }: Logout,
  sessions: readonly StoredSession[],
): Promise<number> {
  const ids = new Set(sessions.map(({ entry }) => entry?.accessKeyId))
  const names = requested === undefined ? [] : cacheFilesOf(context, files, requested)
  const removed = await removeSessionFiles(context, paths, (each) => {
    if (requested === undefined) return mayHoldSession(each)
    const { name, entry } = each
    return names.includes(name) || entry?.profile === requested || ids.has(entry?.accessKeyId ?? '')
  })
  if (requested === undefined) await removeOtherFiles(context, paths)
  const usable = new Set(inventory.cached.map(cacheFileName))
  return removed.filter(({ name }) => !usable.has(name)).length
}

/** The files that commands look at for a profile, whatever is in them. */
function cacheFilesOf({ env }: Context, files: ProfileFiles, profile: string): string[] {
  return [env, {}].flatMap((each) => {
    const source = tryResolveSource(files, each, { profile })
    const { accessKeyId, serialNumber, roles } = source ?? {}
    return accessKeyId === undefined || serialNumber === undefined
      ? []
      : [cacheFileNameFor(accessKeyId, serialNumber, roles)]
  })
}

/** Whatever has the name of a session need not be readable; what has another name may be the file of another tool. */
function mayHoldSession({ name, text = '' }: SessionFiles): boolean {
  return isCacheFileName(name) || text === '' || /secretAccessKey|sessionToken|"sealed"/.test(text)
}

function report(
  { context, requested }: Logout,
  {
    sessions,
    unusable,
    backups,
  }: { sessions: readonly StoredSession[]; unusable: number; backups: readonly string[] },
): void {
  if (unusable > 0) {
    const count = unusable === 1 ? '1 file' : `${unusable} files`
    context.info(`Out of the cache too: ${count} that no command could use.`)
  }
  if (backups.length > 0) context.info(`Out of backups too: ${backups.join(', ')}`)
  const names = [...new Set(sessions.map(({ profile }) => profile))].join(', ')
  if (sessions.length > 0) context.info(`Logged out of ${names}.`)
  else if (unusable + backups.length === 0)
    context.info(`There is no session${requested === undefined ? '' : ` of profile ${requested}`}.`)
}

/** Without the key, copies of the encrypted cache, as in a backup, are useless. */
async function removeKey(
  { context, paths, files }: Logout,
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

/** Notes for waiting processes, and the index of the fast path, a `.shortcut` in version 0.1. */
async function removeOtherFiles(context: Context, { cache }: Paths): Promise<void> {
  const names = await context.files.list(cache)
  for (const name of names.filter((file) => /\.(failed|next|index|shortcut)$/.test(file))) {
    await context.files.remove(`${cache}/${name}`)
  }
}
