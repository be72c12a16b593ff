import { describe, expect, test } from 'vitest'
import type { PolicyDocument } from '../../src/policy/document.ts'
import { readPolicy } from '../../src/policy/read-document.ts'
import { allowAllPolicy, classicPolicy, strictPolicy } from '../../src/policy/documents.ts'
import { evaluate } from '../../src/policy/evaluate.ts'

const OWN = 'arn:aws:iam::123456789012:user/alice'
const WITH_PATH = 'arn:aws:iam::123456789012:user/team/x/alice'
const OTHERS = ['user/bob', 'user/team/bob', 'user/xalice', 'user/alice2', 'user/team/xalice'].map(
  (name) => `arn:aws:iam::123456789012:${name}`,
)
const DEVICE = 'arn:aws:iam::123456789012:mfa/anything'

const KEY = {}
const PLAIN = { 'aws:MultiFactorAuthPresent': 'false' }
const MFA = { 'aws:MultiFactorAuthPresent': 'true' }

function decide(document: PolicyDocument, action: string, resource: string, mfa: object) {
  const context = { 'aws:username': 'alice', 'aws:ViaAWSService': 'false', ...mfa }
  const policies = [
    { name: 'mfa', document },
    { name: 'all', document: allowAllPolicy() },
  ]
  return evaluate(policies, { action, resource, context }).decision
}

describe.each([
  ['classic', classicPolicy()],
  ['strict', strictPolicy()],
])('the %s policy', (_name, policy) => {
  test('is read back without a change', () => {
    expect(readPolicy(JSON.parse(JSON.stringify(policy)))).toEqual(policy)
  })

  test.each(['s3:ListAllMyBuckets', 'ec2:RunInstances', 'iam:DeactivateMFADevice'])(
    'denies %s to a key and to a session without MFA, and allows it with MFA',
    (action) => {
      expect(decide(policy, action, OWN, KEY)).toBe('explicitDeny')
      expect(decide(policy, action, OWN, PLAIN)).toBe('explicitDeny')
      expect(decide(policy, action, OWN, MFA)).toBe('allowed')
    },
  )

  test.each([
    ['iam:ListUsers', '*'],
    ['iam:ListVirtualMFADevices', '*'],
    ['iam:ListMFADevices', OWN],
    ['iam:CreateVirtualMFADevice', DEVICE],
    ['iam:EnableMFADevice', OWN],
    ['iam:ResyncMFADevice', OWN],
    ['iam:ListMFADevices', WITH_PATH],
    ['iam:EnableMFADevice', WITH_PATH],
    ['iam:ResyncMFADevice', WITH_PATH],
  ])('alone allows %s on %s without MFA', (action, resource) => {
    const alone = [{ name: 'mfa', document: policy }]
    const context = { 'aws:username': 'alice', 'aws:ViaAWSService': 'false' }
    expect(evaluate(alone, { action, resource, context }).decision).toBe('allowed')
  })

  test('alone allows nothing on other users', () => {
    const alone = [{ name: 'mfa', document: policy }]
    const context = { 'aws:username': 'alice', ...MFA }
    for (const action of ['iam:EnableMFADevice', 'iam:DeactivateMFADevice']) {
      const decision = (resource: string) => evaluate(alone, { action, resource, context }).decision
      expect([decision(OWN), decision(WITH_PATH)]).toEqual(['allowed', 'allowed'])
      for (const other of OTHERS) expect(decision(other), other).toBe('implicitDeny')
    }
  })
})

test.each([
  ['iam:ChangePassword', OWN],
  ['iam:CreateAccessKey', OWN],
  ['iam:UpdateAccessKey', OWN],
  ['iam:DeleteVirtualMFADevice', DEVICE],
])(
  'the classic policy allows %s without MFA and the strict policy denies it',
  (action, resource) => {
    expect(decide(classicPolicy(), action, resource, KEY)).toBe('allowed')
    expect(decide(strictPolicy(), action, resource, KEY)).toBe('explicitDeny')
  },
)

test('the classic policy denies reading the password rules without MFA, as the published one does', () => {
  expect(decide(classicPolicy(), 'iam:GetAccountPasswordPolicy', '*', KEY)).toBe('explicitDeny')
  const alone = [{ name: 'mfa', document: classicPolicy() }]
  const request = { action: 'iam:GetAccountPasswordPolicy', resource: '*', context: MFA }
  expect(evaluate(alone, request).decision).toBe('allowed')
})

test('only the strict policy lets AWS services act for the user', () => {
  const viaService = { ...PLAIN, 'aws:ViaAWSService': 'true' }
  expect(decide(strictPolicy(), 's3:GetObject', '*', viaService)).toBe('allowed')
  expect(decide(classicPolicy(), 's3:GetObject', '*', viaService)).toBe('explicitDeny')
})

test('policies name the ARNs of their partition', () => {
  const own = 'arn:aws-us-gov:iam::123456789012:user/alice'
  const request = { action: 'iam:EnableMFADevice', context: { 'aws:username': 'alice' } }
  for (const make of [classicPolicy, strictPolicy]) {
    const decision = (partition: string) =>
      evaluate([{ name: 'p', document: make(partition) }], { ...request, resource: own }).decision
    expect(decision('aws-us-gov')).toBe('allowed')
    expect(decision('aws')).toBe('implicitDeny')
  }
})
