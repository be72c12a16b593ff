import { isAbsolute, sep } from 'node:path'
import type { Location, Log, Result } from 'sarif'
import { sanitize } from '../sanitize.ts'
import { table } from '../table.ts'
import type { PolicyFinding } from './findings.ts'
import type { MatrixRow, Verdict } from './matrix.ts'

/** A finding and where it is. */
export interface LocatedFinding extends PolicyFinding {
  /** As the person names it; `-` for stdin, undefined if there is no file. */
  readonly file?: string
  /** Counted from 1; undefined if there is no file, or the finding is about all of it. */
  readonly line: number | undefined
}

/** What the place of a finding has besides its statement, as there is more than one. */
interface Shown {
  readonly file?: boolean
  readonly policy: boolean
}

export function describeFindings(findings: readonly LocatedFinding[], shown: Shown): string {
  if (findings.length === 0) return 'No findings.\n'
  return findings.map((finding) => describeFinding(finding, shown)).join('')
}

function describeFinding(
  { code, severity, file, line, policy, statement, message, remedy }: LocatedFinding,
  shown: Shown,
): string {
  // A file that is a policy gives it its name.
  const names = [
    shown.file ? file : undefined,
    shown.policy && policy !== file ? policy : undefined,
    statement ?? undefined,
  ].filter((name) => name !== undefined)
  const location = names.length === 0 ? '' : ` in ${names.join(': ')}`
  const lineNote = line === undefined || names.length === 0 ? '' : ` (line ${line})`
  const lines = [`${severity} ${code}${location}${lineNote}`, `  ${message}`, `  Fix: ${remedy}.`]
  return lines.map((each) => `${sanitize(each)}\n`).join('')
}

/** The policies of files, by whose name there is a table of each. */
export function describeChecked(
  checked: readonly { file: string; policy: string; line: number }[],
  columns: number,
): string {
  const rows = checked.map(({ file, policy, line }) => [policy, file, String(line)])
  const list = table([['CHECKED POLICY', 'FILE', 'LINE'], ...rows], columns)
  return `${list}What one of them decides about everyday actions: --policy NAME\n`
}

/** So many names fit into a message. */
const MOST_NAMES = 20

export function describeOthers(names: readonly string[]): string {
  const more = names.length - MOST_NAMES
  const list = names.slice(0, MOST_NAMES).join(', ')
  return `Not checked, as no Deny in them looks at MFA: ${list}${more > 0 ? ` and ${more} more` : ''}.`
}

export function describeMatrix(rows: readonly MatrixRow[], columns: number): string {
  const cells = rows.map(({ action, withoutMfa, withMfa }) => [
    action,
    describeVerdict(withoutMfa),
    describeVerdict(withMfa),
  ])
  return table([['ACTION', 'WITHOUT MFA', 'WITH MFA'], ...cells], columns)
}

function describeVerdict({ decision, keys = [], by }: Verdict): string {
  const verdict = keys.length === 0 ? decision : `${decision} on ${keys.join(', ')}`
  return by === null ? verdict : `${verdict} (${by})`
}

/** A SARIF 2.1.0 log (OASIS) of findings in files, for code scanning. */
export function toSarif(findings: readonly LocatedFinding[], version: string): Log {
  return toSarifLog(findings, locate, version)
}

function locate({ file, line, policy }: LocatedFinding): Location {
  return {
    physicalLocation: {
      artifactLocation: { uri: toUri(file ?? '') },
      region: { startLine: line ?? 1 },
    },
    ...(policy !== undefined &&
      policy !== file && { logicalLocations: [{ name: policy, kind: 'resource' }] }),
  }
}

type Finding = Pick<PolicyFinding, 'severity' | 'message' | 'remedy'> & { readonly code: string }

/** A SARIF log of findings that are anywhere. */
export function toSarifLog<F extends Finding>(
  findings: readonly F[],
  locate: (finding: F) => Location,
  version: string,
): Log {
  const results = findings.map((finding): Result => ({
    ruleId: finding.code,
    level: finding.severity,
    message: { text: `${finding.message} Fix: ${finding.remedy}.` },
    locations: [locate(finding)],
  }))
  const rules = [...new Set(findings.map(({ code }) => code))].map((id) => ({ id }))
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver: { name: 'mfa-login', version, rules } }, results }],
  }
}

/** SARIF 2.1.0, 3.4.3: a URI or a relative reference, which RFC 3986 writes in ASCII without blanks. */
function toUri(file: string): string {
  const path = file.split(sep).map(encodeURIComponent).join('/')
  return isAbsolute(file) ? `file://${path.replace(/^(\w)%3A/, '/$1:')}` : path
}
