import { describe, expect, it, test } from 'vitest'
import type { PolicyDocument, Statement } from '../../src/policy/document.ts'
import { classicPolicy, strictPolicy } from '../../src/policy/documents.ts'
import { findingsOf } from '../../src/policy/findings.ts'
import { matrixOf } from '../../src/policy/matrix.ts'
import { readPolicyText } from '../../src/policy/read-text.ts'

const codes = (policy: PolicyDocument): string[] => findingsOf(policy).map(({ code }) => code)

/** The strict policy with one statement changed. */
function changed(sid: string, change: (statement: Statement) => Statement): PolicyDocument {
  const policy = strictPolicy()
  return {
    ...policy,
    Statement: policy.Statement.map((each) => (each.Sid === sid ? change(each) : each)),
  }
}

const GATE = 'DenyAllElseWithoutMfa'
const exempting = (action: string) =>
  changed(GATE, (gate) => ({ ...gate, NotAction: [...gate.NotAction!, action] }))

it('finds nothing in the strict policy of any partition', () => {
  for (const partition of ['aws', 'aws-cn', 'aws-us-gov'])
    expect(codes(strictPolicy(partition))).toEqual([])
})

it('finds in the classic policy what it leaves open', () => {
  expect(codes(classicPolicy())).toEqual([
    'access-key-without-mfa',
    'password-without-mfa',
    'delete-without-mfa',
    'services-blocked',
  ])
})

describe('each finding', () => {
  test.each<[string, PolicyDocument]>([
    ['no-mfa-deny', { ...strictPolicy(), Statement: strictPolicy().Statement.slice(0, -1) }],
    [
      'bool-not-if-exists',
      changed(GATE, (gate) => ({ ...gate, Condition: { Bool: gate.Condition!.BoolIfExists! } })),
    ],
    ['enrolment-blocked', changed(GATE, (gate) => ({ ...gate, NotAction: ['iam:ListUsers'] }))],
    ['deactivate-without-mfa', exempting('iam:DeactivateMFADevice')],
    ['access-key-without-mfa', exempting('iam:CreateAccessKey')],
    ['password-without-mfa', exempting('iam:Change*')],
    ['delete-without-mfa', exempting('iam:DeleteVirtualMFADevice')],
    ['session-token-exempt', exempting('sts:GetSessionToken')],
    ['not-own-user', changed('AllowOwnDevices', (each) => ({ ...each, Resource: ['*'] }))],
    [
      'device-name-pinned',
      changed('AllowCreatingDevices', (each) => ({
        ...each,
        Resource: ['arn:aws:iam::*:mfa/${aws:username}'],
      })),
    ],
    [
      'services-blocked',
      changed(GATE, (gate) => ({
        ...gate,
        Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': ['false'] } },
      })),
    ],
  ])('%s alone', (code, policy) => {
    expect(codes(policy)).toEqual([code])
  })

  it('old-version', () => {
    expect(codes({ ...strictPolicy(), Version: '2008-10-17' })).toContain('old-version')
  })

  it('names the statement, by number where it has no Sid', () => {
    const policy = changed(GATE, ({ Effect, Condition }) => ({
      Effect,
      Resource: ['*'],
      NotAction: ['iam:ListUsers'],
      ...(Condition === undefined ? {} : { Condition }),
    }))
    expect(findingsOf(policy)[0]).toMatchObject({ statement: '#5', severity: 'error' })
    expect(findingsOf(policy)[0]?.remedy).toContain('iam:CreateVirtualMFADevice')
  })
})

it('tells what a policy decides, and by which statement', () => {
  const row = (action: string) => matrixOf(strictPolicy()).find((each) => each.action === action)
  expect(row('iam:EnableMFADevice')?.withoutMfa).toEqual({
    decision: 'allowed',
    by: 'AllowOwnDevices',
  })
  expect(row('s3:ListAllMyBuckets')).toMatchObject({
    withoutMfa: { decision: 'denied', by: GATE },
    withMfa: { decision: 'not allowed', by: null },
  })
  expect(row('iam:DeactivateMFADevice')?.withMfa).toEqual({
    decision: 'allowed',
    by: 'AllowDeactivatingWithMfa',
  })
})

test.each([
  ['{\n  "Version": oops\n}', /^2:14: /],
  ['{\n  "Version": "2012-10-17",\n', /^\d:\d+: /],
  ['', /^1:1: /],
  ['{"Version":"2012-10-17","Statement":[{"Effect":"Maybe"}]}', /Effect must be/],
])('%j is refused with its place', (text, expected) => {
  const read = readPolicyText(text)
  expect('problem' in read ? read.problem : '').toMatch(expected)
})
