/** Findings and decisions as people and CI systems read them. */
import type { Log, Result } from 'sarif'
import { plain } from '../plain.ts'
import type { Finding, Severity } from './finding.ts'
import type { Row, Verdict } from './matrix.ts'

/** Where a finding is in a file. */
export type LineOf = (finding: Finding) => number | undefined

export function findingsInWords(
  findings: readonly Finding[],
  lineOf: LineOf,
  isOnly: boolean,
): string {
  if (findings.length === 0) return 'No findings.\n'
  return findings.map((finding) => inWords(finding, lineOf(finding), isOnly)).join('')
}

function inWords(
  { code, severity, policy, statement, message, remedy }: Finding,
  line: number | undefined,
  isOnly: boolean,
): string {
  const names = [isOnly ? null : (policy ?? null), statement].filter((name) => name !== null)
  const place = names.length === 0 ? '' : ` in ${names.join(': ')}`
  const at = line === undefined || statement === null ? '' : ` (line ${line})`
  const lines = [`${severity} ${code}${place}${at}`, `  ${message}`, `  Mend: ${remedy}.`]
  return lines.map((each) => `${plain(each)}\n`).join('')
}

export function matrixInWords(rows: readonly Row[]): string {
  const cells = rows.map((row) => [row.action, shown(row.withoutMfa), shown(row.withMfa)])
  return table([['ACTION', 'WITHOUT MFA', 'WITH MFA'], ...cells])
}

export function table(rows: readonly (readonly string[])[]): string {
  const last = (rows[0]?.length ?? 1) - 1
  const widths = (rows[0] ?? []).map((_, column) =>
    column === last ? 0 : Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  return (
    rows
      .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
      // Sids and actions are somebody else's texts.
      .map((line) => `${plain(line)}\n`)
      .join('')
  )
}

function shown({ decision, by }: Verdict): string {
  return by === null ? decision : `${decision} (${by})`
}

const LEVELS: Readonly<Record<Severity, Result.level>> = {
  error: 'error',
  warning: 'warning',
  note: 'note',
}

/** SARIF 2.1.0 (OASIS), as code-scanning services take it. */
export function sarifOf(
  findings: readonly Finding[],
  file: string,
  lineOf: LineOf,
  version: string,
): Log {
  const results = findings.map((finding): Result => ({
    ruleId: finding.code,
    level: LEVELS[finding.severity],
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
