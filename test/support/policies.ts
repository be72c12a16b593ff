/** Variations of the strict policy, and the findings in them. */
import { readFileSync } from 'node:fs'
import type { PolicyDocument, Statement } from '../../src/policy/document.ts'
import { strictPolicy } from '../../src/policy/documents.ts'
import type { PolicyFinding } from '../../src/policy/findings.ts'
import { checkPolicies } from '../../src/policy/check-policies.ts'
import { inferSubject } from '../../src/policy/subject.ts'

export const USAGE = readFileSync(new URL('../../docs/usage.md', import.meta.url), 'utf8')
export const named = (document: PolicyDocument, name = 'p') => ({ name, document })
export const found = (policy: PolicyDocument): PolicyFinding[] =>
  checkPolicies([named(policy)], inferSubject([named(policy)]), false)
export const codes = (policy: PolicyDocument): string[] => found(policy).map(({ code }) => code)
/** The codes for all policies of a user. */
export const codesOfAll = (...policies: PolicyDocument[]): string[] => {
  const all = policies.map((each, index) => named(each, `p${index}`))
  return checkPolicies(all, inferSubject(all), true).map(({ code }) => code)
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
