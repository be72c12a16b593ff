/** What logout does. */
import type { Context } from '../../context.ts'
import { changeFiles } from '../../profile/files/change-files.ts'
import { inFolder, type Paths } from '../../profile/paths.ts'
import { tryResolveSource } from '../../profile/resolve.ts'
import { removeSession } from '../../profile/setup/setup-plan.ts'
import type { ProfileFiles } from '../../profile/values.ts'
import { cacheFileName, cacheFileNameFor } from '../model/session.ts'
import { removeSessionsFromBackups } from './clean-backups.ts'
import { storedSessions, type StoredSession } from './inventory.ts'
import { isCacheFileName, removeSessionFiles, type SessionFiles } from './session-files.ts'
import { readInventory, removeCacheLeftovers } from './store.ts'
import { isUseless } from './sweep.ts'
import { removeNotes } from './written-notes.ts'

export interface RemovedSessions {
  readonly sessions: readonly StoredSession[]
  /** How many files of the cache that no command could use. */
  readonly unusable: number
  /** Paths of the backups that had sessions. */
  readonly backups: readonly string[]
  /** Paths of other credentials files that have sessions of this cache; they stay as they are. */
  readonly elsewhere: readonly string[]
}

/**
 * Removes the sessions of a profile, or all of them, from the credentials file, its backups and the cache. `known` is
 * what the command has read. Throws a Failure.
 */
export async function removeSessions(
  context: Context,
  paths: Paths,
  known: ProfileFiles,
  requested: string | undefined,
): Promise<RemovedSessions> {
  const isRequested = ({ profile, source }: Pick<StoredSession, 'profile' | 'source'>): boolean =>
    requested === undefined || [profile, source].includes(requested)
  let backups: string[] = []
  let elsewhere: string[] = []
  const { plan } = await changeFiles(context, paths, {
    known,
    plan: async (files) => {
      const inventory = await readInventory(context, paths)
      const sessions = storedSessions(files, inventory, context.now()).filter(isRequested)
      const written = sessions.filter(({ inCredentials }) => inCredentials)
      const edits = written.flatMap(({ profile }) => removeSession(files, 'credentials', profile))
      return { files, inventory, sessions, credentials: edits }
    },
    after: async ({ inventory }, { credentials }) => {
      const { changed, texts } = await removeSessionsFromBackups(
        context,
        paths,
        inventory,
        isRequested,
      )
      const others = await removeNotes(context, paths, inventory.written, [credentials, ...texts])
      backups = changed
      const ofProfile = others.filter(({ profile }) => isRequested({ profile, source: profile }))
      elsewhere = [...new Set(ofProfile.map((note) => note.credentials))]
    },
  })
  const { files, inventory, sessions } = plan
  const matches =
    requested === undefined ? mayHoldSession : isOfProfile(context, files, sessions, requested)
  const removed = await removeSessionFiles(context, paths, matches)
  await context.files.sweepBeside(paths.credentials)
  await removeCacheLeftovers(context, paths)
  if (requested === undefined) await removeOtherFiles(context, paths)
  const usable = new Set(inventory.cached.map(cacheFileName))
  const unusable = removed.filter(({ name }) => !usable.has(name)).length
  return { sessions, unusable, backups, elsewhere }
}

function isOfProfile(
  { env }: Context,
  files: ProfileFiles,
  sessions: readonly StoredSession[],
  profile: string,
) {
  const ids = new Set(sessions.map(({ entry }) => entry?.accessKeyId))
  // What commands look at for this profile goes, whatever is in it.
  const names = [env, {}].flatMap((each) => cacheFileOf(files, each, profile) ?? [])
  return ({ name, entry }: SessionFiles): boolean =>
    names.includes(name) || entry?.profile === profile || ids.has(entry?.accessKeyId ?? '')
}

function cacheFileOf(
  files: ProfileFiles,
  env: Context['env'],
  profile: string,
): string | undefined {
  const source = tryResolveSource(files, env, { profile })
  if (source?.serialNumber === undefined) return undefined
  return cacheFileNameFor(source.accessKeyId, source.serialNumber, source.roles)
}

/** Whatever has the name of a session need not be readable; what has another name may be the file of another tool. */
function mayHoldSession({ name, text = '' }: SessionFiles): boolean {
  return isCacheFileName(name) || /secretAccessKey|sessionToken|"sealed"/.test(text)
}

/** Notes for waiting processes, and indexes, which lead to no session now. */
async function removeOtherFiles(context: Context, paths: Paths): Promise<void> {
  for (const name of await context.files.list(paths.cache)) {
    const path = inFolder(context, paths.cache, name)
    const isNote = /^[\da-f]{40}\.(failed|next)$/.test(name)
    if (isNote || (await isUseless(context, paths, path))) await context.files.remove(path)
  }
}
