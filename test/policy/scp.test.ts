/** The service control policy that makes MFA mandatory for users, and what `policy check` finds in such policies. */
import { describe, expect, it, test } from 'vitest'
import { checkPolicies } from '../../src/policy/check-policies.ts'
import type { PolicyDocument, Statement } from '../../src/policy/document.ts'
import {
  allowAllPolicy,
  scpPolicy,
  strictPolicy,
  withFirstPassword,
} from '../../src/policy/documents.ts'
import { evaluate } from '../../src/policy/evaluate.ts'
import { exceptionsIn } from '../../src/policy/exceptions.ts'
import { locateStatements } from '../../src/policy/mfa-deny.ts'
import { readPolicy } from '../../src/policy/read-document.ts'
import { policySize } from '../../src/policy/size.ts'
import { inferSubject } from '../../src/policy/subject.ts'
import { withExceptions } from '../../src/policy/with-exceptions.ts'
import { named, NOW } from '../support/policies.ts'

const SCP = scpPolicy()
const ACCOUNT = 'arn:aws:iam::123456789012'
const check = (document: PolicyDocument) => {
  const file = { text: JSON.stringify(document), type: 'scp' as const }
  return checkPolicies([named(document)], inferSubject([named(document)], NOW), {
    isComplete: false,
    file,
  }).map(({ code, severity }) => `${severity} ${code}`)
}
const changed = (change: Partial<Statement>): PolicyDocument => ({
  ...SCP,
  Statement: SCP.Statement.map((each) => ({ ...each, ...change })),
})
const condition = (Condition: Statement['Condition']) =>
  changed({ Condition: { ...SCP.Statement[0]!.Condition, ...Condition } })

/** Beside policies that allow everything, as FullAWSAccess and an administrator's do. */
function decide(context: object, action = 's3:ListAllMyBuckets', scp = SCP) {
  const policies = [named(scp, 'scp'), named(allowAllPolicy(), 'all')]
  const direct = { 'aws:ViaAWSService': 'false', ...context }
  return evaluate(policies, { action, resource: '*', context: direct }).decision
}

it('a service control policy that leaves harmful or everyday actions open has findings', () => {
  const NotAction = [...SCP.Statement[0]!.NotAction!, 'iam:DeactivateMFADevice', 's3:*']
  expect(check(changed({ NotAction }))).toEqual([
    'error deactivate-without-mfa',
    'error deny-not-everything',
    'note first-password-blocked',
  ])
})

describe('scpPolicy', () => {
  const user = { 'aws:PrincipalArn': `${ACCOUNT}:user/team/alice` }
  const withoutMfa = { 'aws:MultiFactorAuthPresent': 'false' }

  it('denies users without MFA all but enrolling', () => {
    for (const credentials of [user, { ...user, ...withoutMfa }]) {
      expect(decide(credentials)).toBe('explicitDeny')
      expect(decide(credentials, 'iam:DeactivateMFADevice')).toBe('explicitDeny')
      expect(decide(credentials, 'iam:EnableMFADevice')).toBe('allowed')
      expect(decide(credentials, 'sts:GetSessionToken')).toBe('allowed')
    }
    expect(decide({ ...user, 'aws:MultiFactorAuthPresent': 'true' })).toBe('allowed')
    expect(decide({ ...user, 'aws:ViaAWSService': 'true' })).toBe('allowed')
  })

  test.each([
    ['a role', { 'aws:PrincipalArn': `${ACCOUNT}:role/work` }],
    [
      'a session without MFA of a role',
      { 'aws:PrincipalArn': `${ACCOUNT}:role/a/b`, ...withoutMfa },
    ],
    ['the root user', { 'aws:PrincipalArn': `${ACCOUNT}:root` }],
    ['a service', { 'aws:PrincipalArn': undefined, 'aws:PrincipalIsAWSService': 'true' }],
  ])('leaves %s alone', (_, context) => {
    expect(decide(context)).toBe('allowed')
  })

  it.each(['aws', 'aws-cn', 'aws-us-gov'])('is one that AWS takes in %s', (partition) => {
    const policy = scpPolicy(partition)
    expect(readPolicy(JSON.parse(JSON.stringify(policy)))).toEqual(policy)
    expect(JSON.stringify(policy)).toContain(`arn:${partition}:iam::*:user/*`)
    expect(JSON.stringify(policy, undefined, 2).length).toBeLessThan(5120)
  })

  it('takes exceptions and first passwords, and allows nothing', () => {
    const exceptions = { paths: ['/machines/'], tags: [], until: '2027-03-31T00:00:00Z' }
    const policy = withExceptions(withFirstPassword(SCP, 'aws'), exceptions, 'aws')
    expect(policy.Statement.map(({ Effect }) => Effect)).toEqual(['Deny', 'Deny'])
    expect(decide(user, 'iam:ChangePassword', policy)).toBe('allowed')
    expect(exceptionsIn(locateStatements([named(policy)]))).toMatchObject([
      { kind: 'path', path: '/machines/', until: '2027-03-31T00:00:00Z' },
    ])
    expect(check(policy)).toEqual([
      'warning password-without-mfa',
      'note exception',
      'note exception-without-boundary',
    ])
    expect(policySize(JSON.stringify(policy))).toBeLessThan(5120)
  })
})

describe('checkPolicies of a service control policy', () => {
  const NOTE = 'note first-password-blocked'

  it('finds only a note in our own', () => {
    expect(check(SCP)).toEqual([NOTE])
    expect(check(scpPolicy('aws-cn'))).toEqual([NOTE])
  })

  test.each<[string, PolicyDocument, string]>([
    [
      'no filter for users',
      { ...strictPolicy(), Statement: strictPolicy().Statement.slice(-1) },
      'error stops-roles',
    ],
    [
      'a filter that roles pass',
      condition({ ArnLike: { 'aws:PrincipalArn': ['arn:aws:iam::*:*'] } }),
      'error stops-roles',
    ],
    [
      'a filter by the negation',
      condition({ ArnLike: {}, ArnNotLike: { 'aws:PrincipalArn': ['arn:aws:iam::*:role/admin'] } }),
      'error stops-roles',
    ],
    [
      'Bool instead of BoolIfExists',
      changed({
        Condition: {
          Bool: { 'aws:MultiFactorAuthPresent': ['false'] },
          ArnLike: { 'aws:PrincipalArn': ['arn:aws:iam::*:user/*'] },
        },
      }),
      'error bool-not-if-exists',
    ],
    [
      'enrolling denied',
      changed({ NotAction: ['sts:GetSessionToken'] }),
      'error enrolment-blocked',
    ],
    [
      'services denied',
      condition({ BoolIfExists: { 'aws:MultiFactorAuthPresent': ['false'] } }),
      'warning services-blocked',
    ],
    ['no Deny on MFA', allowAllPolicy(), 'error no-mfa-deny'],
    [
      'more than AWS takes',
      changed({
        NotAction: Array.from({ length: 300 }, (_, n) => `iam:List${'x'.repeat(20)}${n}`),
      }),
      'error too-large',
    ],
  ])('finds %s', (_, policy, expected) => {
    expect(check(policy)).toContain(expected)
  })

  it.each([
    [{ StringEquals: { 'aws:PrincipalType': ['User'] } }],
    [{ ArnEquals: { 'aws:PrincipalArn': ['arn:aws:iam::*:user/*'] } }],
    [{ Null: { 'aws:username': ['false'] } }],
  ])('takes %j for a filter, too', (filter) => {
    const { BoolIfExists } = SCP.Statement[0]!.Condition!
    const policy = changed({ Condition: { BoolIfExists: BoolIfExists!, ...filter } })
    expect(check(policy)).not.toContain('error stops-roles')
  })
})
