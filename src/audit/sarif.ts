import type { Location, Log } from 'sarif'
import { toSarifLog } from '../policy/report.ts'
import type { AuditFinding, AuditReport } from './report.ts'

/** The findings as a SARIF log; a user, role or policy is a logical location, as it is in no file. */
export function auditToSarif({ findings }: AuditReport, version: string): Log {
  return toSarifLog(findings, locate, version)
}

/** SARIF 2.1.0, 3.33: `resource` is the kind of what is neither code nor data in a file. */
function locate({ subject }: AuditFinding): Location {
  const name = /^arn:[^:]*:iam::\d*:(?:.*\/)?(.+)$/.exec(subject)?.[1] ?? subject
  return { logicalLocations: [{ name, fullyQualifiedName: subject, kind: 'resource' }] }
}
