/** Findings and decisions as people and CI systems read them. */
import type { Log, Result } from 'sarif'
import { sanitize } from '../sanitize.ts'
import { table } from '../table.ts'
import type { PolicyFinding } from './finding.ts'
import type { Row, Verdict } from './matrix.ts'

/** Where a finding is in a file. */
export type LineOf = (finding: PolicyFinding) => number | undefined

export function describeFindings(
  findings: readonly PolicyFinding[],
  lineOf: LineOf,
  isOnly: boolean,
): string {
  if (findings.length === 0) return 'No findings.\n'
  return findings.map((finding) => inWords(finding, lineOf(finding), isOnly)).join('')
}

function inWords(
  { code, severity, policy, statement, message, remedy }: PolicyFinding,
  line: number | undefined,
  isOnly: boolean,
): string {
  const names = [isOnly ? null : (policy ?? null), statement].filter((name) => name !== null)
  const place = names.length === 0 ? '' : ` in ${names.join(': ')}`
  const at = line === undefined || statement === null ? '' : ` (line ${line})`
  const lines = [`${severity} ${code}${place}${at}`, `  ${message}`, `  Mend: ${remedy}.`]
  return lines.map((each) => `${sanitize(each)}\n`).join('')
}

export function describeMatrix(rows: readonly Row[]): string {
  const cells = rows.map((row) => [row.action, shown(row.withoutMfa), shown(row.withMfa)])
  return table([['ACTION', 'WITHOUT MFA', 'WITH MFA'], ...cells])
}

function shown({ decision, by }: Verdict): string {
  return by === null ? decision : `${decision} (${by})`
}

/** SARIF 2.1.0 (OASIS), as code-scanning services take it. */
export function sarifOf(
  findings: readonly PolicyFinding[],
  file: string,
  lineOf: LineOf,
  version: string,
): Log {
  const results = findings.map((finding): Result => ({
    ruleId: finding.code,
    level: finding.severity,
    message: { text: `${finding.message} Mend: ${finding.remedy}.` },
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
