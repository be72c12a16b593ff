import type { Context } from '../../context.ts'
import { inFolder, type Paths } from '../../profile/paths.ts'
import { parseCacheEntry, type CacheEntry } from '../model/session.ts'
import { answerPath } from '../model/answer-file.ts'
import { readCacheFile } from './store.ts'

/** `NAME.json` and `NAME.answer`; the first may be missing, damaged or of another version. */
export interface SessionFiles {
  /** Of the first. */
  readonly name: string
  /** Undefined if it is missing, empty where it is no text. */
  readonly text: string | undefined
  readonly entry: CacheEntry | undefined
}

/**
 * Removes sessions from the cache, each under its lock, if `isToGo` still says so there: another process may have
 * stored a new one. Returns what it removed.
 */
export async function removeSessionFiles(
  context: Context,
  { cache }: Paths,
  isToGo: (files: SessionFiles) => boolean,
  { names, skipsLocked = false }: { names?: readonly string[]; skipsLocked?: boolean } = {},
): Promise<SessionFiles[]> {
  const removed: SessionFiles[] = []
  const all = names ?? (await context.files.list(cache))
  const wait = skipsLocked ? { early: async () => Promise.resolve('skipped') } : {}
  const sessions = all.flatMap((name) => /^(.+)\.(?:json|answer)$/.exec(name)?.[1] ?? [])
  for (const name of new Set(sessions.map((each) => `${each}.json`))) {
    const path = inFolder(context, cache, name)
    const read = async (): Promise<SessionFiles> => {
      const text = await readCacheFile(context, path)
      return { name, text, entry: parseCacheEntry(text) }
    }
    if (!isToGo(await read())) continue
    const removeIt = async (): Promise<string> => {
      const files = await read()
      if (!isToGo(files)) return 'kept'
      // First: alone it would hold the session until the next sweep.
      await context.files.remove(answerPath(path))
      await context.files.remove(path)
      removed.push(files)
      return 'removed'
    }
    await context.files.withLock(path, removeIt, wait)
  }
  return removed
}

/** Whether `cacheFileName` can have made it: MFA_LOGIN_CACHE_DIR may have files of others too. */
export function isCacheFileName(name: string): boolean {
  return /^[\da-f]{40}\.json$/.test(name)
}
