import type { Failure } from '../failure.ts'
import { checkPolicies } from './check-policies.ts'
import { isOwnScp } from './documents.ts'
import { describeProblem } from './findings.ts'
import type { FoundPolicy } from './formats/found-policy.ts'
import { createMatrix, type MatrixRow } from './matrix.ts'
import { isMfaDeny, locateStatements } from './mfa-deny.ts'
import type { LocatedFinding } from './report.ts'
import { readAll, type ReadPolicy } from './read-found.ts'
import { nameOf, type PolicyFile } from './read-policies.ts'
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
  /** The policies that may be a gate and cannot be read. */
  readonly unreadable: readonly Failure[]
}

interface Settings {
  /** What the policies are to be, whatever the file says. */
  readonly type: PolicyType | undefined
  readonly now: Date
}

/**
 * Checks the policies of a file that have a Deny with a condition on MFA, each by itself; where there is one policy
 * only, that.
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

export function describeEmpty({ format }: PolicyFile): string {
  return `${format.name} without an IAM policy`
}

/** Cheaper than reading a policy, of which an account may have thousands. The text may be URL-encoded. */
function mentionsMfa(document: unknown): boolean {
  return /MultiFactorAuth(Present|Age)/i.test(JSON.stringify(document))
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
