import { expect, it } from 'vitest'
import { auditToSarif } from '../../src/audit/sarif.ts'
import { fortyUsers } from '../support/audit-report.ts'

const report = fortyUsers()
const [run] = auditToSarif(report, '0.0.0').runs
const results = run!.results!

it('is a result for each finding, at the user, role or policy that has it', () => {
  const located = results.map(({ ruleId, level, locations }) => ({
    ruleId,
    level,
    at: locations?.map(({ logicalLocations }) => logicalLocations),
  }))
  expect(located.length).toBeGreaterThan(20)
  expect(located).toEqual(
    report.findings.map(({ code, severity, subject }) => {
      const name = subject.split('/').at(-1)
      return {
        ruleId: code,
        level: severity,
        at: [[{ name, fullyQualifiedName: subject, kind: 'resource' }]],
      }
    }),
  )
})

it('names root, and what is no ARN, as they are', () => {
  const nameOf = (subject: string): unknown => {
    const finding = { ...report.findings[0]!, subject }
    const log = auditToSarif({ ...report, findings: [finding] }, '0.0.0')
    return log.runs[0]!.results![0]!.locations![0]!.logicalLocations![0]!.name
  }
  expect(nameOf('arn:aws-cn:iam::123456789012:root')).toBe('root')
  expect(nameOf('require-mfa-old (group on-call)')).toBe('require-mfa-old (group on-call)')
})

it('has no place in a file, as a finding about an account is in none', () => {
  expect(results.filter(({ locations }) => locations?.some((at) => at.physicalLocation))).toEqual(
    [],
  )
})
