import type { Log, Result } from 'sarif'
import type { PolicyFinding } from './findings.ts'
import type { LineOf } from './report.ts'

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
