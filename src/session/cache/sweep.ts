import type { Context } from '../../context.ts'
import { inFolder, type Paths } from '../../profile/paths.ts'
import { isExpired, timeLeft } from '../model/freshness.ts'
import { parseWrittenNote, WRITTEN } from './inventory.ts'
import { isCacheFileName, removeSessionFiles, type SessionFiles } from './session-files.ts'
import { readCacheFile, readJson } from './store.ts'

/** Files that one sweep looks at: of more, each sweep takes others. */
const LOOKS = 60
/** Milliseconds that notes stay longer than they count: a clock may be wrong. */
const NOTE_MS = 24 * 3_600_000

/**
 * Removes what is of no use any more from the cache: sessions that have ended with their answers, indexes that lead to
 * no session, and notes. Keeps the notes of sent codes, which nothing locks. Looks at a few files only.
 */
export async function sweepCache(context: Context, paths: Paths): Promise<void> {
  const all = await context.files.list(paths.cache)
  const from = context.now() % Math.max(1, all.length)
  const names = [...all.slice(from), ...all.slice(0, from)].slice(0, LOOKS)
  const isOver = (files: SessionFiles): boolean =>
    files.entry === undefined
      ? files.text === undefined && isCacheFileName(files.name)
      : isExpired(files.entry.expiration, context.now())
  await removeSessionFiles(context, paths, isOver, { names, skipsLocked: true })
  for (const name of names) {
    const path = inFolder(context, paths.cache, name)
    if (await isUseless(context, paths, path)) await context.files.remove(path)
  }
}

/** The same, where a session is worth more than a clean cache. */
export async function sweepInPassing(context: Context, paths: Paths): Promise<void> {
  try {
    await sweepCache(context, paths)
  } catch (error) {
    context.debug.log(`the cache is not swept: ${String(error)}`)
  }
}

/** Of an index, `.shortcut` in version 0.1, a `.failed` or a `.written` note: `MFA_LOGIN_CACHE_DIR` may have others. */
export async function isUseless(context: Context, paths: Paths, path: string): Promise<boolean> {
  const [ending = ''] = /\.[a-z]+$/.exec(path) ?? []
  if (!['.index', '.shortcut', '.failed', WRITTEN].includes(ending)) return false
  const text = (await readCacheFile(context, path)) ?? ''
  if (ending === WRITTEN) return isOfEndedSession(context, text)
  if (ending === '.failed') {
    const { at = context.now() } = (readJson(text) ?? {}) as { readonly at?: number }
    return Math.abs(context.now() - at) > NOTE_MS
  }
  const [session] = /[\da-f]{40}\.json/.exec(text) ?? []
  const sessionPath = inFolder(context, paths.cache, session ?? '')
  return session !== undefined && !(await context.files.exists(sessionPath))
}

/** As long as the session is in the credentials file, `status` and `logout` need the note. */
async function isOfEndedSession(context: Context, text: string): Promise<boolean> {
  const note = parseWrittenNote(text)
  if (note === undefined || timeLeft(note.expiration, context.now()) > -NOTE_MS) return false
  const credentials = (await context.files.read(note.credentials)) ?? ''
  return !credentials.includes(note.accessKeyId)
}
