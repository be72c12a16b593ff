import { describe, expect, it, test } from 'vitest'
import type { PolicyDocument, Statement } from '../../src/policy/document.ts'
import { strictPolicy } from '../../src/policy/documents.ts'
import { changed, codes, exempting, found, GATE, USAGE } from '../support/policies.ts'

describe('checkPolicies', () => {
  const NA = strictPolicy().Statement.at(-1)!.NotAction!
  const with_ = (...statements: Statement[]): PolicyDocument => ({
    ...strictPolicy(),
    Statement: [...strictPolicy().Statement, ...statements],
  })
  const deny = (parts: Partial<Statement>): Statement => ({
    Effect: 'Deny',
    Resource: ['*'],
    ...parts,
  })
  const gateOf = (parts: Partial<Statement>): PolicyDocument =>
    changed(GATE, (gate) => ({ ...gate, ...parts }))

  test.each([
    'iam:AttachUserPolicy',
    'iam:CreateLoginProfile',
    'iam:PassRole',
    'iam:Update*',
    'secretsmanager:*',
    'dynamodb:PutItem',
  ])('names the exemption of %s', (action) => {
    const [finding] = found(exempting(action))
    expect(finding?.code).toBe('deny-not-everything')
    expect(finding?.message).toContain(action)
  })

  it('reports an action that is open to one kind of credentials without MFA only', () => {
    const policy = exempting('iam:DeactivateMFADevice')
    const half = deny({
      Action: ['iam:DeactivateMFADevice'],
      Condition: {
        Bool: { 'aws:MultiFactorAuthPresent': ['false'] },
        BoolIfExists: { 'aws:ViaAWSService': ['false'] },
      },
    })
    expect(codes({ ...policy, Statement: [...policy.Statement, half] })).toEqual([
      'deactivate-without-mfa',
    ])
  })

  it('checks Deny statements without conditions, too', () => {
    expect(codes(with_(deny({ NotAction: NA })))).toContain('denies-with-mfa')
    const enable = found(with_(deny({ Sid: 'Never', Action: ['iam:EnableMFADevice'] })))
    expect(enable.map(({ code, statement }) => [code, statement])).toEqual([
      ['enrolment-blocked', 'Never'],
    ])
    expect(codes(with_(deny({ Action: ['iam:*MFA*'] })))).not.toContain('device-name-pinned')
  })

  it('reports an exemption of the user’s own ARN, by which a stolen key can add permissions', () => {
    const own = ['arn:aws:iam::*:user/${aws:username}']
    const { Resource, ...gate } = strictPolicy().Statement.at(-1)!
    expect(Resource).toEqual(['*'])
    const policy = {
      ...strictPolicy(),
      Statement: [...strictPolicy().Statement.slice(0, -1), { ...gate, NotResource: own }],
    }
    expect(found(policy).find(({ code }) => code === 'deny-not-everything')?.message).toContain(
      'iam:PutUserPolicy',
    )
  })

  it('accepts a condition on the age of MFA', () => {
    const Null = { 'aws:MultiFactorAuthAge': ['true'] }
    const BoolIfExists = { 'aws:ViaAWSService': ['false'] }
    expect(codes(gateOf({ Condition: { Null, BoolIfExists } }))).toEqual([])
    const old = deny({
      NotAction: NA,
      Condition: { NumericGreaterThan: { 'aws:MultiFactorAuthAge': ['43200'] } },
    })
    expect(codes(with_(old))).toEqual([])
  })

  it('names further conditions of the Deny', () => {
    const BoolIfExists = strictPolicy().Statement.at(-1)!.Condition!.BoolIfExists!
    const policy = gateOf({
      Condition: { BoolIfExists, NotIpAddress: { 'aws:SourceIp': ['10.0.0.0/8'] } },
    })
    expect(found(policy)).toMatchObject([{ code: 'further-conditions', severity: 'note' }])
    expect(USAGE).toContain('| `further-conditions`')
  })

  it('does not take the account from the ARN of a role', () => {
    const policy: PolicyDocument = {
      ...strictPolicy(),
      Statement: [
        {
          Effect: 'Allow',
          Action: ['sts:AssumeRole'],
          Resource: ['arn:aws:iam::111122223333:role/x'],
        },
        {
          Effect: 'Allow',
          Action: ['iam:DeactivateMFADevice'],
          Resource: ['arn:aws:iam::999988887777:user/*'],
        },
        ...strictPolicy().Statement,
      ],
    }
    expect(codes(policy)).toEqual(['not-own-user'])
  })

  it('assumes requests over TLS', () => {
    const plain = deny({
      Action: ['*'],
      Condition: { BoolIfExists: { 'aws:SecureTransport': ['false'] } },
    })
    expect(codes(with_(plain))).toEqual([])
  })

  it('checks a Deny in GovCloud with ARNs of GovCloud', () => {
    const policy = strictPolicy('aws-us-gov')
    const gate = policy.Statement.at(-1)!
    gate.Resource = ['arn:aws-us-gov:*', '*']
    expect(codes(policy)).toEqual([])
    gate.Resource = ['arn:aws-us-gov:*']
    expect(found(policy).find(({ code }) => code === 'deny-not-everything')?.message).toBe(
      'The Deny leaves open without MFA: s3:ListAllMyBuckets, ec2:DescribeInstances.',
    )
  })
})
