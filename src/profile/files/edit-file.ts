import type { Context } from '../../context.ts'
import { Failure, THIS_COMMAND } from '../../failure.ts'
import { applyEdit, unwritableKey, type Edit } from '../ini/edit.ts'
import { unexpectedChange } from '../ini/independent-readers.ts'
import { parseIni, type FileKind, type IniFile } from '../ini/ini-file.ts'
import { refuseInherited } from './inherited.ts'
import { isUnchanged, parseProfileFile, type ProfileFileVersion } from './snapshot.ts'

/** The edits, or a function that plans them for the file as it is under its lock. */
type Edits = readonly Edit[] | ((file: IniFile) => readonly Edit[])

/** How often a file may change during an edit. */
export const TRIES = 20

/**
 * Edits profiles of a backup in one step: under its lock, checked by independent readers, renamed into place.
 * `changeFiles` does this for the two files. Writes nothing where nothing changes. Returns the text before and after.
 * Throws a Failure.
 */
export async function editFile(
  context: Context,
  path: string,
  kind: FileKind,
  edits: Edits,
): Promise<{ before: string | undefined; after: string }> {
  return context.files.withLock(path, async () => {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const version = await readSettled(context, path)
      const before = version.text
      const edited = editedText(before ?? '', path, kind, edits)
      const after = await edited.catch((error: unknown) => error as Error)
      // `aws configure` takes no lock: it empties the file and writes it again.
      if (!(await isSameVersion(context, path, version))) continue
      if (typeof after !== 'string') throw after
      if (after !== (before ?? '')) await context.files.replace(path, after)
      return { before, after }
    }
    throw keepsChanging(path)
  })
}

export function keepsChanging(path: string): Failure {
  return new Failure(
    'files',
    `Another program keeps changing ${path}.`,
    `in a minute: ${THIS_COMMAND}`,
  )
}

/** By its fingerprint; by its text where that is in doubt, as with a change dated in the future. */
export async function isSameVersion(
  context: Context,
  path: string,
  { text, fingerprint }: ProfileFileVersion,
): Promise<boolean> {
  if (await isUnchanged(context, path, fingerprint)) return true
  return fingerprint?.isSettled === false && (await context.files.read(path)) === text
}

/** How often to look at a file that another program may be writing. */
const LOOKS = 5
/** Milliseconds to wait for text in an empty file. */
const EMPTY_MS = 100
/** Milliseconds to wait after a change, until the file system's clock has moved on. */
const CHANGED_MS = 20

/** The file, once no other program is likely to be writing it. */
export async function readSettled(context: Context, path: string): Promise<ProfileFileVersion> {
  let fingerprint = await context.files.fingerprint(path)
  for (let looks = 0; fingerprint?.isSettled === false && looks < LOOKS; looks += 1) {
    await context.sleep(CHANGED_MS)
    fingerprint = await context.files.fingerprint(path)
  }
  for (let looks = 0; ; looks += 1) {
    const text = await context.files.read(path)
    if (text !== '' || looks === LOOKS) return { text, fingerprint }
    await context.sleep(EMPTY_MS)
    fingerprint = await context.files.fingerprint(path)
  }
}

/** The text that `editFile` would write: the same checks, no write. Throws a Failure. */
export async function editedText(
  text: string,
  path: string,
  kind: FileKind,
  edits: Edits,
): Promise<string> {
  let current = parseProfileFile(text, path)
  for (const edit of typeof edits === 'function' ? edits(current) : edits) {
    refuseUnwritableValues(path, edit)
    const edited = applyEdit(current, kind, edit)
    const isSame = edited === current.text
    const next = isSame ? current : parseIni(edited)
    refuseInherited(path, current, next, kind, edit)
    if (isSame) continue
    const problem = await unexpectedChange(current, next, kind, edit)
    if (problem !== undefined || next.problems.length > 0) {
      throw new Failure(
        'files',
        `${path} was left as it is: AWS tools would misread the edit (${problem ?? 'damaged'}).`,
        `check [${edit.profile}] in ${path}`,
      )
    }
    current = next
  }
  return current.text
}

/** A setting copied from another section may have a value that cannot be written on one line. */
function refuseUnwritableValues(path: string, { profile, change }: Edit): void {
  const key = unwritableKey(change)
  if (key === undefined) return
  throw new Failure(
    'files',
    `${path} was left as it is: AWS tools would misread the new value of ${key}.`,
    `check ${key} in [${profile}] and where it comes from`,
  )
}
