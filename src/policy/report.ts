import type { Log, Result } from 'sarif'
import { sanitize } from '../sanitize.ts'
import { table } from '../table.ts'
import type { PolicyFinding } from './findings.ts'
import type { MatrixRow, Verdict } from './matrix.ts'

/** The line of a finding in the policy's file, counted from 1; undefined if there is no file. */
export type LineOf = (finding: PolicyFinding) => number | undefined

/** `showPolicy` adds the name of the policy to its statement. */
export function describeFindings(
  findings: readonly PolicyFinding[],
  lineOf: LineOf,
  showPolicy: boolean,
): string {
  if (findings.length === 0) return 'No findings.\n'
  return findings.map((finding) => describeFinding(finding, lineOf(finding), showPolicy)).join('')
}

function describeFinding(
  { code, severity, policy, statement, message, remedy }: PolicyFinding,
  line: number | undefined,
  showPolicy: boolean,
): string {
  const names = [showPolicy ? (policy ?? null) : null, statement].filter((name) => name !== null)
  const location = names.length === 0 ? '' : ` in ${names.join(': ')}`
  const lineNote = line === undefined || statement === null ? '' : ` (line ${line})`
  const lines = [`${severity} ${code}${location}${lineNote}`, `  ${message}`, `  Fix: ${remedy}.`]
  return lines.map((each) => `${sanitize(each)}\n`).join('')
}

export function describeMatrix(rows: readonly MatrixRow[], columns: number): string {
  const cells = rows.map(({ action, withoutMfa, withMfa }) => [
    action,
    describeVerdict(withoutMfa),
    describeVerdict(withMfa),
  ])
  return table([['ACTION', 'WITHOUT MFA', 'WITH MFA'], ...cells], columns)
}

function describeVerdict({ decision, by }: Verdict): string {
  return by === null ? decision : `${decision} (${by})`
}

/** A SARIF 2.1.0 log (OASIS), for code scanning. */
export function toSarif(
  findings: readonly PolicyFinding[],
  file: string,
  lineOf: LineOf,
  version: string,
): Log {
  const results = findings.map((finding): Result => ({
    ruleId: finding.code,
    level: finding.severity,
    message: { text: `${finding.message} Fix: ${finding.remedy}.` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: file },
          region: { startLine: lineOf(finding) ?? 1 },
        },
      },
    ],
  }))
  const rules = [...new Set(findings.map(({ code }) => code))].map((id) => ({ id }))
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver: { name: 'mfa-login', version, rules } }, results }],
  }
}
