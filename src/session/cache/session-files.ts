import type { Context } from '../../context.ts'
import type { Paths } from '../../profile/paths.ts'
import { parseCacheEntry, type CacheEntry } from '../model/session.ts'
import { answerPath } from '../model/answer-file.ts'
import { readCacheFile } from './store.ts'

/** `NAME.json` and `NAME.answer`; the first may be missing, damaged or of another version. */
export interface SessionFiles {
  /** Of the first. */
  readonly name: string
  /** Undefined where it is missing or no text. */
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
  names?: readonly string[],
): Promise<SessionFiles[]> {
  const removed: SessionFiles[] = []
  const all = names ?? (await context.files.list(cache))
  const sessions = all.flatMap((name) => /^(.+)\.(?:json|answer)$/.exec(name)?.[1] ?? [])
  for (const name of new Set(sessions.map((each) => `${each}.json`))) {
    const path = `${cache}/${name}`
    const read = async (): Promise<SessionFiles> => {
      const text = await readCacheFile(context, path)
      return { name, text, entry: parseCacheEntry(text) }
    }
    if (!isToGo(await read())) continue
    await context.files.withLock(path, async () => {
      const files = await read()
      if (!isToGo(files)) return
      // First: alone it would hold the session until the next sweep.
      await context.files.remove(answerPath(path))
      await context.files.remove(path)
      removed.push(files)
    })
  }
  return removed
}
