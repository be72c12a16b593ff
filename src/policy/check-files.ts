/** Checks the policies of several files, of which some may be unreadable. */
import { closest } from '../closest.ts'
import type { Context } from '../context.ts'
import { Failure, usageFailure } from '../failure.ts'
import { quoteWord } from '../sanitize.ts'
import { checkFile, describeEmpty, type CheckedFile } from './check-file.ts'
import { nameOf, readPolicies, unreadable, type PolicyFile } from './read-policies.ts'
import type { PolicyType } from './size.ts'

interface Options {
  readonly type: PolicyType | undefined
  /** The name of the only policy to check. */
  readonly policy: string | undefined
}

/** What cannot be read keeps nothing else from being checked. */
export async function checkFiles(
  files: readonly string[],
  { type, policy }: Options,
  context: Context,
): Promise<CheckedFile> {
  const failures: Failure[] = []
  const read = async (file: string) => readPolicies(await readFile(file, context), file)
  const sources: PolicyFile[] = []
  for (const file of files)
    sources.push(...(await attempt(async () => [await read(file)], failures)))
  const chosen =
    sources.length === 0 ? [] : await attempt(() => choosePolicies(sources, policy), failures)
  const now = new Date(context.now())
  const results = chosen.map((source) => checkFile(source, { type, now }))
  return {
    findings: results.flatMap(({ findings }) => findings),
    checked: results.flatMap(({ checked }) => checked),
    others: results.flatMap(({ others }) => others),
    notes: results.flatMap(({ notes }) => notes),
    unreadable: [...failures, ...results.flatMap((each) => each.unreadable)],
  }
}

/** A list, or none and one failure more. */
async function attempt<T>(make: () => T[] | Promise<T[]>, failures: Failure[]): Promise<T[]> {
  try {
    return await make()
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    failures.push(error)
    return []
  }
}

async function readFile(file: string, context: Context): Promise<string> {
  if (file === '-') return context.readStdin()
  if (await context.files.isDirectory(file)) {
    throw new Failure('files', `${file} is a folder.`, 'the names of the files in it')
  }
  const text = await context.files.readDocument(file)
  if (text !== undefined) return text
  const hint = 'mfa-login policy show > mfa_mandatory.json, and check that'
  throw new Failure('files', `There is no file ${file}.`, hint)
}

/** The files with the policies of this name only, or with all. Throws a Failure where nothing is to be checked. */
function choosePolicies(sources: readonly PolicyFile[], name: string | undefined): PolicyFile[] {
  requirePolicies(sources)
  return name === undefined ? [...sources] : choosePolicy(sources, name)
}

/** Throws a Failure if no file has a policy. */
function requirePolicies(sources: readonly PolicyFile[]): void {
  const [first] = sources
  const isEmpty = sources.every(({ policies }) => policies.length === 0)
  if (first !== undefined && isEmpty) throw unreadable(first.file, describeEmpty(first))
  const unknown = sources.flatMap(({ file, policies }) =>
    policies.map((policy) => [file, policy] as const),
  )
  const [one] = unknown
  if (one === undefined || unknown.some(([, policy]) => policy.unknown === undefined)) return
  const [file, { name = '', unknown: why }] = one
  throw new Failure('files', `${nameOf(file)}: ${name} is ${why?.reason ?? ''}.`, why?.remedy)
}

/** The files with the policies of this name only. Throws a usage Failure if there is none. */
function choosePolicy(sources: readonly PolicyFile[], name: string): PolicyFile[] {
  const chosen = sources.map((source) => ({
    ...source,
    policies: source.policies.filter((policy) => policy.name === name),
  }))
  const found = chosen.filter(({ policies }) => policies.length > 0)
  if (found.length > 0) return found
  const names = sources.flatMap(({ policies }) => policies.flatMap((policy) => policy.name ?? []))
  const meant = closest(name, names)
  throw usageFailure(
    `There is no policy ${quoteWord(name)} in the file${sources.length === 1 ? '' : 's'}.`,
    meant === undefined ? 'without --policy for their names' : `--policy ${quoteWord(meant)}`,
  )
}
