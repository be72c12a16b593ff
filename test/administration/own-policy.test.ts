import { describe, expect, it } from 'vitest'
import { isOwnPolicy } from '../../src/administration/own-policy.ts'
import type { PolicyDocument, Statement } from '../../src/policy/document.ts'
import { allowAllPolicy, classicPolicy, MARK, strictPolicy } from '../../src/policy/documents.ts'
import { preparePolicy } from '../../src/policy/policy-options.ts'

const isOwn = (policy: PolicyDocument, description = ''): boolean =>
  isOwnPolicy({ description, text: JSON.stringify(policy) })
const withGate = (change: Partial<Statement>): PolicyDocument => {
  const policy = strictPolicy()
  const Statement = policy.Statement.map((each) =>
    each.Effect === 'Deny' ? { ...each, ...change } : each,
  )
  return { ...policy, Statement }
}

const EXCEPTIONS = [
  { exceptPath: ['/machines/'], exceptTag: [] },
  { exceptPath: ['/a/b-c.d/', '/ci/'], exceptTag: [{ key: 'mfa', value: 'no' }] },
  { exceptPath: [], exceptTag: ['no', 'x'].map((value) => ({ key: 'a b/c', value })) },
]
const WRITTEN = (['strict', 'classic'] as const).flatMap((style) =>
  [false, true].flatMap((allowFirstPassword) =>
    ['aws', 'aws-cn', 'aws-us-gov'].flatMap((partition) =>
      EXCEPTIONS.flatMap((exceptions) =>
        ['2027-03-31', '2127-01-01T12:34:56+02:00'].map((until) => {
          const input = { style, allowFirstPassword, ...exceptions, until: new Date(until) }
          return preparePolicy(input, new Date('2026-11-27'))(partition)
        }),
      ),
    ),
  ),
)
const [EXCEPTING] = WRITTEN as [PolicyDocument]
/** The Denies of a policy with exceptions, changed. */
const withDenies = (change: (denies: Statement[]) => Statement[]): PolicyDocument => {
  const isDeny = ({ Effect }: Statement) => Effect === 'Deny'
  const { Statement: all } = structuredClone(EXCEPTING)
  const Statement = [...all.filter((each) => !isDeny(each)), ...change(all.filter(isDeny))]
  return { ...EXCEPTING, Statement }
}
const adding = (index: number, conditions: Statement['Condition']): PolicyDocument =>
  withDenies((denies) =>
    denies.map((each, at) =>
      at === index ? { ...each, Condition: { ...each.Condition, ...conditions } } : each,
    ),
  )

describe('a policy is mfa-login’s own', () => {
  it('by its mark, whatever is in it', () => {
    expect(isOwn(allowAllPolicy(), MARK)).toBe(true)
    expect(isOwnPolicy({ description: MARK, text: '{' })).toBe(true)
    expect(isOwn(allowAllPolicy(), 'Security team. Not managed by anybody')).toBe(false)
  })

  it('as the same gate, in any order, partition, and with fewer exemptions', () => {
    expect(isOwn(strictPolicy('aws-cn'))).toBe(true)
    const classic = classicPolicy()
    classic.Statement.reverse()
    for (const { NotAction = [] } of classic.Statement) NotAction.reverse().pop()
    expect(isOwn(classic)).toBe(true)
  })

  it('with whatever exceptions, end, partition and order', () => {
    expect(WRITTEN).toHaveLength(72)
    for (const policy of WRITTEN) {
      expect(isOwn(policy), JSON.stringify(policy)).toBe(true)
      policy.Statement.reverse()
      expect(isOwn(policy)).toBe(true)
    }
  })

  it.each([
    ['excepts users without an end', withDenies((denies) => denies.slice(0, 1))],
    ['begins on a day', withDenies((denies) => denies.slice(1))],
    ['excepts them twice', withDenies((denies) => [...denies, ...denies])],
    [
      'denies less from the day on',
      withDenies(([until, from]) => [until!, { ...from!, NotAction: ['iam:ListUsers'] }]),
    ],
    ['excepts a name', adding(0, { StringNotEquals: { 'aws:username': ['bob'] } })],
    [
      'excepts all users',
      adding(0, { ArnNotLike: { 'aws:PrincipalArn': ['arn:aws:iam::*:user/*'] } }),
    ],
    ['excepts tags by a pattern', adding(0, { StringNotLike: { 'aws:PrincipalTag/x': ['a*'] } })],
    [
      'excepts before the day, too',
      adding(1, { StringNotEquals: { 'aws:PrincipalTag/x': ['a'] } }),
    ],
    ['ends on no day', adding(1, { DateGreaterThanEquals: { 'aws:CurrentTime': ['soon'] } })],
    [
      'begins on two days',
      adding(0, { DateGreaterThanEquals: { 'aws:CurrentTime': ['2027-01-01'] } }),
    ],
    [
      'denies with MFA',
      withGate({ Condition: { Bool: { 'aws:MultiFactorAuthPresent': ['true'] } } }),
    ],
    [
      'allows more',
      {
        ...strictPolicy(),
        Statement: [...strictPolicy().Statement, ...allowAllPolicy().Statement],
      },
    ],
    [
      'allows keys of others',
      {
        ...strictPolicy(),
        Statement: [
          ...strictPolicy().Statement,
          { Effect: 'Allow', Action: ['iam:CreateAccessKey'], Resource: ['*'] },
        ],
      } satisfies PolicyDocument,
    ],
    ['lets devices be deactivated', withGate({ NotAction: ['iam:DeactivateMFADevice'] })],
    ['denies nothing', allowAllPolicy()],
    ['exempts more', withGate({ NotAction: ['iam:ListMFADevices', 's3:*'] })],
    ['denies without looking at MFA', withGate({ Condition: {} })],
    [
      'looks at more than MFA',
      withGate({
        Condition: {
          BoolIfExists: { 'aws:MultiFactorAuthPresent': ['false'] },
          IpAddress: { 'aws:SourceIp': ['192.0.2.0/24'] },
        },
      }),
    ],
    ['denies on one resource only', withGate({ Resource: ['arn:aws:s3:::bucket'] })],
    [
      'denies by Action',
      {
        ...strictPolicy(),
        Statement: [
          {
            Effect: 'Deny',
            Action: ['*'],
            Resource: ['*'],
            Condition: { Bool: { 'aws:MultiFactorAuthPresent': ['false'] } },
          },
        ],
      } satisfies PolicyDocument,
    ],
  ])('but not one that %s', (_, policy) => {
    expect(isOwn(policy)).toBe(false)
  })
})
