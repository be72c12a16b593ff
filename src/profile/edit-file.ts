import type { Context } from '../context.ts'
import { Failure } from '../failure.ts'
import { applyEdit, isWritableValue, type Edit } from './ini/edit.ts'
import { unexpectedChange } from './ini/independent-readers.ts'
import { parseIni, type FileKind, type IniFile } from './ini/ini-file.ts'
import type { Paths } from './paths.ts'
import type { ProfileFiles } from './values.ts'

/** Both files, parsed. Throws a Failure naming file and line where AWS tools could not read one. */
export async function readProfileFiles(context: Context, paths: Paths): Promise<ProfileFiles> {
  return {
    config: parseProfileFile(await context.files.read(paths.config), paths.config),
    credentials: parseProfileFile(await context.files.read(paths.credentials), paths.credentials),
  }
}

/** How often a file may change under an edit before that is given up. */
const TRIES = 20

/**
 * Edits profiles of one file in one step: under its lock, checked by independent readers, renamed
 * into place. Nothing is written where nothing changes. Returns the text before and after.
 */
export async function editFile(
  context: Context,
  path: string,
  kind: FileKind,
  edits: readonly Edit[],
): Promise<{ before: string | undefined; after: string }> {
  return context.files.withLock(path, async () => {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const before = await readSettled(context, path)
      const edited = editedText(before ?? '', path, kind, edits)
      const after = await edited.catch((error: unknown) => error as Error)
      // `aws configure` knows no lock: it empties the file and writes it anew.
      if ((await context.files.read(path)) !== before) continue
      if (typeof after !== 'string') throw after
      if (after !== (before ?? '')) await context.files.replace(path, after)
      return { before, after }
    }
    throw new Failure('files', `Another program keeps changing ${path}.`, 'the same again later')
  })
}

/** How often, and for how many milliseconds each, to wait for text in an empty file. */
const LOOKS = 5
const LOOK_MS = 100

/** What is there, once nobody is between emptying the file and writing it. */
async function readSettled(context: Context, path: string): Promise<string | undefined> {
  for (let looks = 0; ; looks += 1) {
    const text = await context.files.read(path)
    if (text !== '' || looks === LOOKS) return text
    await context.sleep(LOOK_MS)
  }
}

/** The text `editFile` would write; the same checks, no write. */
export async function editedText(
  text: string,
  path: string,
  kind: FileKind,
  edits: readonly Edit[],
): Promise<string> {
  let current = parseProfileFile(text, path)
  for (const edit of edits) {
    refuseUnwritableValues(path, edit)
    const edited = applyEdit(current, kind, edit)
    if (edited === current.text) continue
    const next = parseIni(edited)
    const problem = await unexpectedChange(current, next, kind, edit)
    if (problem !== undefined || next.problems.length > 0) {
      throw new Failure(
        'files',
        `${path} was left as it is: AWS tools would misread the edit (${problem ?? 'damaged'}).`,
        `look at [${edit.profile}] in ${path}`,
      )
    }
    current = next
  }
  return current.text
}

/** Values from elsewhere, as a setting that is copied may have lines nested in it. */
function refuseUnwritableValues(path: string, { profile, change }: Edit): void {
  const values = change === 'remove' ? [] : Object.entries(change)
  const odd = values.find(([, value]) => value !== undefined && !isWritableValue(value))
  if (odd === undefined) return
  throw new Failure(
    'files',
    `${path} was left as it is: AWS tools would misread the new value of ${odd[0]}.`,
    `look at ${odd[0]} in [${profile}] and where it comes from`,
  )
}

/** What was read last from each path: a login reads its files twice, and again before it writes. */
const lately = new Map<string, { readonly text: string; readonly file: IniFile }>()

/** Throws a Failure naming file and line where AWS tools could not read it. */
export function parseProfileFile(text = '', path: string): IniFile {
  const known = lately.get(path)
  const file = known?.text === text ? known.file : parseIni(text)
  lately.set(path, { text, file })
  const [problem] = file.problems
  if (problem === undefined) return file
  throw new Failure(
    'files',
    `${path}:${problem.line}: ${problem.message}, so AWS tools refuse the file.`,
    `mend line ${problem.line} of ${path}; mfa-login has not touched it`,
  )
}
