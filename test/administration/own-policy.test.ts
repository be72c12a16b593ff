import { describe, expect, it } from 'vitest'
import { isOwnPolicy, MARK } from '../../src/administration/own-policy.ts'
import type { PolicyDocument, Statement } from '../../src/policy/document.ts'
import { allowAllPolicy, classicPolicy, strictPolicy } from '../../src/policy/documents.ts'

const isOwn = (policy: PolicyDocument, description = ''): boolean =>
  isOwnPolicy({ description, text: JSON.stringify(policy) })
const withGate = (change: Partial<Statement>): PolicyDocument => {
  const policy = strictPolicy()
  const Statement = policy.Statement.map((each) =>
    each.Effect === 'Deny' ? { ...each, ...change } : each,
  )
  return { ...policy, Statement }
}

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

  it.each([
    [
      'allows more',
      {
        ...strictPolicy(),
        Statement: [...strictPolicy().Statement, ...allowAllPolicy().Statement],
      },
    ],
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
