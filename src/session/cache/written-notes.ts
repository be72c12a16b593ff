/**
 * A note for each session in a credentials file: `--force` replaces its file in the cache, and logout must find it all
 * the same. It has no secret, and stays until the session has ended or is nowhere any more. It is written and removed
 * under the lock of the credentials file.
 */
import type { Context } from '../../context.ts'
import { inFolder, type Paths } from '../../profile/paths.ts'
import { sha256 } from '../model/digest.ts'
import type { CacheEntry } from '../model/session.ts'
import { readablePart } from './encryption.ts'
import { WRITTEN, type WrittenNote } from './inventory.ts'
import { readCacheFile } from './store.ts'

/** Before the session is written to the credentials file. */
export async function noteWritten(
  context: Context,
  paths: Paths,
  session: CacheEntry,
): Promise<void> {
  const note: WrittenNote = { ...readablePart(session), credentials: paths.credentials }
  await context.files.makePrivate(paths.cache)
  await context.files.replace(pathOf(context, paths, note), `${JSON.stringify(note)}\n`)
}

/**
 * Removes the notes of sessions that are in none of these texts, of which one that could not be read is undefined, and
 * no longer in the credentials file that they were written to. Returns those that are in another one.
 */
export async function removeNotes(
  context: Context,
  paths: Paths,
  notes: readonly WrittenNote[],
  texts: readonly (string | undefined)[],
): Promise<WrittenNote[]> {
  const elsewhere: WrittenNote[] = []
  for (const note of notes) {
    const isOther = note.credentials !== paths.credentials
    const isIn = (text: string | undefined): boolean => text?.includes(note.accessKeyId) ?? true
    if (isOther && isIn((await readCacheFile(context, note.credentials)) ?? ''))
      elsewhere.push(note)
    else if (!texts.some(isIn)) await context.files.remove(pathOf(context, paths, note))
  }
  return elsewhere
}

function pathOf(
  context: Context,
  { cache }: Paths,
  { accessKeyId, credentials }: WrittenNote,
): string {
  const name = sha256(`${accessKeyId}\n${credentials}`).slice(0, 40)
  return inFolder(context, cache, `${name}${WRITTEN}`)
}
