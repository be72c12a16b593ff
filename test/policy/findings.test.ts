import { describe, expect, it, test } from 'vitest'
import type { PolicyDocument } from '../../src/policy/document.ts'
import { allowAllPolicy, classicPolicy, strictPolicy } from '../../src/policy/documents.ts'
import { checkPolicies } from '../../src/policy/check-policies.ts'
import { createMatrix } from '../../src/policy/matrix.ts'
import { readPolicyText } from '../../src/policy/read-text.ts'
import { inferSubject } from '../../src/policy/subject.ts'
import {
  changed,
  codes,
  codesOfAll,
  exempting,
  found,
  GATE,
  named,
  NOW,
  ownDevicesOn,
  USAGE,
  withoutFirstPassword,
} from '../support/policies.ts'

it('checkPolicies finds nothing in the strict policy of any partition', () => {
  for (const partition of ['aws', 'aws-cn', 'aws-us-gov'])
    expect(codes(strictPolicy(partition))).toEqual([])
})

it('checkPolicies finds what the classic policy leaves open', () => {
  expect(codes(classicPolicy())).toEqual([
    'access-key-without-mfa',
    'password-without-mfa',
    'delete-without-mfa',
    'services-blocked',
  ])
})

describe('a finding', () => {
  test.each<[string, PolicyDocument]>([
    ['no-mfa-deny', { ...strictPolicy(), Statement: strictPolicy().Statement.slice(0, -1) }],
    [
      'bool-not-if-exists',
      changed(GATE, (gate) => ({ ...gate, Condition: { Bool: gate.Condition!.BoolIfExists! } })),
    ],
    [
      'enrolment-blocked',
      changed(GATE, (gate) => ({ ...gate, NotAction: ['iam:ResyncMFADevice'] })),
    ],
    [
      'resync-blocked',
      changed(GATE, (gate) => ({
        ...gate,
        NotAction: gate.NotAction!.filter((action) => action !== 'iam:ResyncMFADevice'),
      })),
    ],
    [
      'session-slips-through',
      changed(GATE, (gate) => ({
        ...gate,
        Condition: {
          Null: { 'aws:MultiFactorAuthPresent': ['true'] },
          BoolIfExists: { 'aws:ViaAWSService': ['false'] },
        },
      })),
    ],
    [
      'denies-with-mfa',
      changed(GATE, (gate) => ({
        ...gate,
        Condition: {
          BoolIfExists: {
            'aws:MultiFactorAuthPresent': ['true', 'false'],
            'aws:ViaAWSService': ['false'],
          },
        },
      })),
    ],
    ['deny-not-everything', exempting('ec2:*')],
    [
      'enrolment-not-allowed',
      {
        ...strictPolicy(),
        Statement: strictPolicy().Statement.filter(({ Sid }) => Sid !== 'AllowCreatingDevices'),
      },
    ],
    ['deactivate-without-mfa', exempting('iam:DeactivateMFADevice')],
    ['access-key-without-mfa', exempting('iam:CreateAccessKey')],
    ['password-without-mfa', exempting('iam:Change*')],
    ['delete-without-mfa', exempting('iam:DeleteVirtualMFADevice')],
    ['session-token-exempt', exempting('sts:GetSessionToken')],
    ['not-own-user', changed('AllowOwnDevices', (each) => ({ ...each, Resource: ['*'] }))],
    [
      'unknown-action',
      changed('AllowOwnDevices', (each) => ({
        ...each,
        Action: [...each.Action!, 'iam:GetMFADevic'],
      })),
    ],
    [
      'resource-never-matches',
      changed('AllowLists', (each) => ({
        ...each,
        Resource: ['arn:aws:iam::*:user/${aws:username}'],
      })),
    ],
    ['path-not-covered', ownDevicesOn('user/${aws:username}')],
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
  ])('%s is the only one for its policy, and documented', (code, policy) => {
    expect(codes(policy)).toEqual([code])
    expect(USAGE).toContain(`| \`${code}\``)
  })

  it('old-version is reported', () => {
    expect(codes({ ...strictPolicy(), Version: '2008-10-17' })).toContain('old-version')
  })

  it('too-large is there for a file that is larger than its type may be', () => {
    const check = (text: string, type: 'managed' | 'user' | 'group') => {
      const file = { text, type }
      const scope = { isComplete: false, file }
      return withoutFirstPassword(
        checkPolicies([named(strictPolicy())], inferSubject([], NOW), scope),
      )
    }
    const text = (length: number): string => `${' '.repeat(9999)}${'x'.repeat(length)}\n`
    for (const [type, max] of [
      ['managed', 6144],
      ['user', 2048],
      ['group', 5120],
    ] as const) {
      expect(check(text(max), type)).toEqual([])
      const [finding] = check(text(max + 1), type)
      expect(finding).toMatchObject({ code: 'too-large', severity: 'error' })
      expect(finding?.message).toContain(`${max + 1} `)
    }
    expect(USAGE).toContain('| `too-large`')
  })

  it('names its statement, by number if there is no Sid', () => {
    const policy = changed(GATE, ({ Effect, Condition }) => ({
      Effect,
      Resource: ['*'],
      NotAction: ['iam:ListUsers'],
      ...(Condition === undefined ? {} : { Condition }),
    }))
    expect(found(policy)[0]).toMatchObject({ statement: '#6', severity: 'error' })
    expect(found(policy)[0]?.remedy).toContain('iam:CreateVirtualMFADevice')
  })
})

it('the matrix says what a policy decides, and by which statement', () => {
  const row = (action: string) =>
    createMatrix([named(strictPolicy())], inferSubject([], NOW)).find(
      (each) => each.action === action,
    )
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
  [
    '{"Version":"2012-10-17",\n"Version":"2012-10-17"}',
    /^2:1: the key "Version" appears a second time/,
  ],
  ['{"Version":"2012-10-17","Statement":[{"Effect":"Maybe"}]}', /Effect must be/],
])('the policy text %j is refused with line and column', (text, expected) => {
  const read = readPolicyText(text)
  expect('problem' in read ? read.problem : '').toMatch(expected)
})

describe('all policies of a user together', () => {
  const only = (...sids: string[]): PolicyDocument => ({
    ...classicPolicy(),
    Statement: classicPolicy().Statement.filter(({ Sid }) => sids.includes(Sid!)),
  })

  it('have the findings of one policy with all statements', () => {
    expect(codesOfAll(strictPolicy(), allowAllPolicy())).toEqual([])
    expect(codesOfAll(only('DenyAllElseWithoutMfa'), allowAllPolicy())).toEqual(
      codesOfAll(classicPolicy()),
    )
  })

  it('must allow enrollment, which a single policy need not', () => {
    const gate = only('DenyAllElseWithoutMfa')
    expect(found(gate).find(({ code }) => code === 'enrolment-not-allowed')?.severity).toBe('note')
    const all = checkPolicies([named(gate)], inferSubject([], NOW), { isComplete: true })
    expect(all.find(({ code }) => code === 'enrolment-not-allowed')?.severity).toBe('error')
  })

  it('have no finding for an exemption that nothing allows', () => {
    const without = { ...classicPolicy(), Statement: classicPolicy().Statement.slice(3) }
    expect(codesOfAll(without)).toEqual(['delete-without-mfa', 'services-blocked'])
  })

  it('may have several Deny statements that complement each other', () => {
    const devices = {
      Sid: 'Devices',
      Effect: 'Deny' as const,
      Action: ['iam:DeactivateMFADevice'],
      Resource: ['*'],
      Condition: {
        BoolIfExists: { 'aws:MultiFactorAuthPresent': ['false'], 'aws:ViaAWSService': ['false'] },
      },
    }
    const policy = exempting('iam:DeactivateMFADevice')
    expect(codes(policy)).toEqual(['deactivate-without-mfa'])
    expect(codes({ ...policy, Statement: [devices, ...policy.Statement] })).toEqual([])
  })

  it('have no finding for an exemption that another Deny covers', () => {
    for (const pattern of ['ec2:RunInstances', 'ec2:*', 'iam:List*']) {
      expect(codes(exempting(pattern)), pattern).toEqual(['deny-not-everything'])
      expect(codesOfAll(exempting(pattern), strictPolicy()), pattern).toEqual([])
    }
    expect(codesOfAll(exempting('ec2:*'), exempting('ec2:*'))).toEqual(['deny-not-everything'])
  })

  it('have a finding for each Deny that blocks enrollment, and for the one that exempts too much', () => {
    const gate = (...actions: string[]): PolicyDocument =>
      changed(GATE, (each) => ({
        ...each,
        NotAction: each.NotAction!.filter((name) => !actions.includes(name)),
      }))
    const all = [
      named(gate('iam:ListMFADevices'), 'a'),
      named(gate('iam:EnableMFADevice', 'iam:ListMFADevices'), 'b'),
    ]
    const blocked = checkPolicies(all, inferSubject(all, NOW), { isComplete: true })
    expect(blocked.map(({ code, policy, message }) => [code, policy, message])).toEqual([
      ['enrolment-blocked', 'a', expect.stringContaining('out: iam:ListMFADevices denied')],
      [
        'enrolment-blocked',
        'b',
        expect.stringContaining('out: iam:EnableMFADevice, iam:ListMFADevices denied'),
      ],
    ])
    const narrow = changed(GATE, (each) => ({ ...each, Resource: ['arn:aws:s3:::*'] }))
    const two = [named(narrow, 'narrow'), named(exempting('iam:CreateAccessKey'), 'exempting')]
    const findings = checkPolicies(two, inferSubject(two, NOW), { isComplete: false })
    expect(withoutFirstPassword(findings)).toMatchObject([
      {
        code: 'access-key-without-mfa',
        policy: 'exempting',
        remedy: 'take iam:CreateAccessKey out of NotAction',
      },
    ])
  })

  it('may pin the device name if another statement allows a second device', () => {
    const pinned = changed('AllowCreatingDevices', (each) => ({
      ...each,
      Resource: ['arn:aws:iam::*:mfa/${aws:username}'],
    }))
    expect(codesOfAll(pinned)).toEqual(['device-name-pinned'])
    expect(codesOfAll(pinned, allowAllPolicy())).toEqual([])
  })
})

it('the remedy for a Deny with Action speaks of Action', () => {
  const deny = (Action: string[]): PolicyDocument => ({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Deny',
        Action,
        Resource: ['*'],
        Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': ['false'] } },
      },
    ],
  })
  const remedy = (policy: PolicyDocument, code: string): string | undefined =>
    found(policy).find((each) => each.code === code)?.remedy
  expect(remedy(deny(['*']), 'enrolment-blocked')).toMatch(/^write NotAction instead of Action/)
  expect(remedy(deny(['s3:*']), 'access-key-without-mfa')).toBe(
    'make the Deny cover iam:CreateAccessKey',
  )
})

test.each(['aws', 'aws-cn', 'aws-us-gov'])(
  'self-service on other users is found in the partition %s',
  (partition) => {
    const policy = strictPolicy(partition)
    const wide = {
      ...policy,
      Statement: policy.Statement.map((each) =>
        each.Sid === 'AllowOwnDevices'
          ? { ...each, Resource: [`arn:${partition}:iam::210987654321:user/*`] }
          : each,
      ),
    }
    expect(codes(wide)).toContain('not-own-user')
  },
)

it('readPolicyText accepts a byte order mark, which PowerShell writes', () => {
  expect('policy' in readPolicyText(`\uFEFF${JSON.stringify(strictPolicy())}`)).toBe(true)
})

it('readPolicyText knows the line of a statement', () => {
  const read = readPolicyText(JSON.stringify(classicPolicy(), undefined, 2))
  if ('problem' in read) throw new Error(read.problem)
  const lines = JSON.stringify(classicPolicy(), undefined, 2).split('\n')
  const gate = classicPolicy().Statement.length - 1
  expect(lines[read.lineOf(gate)]).toContain('DenyAllElseWithoutMfa')
  expect(read.lineOf(undefined)).toBe(1)
})
