/** Variations of the strict policy, and the findings in them. */
import { readFileSync } from 'node:fs'
import type { PolicyDocument, Statement } from '../../src/policy/document.ts'
import { strictPolicy } from '../../src/policy/documents.ts'
import type { PolicyFinding } from '../../src/policy/findings.ts'
import { checkPolicies } from '../../src/policy/check-policies.ts'
import { inferSubject } from '../../src/policy/subject.ts'

export const USAGE = readFileSync(new URL('../../docs/usage.md', import.meta.url), 'utf8')
export const NOW = new Date('2026-11-27T12:00:00Z')
export const named = (document: PolicyDocument, name = 'p') => ({ name, document })
/** Without the note on every policy under which nobody can set a first password. */
export const withoutFirstPassword = (findings: PolicyFinding[]): PolicyFinding[] =>
  findings.filter(({ code }) => code !== 'first-password-blocked')
export const found = (policy: PolicyDocument): PolicyFinding[] =>
  withoutFirstPassword(
    checkPolicies([named(policy)], inferSubject([named(policy)], NOW), { isComplete: false }),
  )
export const codes = (policy: PolicyDocument): string[] => found(policy).map(({ code }) => code)
/** The codes for all policies of a user. */
export const codesOfAll = (...policies: PolicyDocument[]): string[] => {
  const all = policies.map((each, index) => named(each, `p${index}`))
  return checkPolicies(all, inferSubject(all, NOW), { isComplete: true }).map(({ code }) => code)
}

/** The strict policy with one statement changed. */
export function changed(sid: string, change: (statement: Statement) => Statement): PolicyDocument {
  const policy = strictPolicy()
  return {
    ...policy,
    Statement: policy.Statement.map((each) => (each.Sid === sid ? change(each) : each)),
  }
}

export const GATE = 'DenyAllElseWithoutMfa'
export const exempting = (action: string) =>
  changed(GATE, (gate) => ({ ...gate, NotAction: [...gate.NotAction!, action] }))

/** The strict policy with other resources of the user's own devices. */
export const ownDevicesOn = (...resources: string[]): PolicyDocument =>
  changed('AllowOwnDevices', (each) => ({
    ...each,
    Resource: resources.map((resource) => `arn:aws:iam::*:${resource}`),
  }))
