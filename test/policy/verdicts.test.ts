/** Policies whose verdict an administrator relies on, each a case of a class. */
import { readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { checkPolicies } from '../../src/policy/check-policies.ts'
import type { Conditions, PolicyDocument, Statement } from '../../src/policy/document.ts'
import { allowAllPolicy, strictPolicy } from '../../src/policy/documents.ts'
import { createMatrix } from '../../src/policy/matrix.ts'
import { readPolicyText } from '../../src/policy/read-text.ts'
import { inferSubject } from '../../src/policy/subject.ts'
import { changed, found, GATE, named, NOW } from '../support/policies.ts'

function fixture(name: string): PolicyDocument {
  const file = new URL(`../fixtures/policies/${name}.json`, import.meta.url)
  const read = readPolicyText(readFileSync(file, 'utf8'))
  if ('problem' in read) throw new Error(read.problem)
  return read.policy
}

/** Severity, code and statement of each finding. */
const verdicts = (policy: PolicyDocument): string[] =>
  found(policy).map(({ severity, code, statement }) =>
    `${severity} ${code} ${statement ?? ''}`.trim(),
  )
const finding = (policy: PolicyDocument, code: string) =>
  found(policy).find((each) => each.code === code)
const NO_SERVICE = 'warning services-blocked Gate'

describe('the verdict on', () => {
  test.each<[string, string[]]>([
    ['age-alone', ['error denies-nothing Gate', 'note path-not-covered Enroll']],
    ['notaction-star', ['error denies-nothing Gate', 'note path-not-covered Enroll']],
    [
      'never-applies',
      ['error denies-nothing Gate', 'error never-applies Gate', 'note path-not-covered Enroll'],
    ],
    ['one-service', ['error denies-nothing Gate', 'note path-not-covered Enroll']],
    ['allow-if-exists', ['error no-mfa-deny', 'error allow-if-exists LetsIn']],
    ['source-ip-beside-gate', ['note further-conditions Office', 'note path-not-covered Enroll']],
    [
      'tag-locks-out',
      [
        'error enrolment-blocked Gate',
        'warning resync-blocked Gate',
        NO_SERVICE,
        'note further-conditions Gate',
        'note path-not-covered Enroll',
      ],
    ],
  ])('%s is %j', (name, expected) => {
    expect(verdicts(fixture(name))).toEqual(expected)
  })

  it('a Deny of one service names what stays open', () => {
    expect(finding(fixture('one-service'), 'denies-nothing')?.message).toBe(
      'The Deny leaves open without MFA: everything but dynamodb:*.',
    )
  })

  it('a Deny that never applies names the conditions that contradict each other', () => {
    expect(finding(fixture('never-applies'), 'never-applies')?.message).toBe(
      'No request meets its condition: Bool aws:MultiFactorAuthPresent false and Null aws:MultiFactorAuthPresent true.',
    )
  })

  it('a Deny that depends on the address of the caller says so, in the table too', () => {
    const policy = fixture('source-ip-beside-gate')
    expect(finding(policy, 'further-conditions')?.message).toBe(
      'Whether the Deny applies depends on aws:SourceIp.',
    )
    const rows = createMatrix(
      [named(policy), named(allowAllPolicy(), 'all')],
      inferSubject([], NOW),
    )
    const row = rows.find(({ action }) => action === 's3:ListAllMyBuckets')
    expect(row?.withoutMfa).toEqual({ decision: 'denied', by: 'p: Gate' })
    expect(row?.withMfa).toEqual({ decision: 'depends', keys: ['aws:SourceIp'], by: 'p: Office' })
  })

  const gate = (Condition: Conditions): PolicyDocument =>
    changed(GATE, (each) => ({ ...each, Condition }))
  const MFA_FALSE = { 'aws:MultiFactorAuthPresent': ['false'] }
  const DIRECT = { 'aws:ViaAWSService': ['false'] }

  test.each<[string, Conditions, string]>([
    [
      'Null aws:TokenIssueTime true',
      { BoolIfExists: { ...MFA_FALSE, ...DIRECT }, Null: { 'aws:TokenIssueTime': ['true'] } },
      'error session-slips-through',
    ],
    [
      'a date that has passed',
      {
        BoolIfExists: { ...MFA_FALSE, ...DIRECT },
        DateLessThan: { 'aws:CurrentTime': ['2020-01-01T00:00:00Z'] },
      },
      'error never-applies',
    ],
    [
      'a date that has not begun',
      {
        BoolIfExists: { ...MFA_FALSE, ...DIRECT },
        DateGreaterThan: { 'aws:CurrentTime': ['2040-01-01T00:00:00Z'] },
      },
      'error denies-nothing',
    ],
    [
      'a tag that must be there',
      { BoolIfExists: { ...MFA_FALSE, ...DIRECT }, Null: { 'aws:PrincipalTag/mfa': ['false'] } },
      'note further-conditions',
    ],
    [
      'the name of one user',
      {
        BoolIfExists: { ...MFA_FALSE, ...DIRECT },
        StringEquals: { 'aws:username': ['alice'] },
      },
      'note further-conditions',
    ],
    [
      'an exception for one user',
      {
        BoolIfExists: { ...MFA_FALSE, ...DIRECT },
        ArnNotLike: { 'aws:PrincipalArn': ['arn:aws:iam::*:user/bot'] },
      },
      'warning exception-without-end',
    ],
  ])('a gate with %s has a finding', (_, Condition, expected) => {
    expect(verdicts(gate(Condition))).toContain(`${expected} ${GATE}`)
  })

  it('a gate with Null aws:MultiFactorAuthAge has a remedy that fits it', () => {
    const policy = gate({ Null: { 'aws:MultiFactorAuthAge': ['true'] } })
    expect(verdicts(policy)).toEqual([`warning services-blocked ${GATE}`])
    expect(found(policy)[0]?.remedy).toBe(
      'add "BoolIfExists": {"aws:ViaAWSService": "false"} to its condition',
    )
  })

  it('an Allow without a gate is an error', () => {
    expect(verdicts(allowAllPolicy())).toEqual(['error no-mfa-deny'])
    const Statement = strictPolicy().Statement.filter(({ Effect }) => Effect === 'Allow')
    expect(verdicts({ ...strictPolicy(), Statement })).toEqual(['error no-mfa-deny'])
  })

  it('two actions of one service, as in a sample of AWS, names what stays open', () => {
    const deny: Statement = {
      Sid: 'DenyStopAndTerminateWhenMFAIsNotPresent',
      Effect: 'Deny',
      Action: ['ec2:StopInstances', 'ec2:TerminateInstances'],
      Resource: ['*'],
      Condition: { BoolIfExists: MFA_FALSE },
    }
    const all: Statement = { Effect: 'Allow', Action: ['ec2:*'], Resource: ['*'] }
    const policy: PolicyDocument = { Version: '2012-10-17', Statement: [all, deny] }
    expect(finding(policy, 'denies-nothing')).toMatchObject({
      severity: 'error',
      message:
        'The Deny leaves open without MFA: everything but ec2:StopInstances, ec2:TerminateInstances.',
    })
  })

  it('several gates blames the one that is closest to a gate', () => {
    const small: Statement = {
      Sid: 'Small',
      Effect: 'Deny',
      NotAction: ['*'],
      Resource: ['*'],
      Condition: { BoolIfExists: { ...MFA_FALSE, ...DIRECT } },
    }
    const policy = changed(GATE, (each) => ({
      ...each,
      NotAction: [...each.NotAction!, 's3:GetObject'],
    }))
    expect(verdicts({ ...policy, Statement: [small, ...policy.Statement] })).toEqual([
      `error deny-not-everything ${GATE}`,
    ])
  })
})

describe('a service control policy', () => {
  const check = (document: PolicyDocument) => {
    const scope = { isComplete: false, file: { text: '', type: 'scp' as const } }
    return checkPolicies([named(document)], inferSubject([], NOW), scope).map(({ code }) => code)
  }
  const policy = fixture('scp-stops-roles')

  const locksOut = [
    'enrolment-blocked',
    'resync-blocked',
    'services-blocked',
    'first-password-blocked',
  ]

  it('must not stop roles, nor users who enroll', () => {
    expect(check(policy)).toEqual(['enrolment-blocked', 'stops-roles', ...locksOut.slice(1)])
  })

  it('may be limited to users', () => {
    const [deny] = policy.Statement
    const ArnLike = { 'aws:PrincipalArn': ['arn:aws:iam::*:user/*'] }
    const limited = { ...deny!, Condition: { ...deny!.Condition, ArnLike } }
    expect(check({ ...policy, Statement: [limited] })).toEqual(locksOut)
  })
})
