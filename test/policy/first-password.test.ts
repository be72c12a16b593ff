/** Whether users can set the password that they must change at the first sign-in. */
import { describe, expect, it } from 'vitest'
import { checkPolicies } from '../../src/policy/check-policies.ts'
import type { PolicyDocument } from '../../src/policy/document.ts'
import { classicPolicy, strictPolicy, withFirstPassword } from '../../src/policy/documents.ts'
import { evaluate } from '../../src/policy/evaluate.ts'
import { readPolicy } from '../../src/policy/read-document.ts'
import { inferSubject } from '../../src/policy/subject.ts'
import { changed, GATE, named, NOW, USAGE } from '../support/policies.ts'

const CODE = 'first-password-blocked'
const ACCOUNT = 'arn:aws:iam::123456789012'
const WITH = withFirstPassword(strictPolicy(), 'aws')
const note = (policy: PolicyDocument, firstPasswords?: string[]) =>
  checkPolicies([named(policy)], inferSubject([named(policy)], NOW), {
    isComplete: firstPasswords !== undefined,
    ...(firstPasswords && { firstPasswords }),
  }).find(({ code }) => code === CODE)

describe('withFirstPassword', () => {
  it.each([
    ['strict', strictPolicy()],
    ['classic', classicPolicy()],
  ])('alone allows what a first password takes, for oneself only: %s', (_, style) => {
    const policy = withFirstPassword(style, 'aws')
    const decide = (action: string, resource: string) =>
      evaluate([named(policy)], {
        action,
        resource,
        context: {
          'aws:username': 'alice',
          'aws:MultiFactorAuthPresent': 'false',
          'aws:ViaAWSService': 'false',
        },
      }).decision
    for (const own of ['user/alice', 'user/team/x/alice'])
      expect(decide('iam:ChangePassword', `${ACCOUNT}:${own}`)).toBe('allowed')
    for (const other of ['user/bob', 'user/xalice', 'user/team/bob'])
      expect(decide('iam:ChangePassword', `${ACCOUNT}:${other}`)).toBe('implicitDeny')
    expect(decide('iam:GetAccountPasswordPolicy', '*')).toBe('allowed')
    expect(decide('iam:CreateLoginProfile', `${ACCOUNT}:user/alice`)).toBe('explicitDeny')
    expect(readPolicy(JSON.parse(JSON.stringify(policy)))).toEqual(policy)
    expect(withFirstPassword(policy, 'aws')).toEqual(policy)
  })
})

describe('first-password-blocked', () => {
  it('is a note on a policy in a file, and documented', () => {
    expect(note(strictPolicy())).toMatchObject({
      severity: 'note',
      statement: GATE,
      message:
        'Users who must set a password at the first sign-in cannot: iam:ChangePassword is denied without MFA.',
    })
    expect(USAGE).toContain(`| \`${CODE}\``)
  })

  it.each([
    ['the policy exempts it', WITH],
    ['the classic policy exempts it', classicPolicy()],
    [
      'the Deny leaves it open',
      changed(GATE, (each) => ({ ...each, Resource: ['arn:aws:s3:::*'] })),
    ],
    ['there is no Deny', { ...strictPolicy(), Statement: strictPolicy().Statement.slice(0, -1) }],
  ])('is not there where %s', (_, policy) => {
    expect(note(policy)).toBeUndefined()
  })

  it('in an account is a warning that names the users, and nothing where there are none', () => {
    expect(note(strictPolicy(), [])).toBeUndefined()
    expect(note(WITH, ['alice'])).toBeUndefined()
    expect(note(strictPolicy(), ['alice', 'bob', 'carol', 'dave'])).toMatchObject({
      severity: 'warning',
      message:
        'alice, bob, carol and 1 more must set a password at the next sign-in, and cannot: iam:ChangePassword is denied without MFA.',
    })
  })

  it('in an account also asks whether a policy allows it', () => {
    const Statement = WITH.Statement.filter(({ Sid }) => Sid !== 'AllowFirstPassword')
    expect(note({ ...WITH, Statement }, ['alice'])).toMatchObject({
      statement: null,
      message: expect.stringContaining('iam:ChangePassword is not allowed.') as string,
    })
  })
})
