import type { Context } from '../context.ts'
import { Failure } from '../failure.ts'
import { applyEdit, isPlainValue, type Edit } from './edit.ts'
import { unexpectedChange } from './independent-readers.ts'
import { parseIni, type FileKind, type IniFile } from './ini.ts'
import type { Paths } from './paths.ts'
import type { ProfileFiles } from './values.ts'

/** Both files, parsed. Throws a Failure naming file and line where AWS tools could not read one. */
export async function readProfileFiles(context: Context, paths: Paths): Promise<ProfileFiles> {
  return {
    config: parsed(await context.files.read(paths.config), paths.config),
    credentials: parsed(await context.files.read(paths.credentials), paths.credentials),
  }
}

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
  return context.files.locked(path, async () => {
    const before = await context.files.read(path)
    const after = await editedText(before ?? '', path, kind, edits)
    if (after !== (before ?? '')) await context.files.replace(path, after)
    return { before, after }
  })
}

/** The text `editFile` would write; the same checks, no write. */
export async function editedText(
  text: string,
  path: string,
  kind: FileKind,
  edits: readonly Edit[],
): Promise<string> {
  parsed(text, path)
  let current = text
  for (const edit of edits) {
    refuseOddValues(path, edit)
    const next = applyEdit(current, kind, edit)
    if (next === current) continue
    const problem = await unexpectedChange(current, next, kind, edit)
    if (problem !== undefined || parseIni(next).problems.length > 0) {
      throw new Failure(
        'files',
        `${path} was left as it is: AWS tools would misread the edit (${problem ?? 'damaged'}).`,
        `look at [${edit.profile}] in ${path}`,
      )
    }
    current = next
  }
  return current
}

/** Values from elsewhere, as a setting that is copied may have lines nested in it. */
function refuseOddValues(path: string, { profile, change }: Edit): void {
  const values = change === 'remove' ? [] : Object.entries(change)
  const odd = values.find(([, value]) => value !== undefined && !isPlainValue(value))
  if (odd === undefined) return
  throw new Failure(
    'files',
    `${path} was left as it is: AWS tools would misread the new value of ${odd[0]}.`,
    `look at ${odd[0]} in [${profile}] and where it comes from`,
  )
}

function parsed(text: string | undefined, path: string): IniFile {
  const file = parseIni(text ?? '')
  const [problem] = file.problems
  if (problem === undefined) return file
  throw new Failure(
    'files',
    `${path}:${problem.line}: ${problem.message}, so AWS tools refuse the file.`,
    `mend line ${problem.line} of ${path}; mfa-login has not touched it`,
  )
}
