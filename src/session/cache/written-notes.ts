/**
 * A note for each session that goes to the credentials file: `--force` replaces its file in the cache, and logout must
 * find it all the same. It has no secret, and stays until the session has ended or is nowhere any more.
 */
import type { Context } from '../../context.ts'
import type { Paths } from '../../profile/paths.ts'
import { sha256 } from '../model/digest.ts'
import type { CacheEntry } from '../model/session.ts'
import { readablePart } from './encryption.ts'
import { WRITTEN } from './inventory.ts'

/** Before the session is written to the credentials file. */
export async function noteWritten(
  context: Context,
  paths: Paths,
  session: CacheEntry,
): Promise<void> {
  await context.files.makePrivate(paths.cache)
  await context.files.replace(pathOf(paths, session), `${JSON.stringify(readablePart(session))}\n`)
}

/** Removes the notes of sessions that are in none of these texts; one that could not be read may have them all. */
export async function removeNotes(
  context: Context,
  paths: Paths,
  written: readonly CacheEntry[],
  texts: readonly (string | undefined)[],
): Promise<void> {
  const isIn = (id: string): boolean => texts.some((text) => text?.includes(id) ?? true)
  for (const note of written) {
    if (!isIn(note.accessKeyId)) await context.files.remove(pathOf(paths, note))
  }
}

function pathOf({ cache }: Paths, { accessKeyId }: CacheEntry): string {
  return `${cache}/${sha256(accessKeyId).slice(0, 40)}${WRITTEN}`
}
