import { closest } from '../closest.ts'
import { Failure, usageFailure } from '../failure.ts'
import { quoteWord } from '../sanitize.ts'
import { checkPolicies } from './check-policies.ts'
import { isOwnScp } from './documents.ts'
import type { NamedPolicy } from './evaluate.ts'
import { describeProblem } from './findings.ts'
import type { FoundPolicy } from './formats/found-policy.ts'
import { parseJson } from './formats/json.ts'
import { createMatrix, type MatrixRow } from './matrix.ts'
import { isMfaDeny, locateStatements } from './mfa-deny.ts'
import type { LocatedFinding } from './report.ts'
import { nameOf, unreadable, type PolicyFile } from './read-policies.ts'
import { readParsedPolicy } from './read-text.ts'
import type { PolicyType } from './size.ts'
import { inferSubject } from './subject.ts'

/** A policy of a file, and what it decides. */
export interface CheckedPolicy {
  readonly file: string
  readonly policy: string
  readonly type: PolicyType
  readonly line: number
  readonly matrix: readonly MatrixRow[]
}

export interface CheckedFile {
  readonly findings: readonly LocatedFinding[]
  readonly checked: readonly CheckedPolicy[]
  /** The policies that were not checked, as no Deny of them looks at MFA. */
  readonly others: readonly string[]
  /** What is not known of the policies. */
  readonly notes: readonly string[]
  /** The policies beside others that may be a gate and cannot be read. */
  readonly unreadable: readonly Failure[]
}

interface Settings {
  /** What the policies are to be, whatever the file says. */
  readonly type: PolicyType | undefined
  readonly now: Date
}

/** A policy that could be read. */
interface ReadPolicy extends NamedPolicy {
  readonly found: FoundPolicy
  readonly text: string
  readonly lineOf: (statement: number | undefined) => number
}

/**
 * Checks the policies of a file that have a Deny with a condition on MFA, each by itself; where there is one policy
 * only, that. Throws a Failure if none of those can be read.
 */
export function checkFile(source: PolicyFile, settings: Settings): CheckedFile {
  const { file, policies } = source
  const known = policies.filter(({ unknown }) => unknown === undefined)
  const isOnly = policies.length === 1
  const candidates = known.filter(({ document }) => isOnly || mentionsMfa(document))
  const { read, unreadable } = readAll(candidates, file)
  const gates = isOnly ? read : read.filter((policy) => locateStatements([policy]).some(isMfaDeny))
  const results = gates.map((policy) => checkOne(policy, source, settings))
  const names = gates.map(({ name }) => name)
  return {
    findings: [
      ...results.flatMap(({ findings }) => findings),
      ...(known.length > unreadable.length && gates.length === 0
        ? [noGate(file, read.length > 0)]
        : []),
    ],
    checked: results.map(({ checked }) => checked),
    others: known
      .filter((found) => !candidates.includes(found) || read.some((each) => each.found === found))
      .map(({ name = file }) => name)
      .filter((name) => !names.includes(name)),
    notes: [
      ...(policies.length === 0 ? [`${nameOf(file)}: ${describeEmpty(source)}.`] : []),
      ...policies.flatMap((each) => describeUnknown(each, file)),
      ...gates.flatMap(({ found }) => describeAssumptions(found, file)),
    ],
    unreadable,
  }
}

/** One policy of an account must not keep the others from being checked. */
function readAll(
  candidates: readonly FoundPolicy[],
  file: string,
): { read: ReadPolicy[]; unreadable: Failure[] } {
  const read: ReadPolicy[] = []
  const unreadable: Failure[] = []
  for (const found of candidates) {
    try {
      read.push(readFound(found, file))
    } catch (reason) {
      if (!(reason instanceof Failure)) throw reason
      unreadable.push(reason)
    }
  }
  const [first] = unreadable
  if (first !== undefined && read.length === 0) throw first
  return { read, unreadable }
}

/** Throws a Failure if no file has a policy. */
export function requirePolicies(sources: readonly PolicyFile[]): void {
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

function describeEmpty({ format }: PolicyFile): string {
  return `${format.name} without an IAM policy`
}

/** The files with the policies of this name only. Throws a usage Failure if there is none. */
export function choosePolicy(sources: readonly PolicyFile[], name: string): PolicyFile[] {
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

/** Cheaper than reading a policy, of which an account may have thousands. The text may be URL-encoded. */
function mentionsMfa(document: unknown): boolean {
  return /MultiFactorAuth(Present|Age)/i.test(JSON.stringify(document))
}

/** Reads a policy of a file. Throws a Failure. */
export function readFound(found: FoundPolicy, file: string): ReadPolicy {
  const { document, name, line } = found
  const isText = typeof document === 'string'
  const text = isText ? decode(document) : JSON.stringify(document)
  const read = readParsedPolicy(isText ? parseJson(text) : { value: document })
  if ('problem' in read) {
    if (name === undefined) throw unreadable(file, read.problem)
    // The position is one in the text, not in the file.
    const problem = read.problem.replace(/^(\d+:\d+): (.*)$/s, '$2 at $1 of its text')
    throw unreadable(file, `line ${line}: ${name}: ${problem}`)
  }
  // The lines of a policy that is text are not those of the file.
  const lineOf = isText ? () => line : read.lineOf
  return { found, text, name: name ?? file, document: read.policy, lineOf }
}

/** IAM's answers have documents "in URL-encoded JSON" (IAM API reference, PolicyVersion). */
function decode(text: string): string {
  if (!text.startsWith('%7B')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function checkOne(
  policy: ReadPolicy,
  { file }: PolicyFile,
  settings: Settings,
): { findings: LocatedFinding[]; checked: CheckedPolicy } {
  const { found, text, name, lineOf } = policy
  const type = settings.type ?? found.type ?? (isOwnScp(policy.document) ? 'scp' : 'managed')
  const subject = inferSubject([policy], settings.now)
  const findings = checkPolicies([policy], subject, { isComplete: false, file: { text, type } })
  const isWhole = found.name === undefined
  return {
    findings: findings.map((finding): LocatedFinding => {
      const hasPlace = !isWhole || finding.policy !== undefined
      const line = finding.index === undefined ? found.line : lineOf(finding.index)
      const named = isWhole ? finding : { ...finding, policy: name }
      return { ...named, file, line: hasPlace ? line : undefined }
    }),
    checked: {
      file,
      policy: name,
      type,
      line: found.line,
      matrix: createMatrix([policy], subject),
    },
  }
}

function noGate(file: string, doesAllowTestMfa: boolean): LocatedFinding {
  return {
    ...describeProblem({ code: 'no-mfa-deny', doesAllowTestMfa }),
    file,
    line: undefined,
  }
}

function describeUnknown({ name = '', unknown }: FoundPolicy, file: string): string[] {
  if (unknown === undefined) return []
  return [`${nameOf(file)}: ${name} is ${unknown.reason}. Try: ${unknown.remedy}`]
}

function describeAssumptions({ name, assumes = [] }: FoundPolicy, file: string): string[] {
  return assumes.map((each) => `${nameOf(file)}: ${name ?? ''} is checked as if ${each} were true.`)
}
