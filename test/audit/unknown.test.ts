/** What is not known never becomes `yes`. */
import { describe, expect, it, test } from 'vitest'
import { auditAccount } from '../../src/audit/audit-account.ts'
import { collectFacts, devicesToAsk, type AccountAnswers } from '../../src/audit/facts.ts'
import { strictPolicy, withFirstPassword } from '../../src/policy/documents.ts'
import type { CredentialRow } from '../../src/aws/account-api.ts'
import {
  ACCOUNT,
  allow,
  deny,
  EVERYTHING,
  facts,
  GATE,
  judgeWith,
  managed,
  PASSWORD,
  policy,
  READ_AT,
  user,
} from '../support/account-facts.ts'

const GONE = 'arn:aws:iam::aws:policy/AdministratorAccess'

function answers(users: readonly object[], groups: readonly object[] = []): AccountAnswers {
  const known = { path: '/', tags: {}, groups: [], inline: [], attached: [] }
  const named = (each: object) => ({ ...known, arn: `arn:aws:iam::${ACCOUNT}:user/alice`, ...each })
  const details = { users: users.map(named), groups: groups.map(named), roles: [], policies: [] }
  return {
    details,
    report: undefined,
    virtualDevices: undefined,
    summary: undefined,
    serials: undefined,
    profiles: undefined,
  } as unknown as AccountAnswers
}

const audit = (given: AccountAnswers) =>
  auditAccount(
    collectFacts(given, { account: ACCOUNT, partition: 'aws', readAt: READ_AT, unread: [] }),
  )

describe('policies that are not known', () => {
  test.each([
    [
      'an attached policy',
      { attached: [GONE] },
      GONE,
      `aws iam get-policy --policy-arn ${GONE}, and`,
    ],
    ['a boundary', { inline: [broken('p')], boundary: GONE }, GONE, 'aws iam get-policy'],
    [
      'a group',
      { groups: ['ops'] },
      `arn:aws:iam::${ACCOUNT}:group/ops`,
      'aws iam get-group --group-name ops, and if it is there, audit again',
    ],
    [
      'an inline policy',
      { inline: [broken('p')] },
      `arn:aws:iam::${ACCOUNT}:user/alice`,
      'correct it in IAM',
    ],
  ])('%s: partly, and a finding', (_, parts, subject, remedy) => {
    const { users, findings } = audit(answers([{ name: 'alice', ...parts }]))
    expect(users[0]).toMatchObject({ enforced: 'partly', open: null })
    expect(users[0]?.why).toMatch(/but what .+ allows could not be read; /)
    const unread = findings.filter(({ code }) => code === 'policy-not-read')
    expect(unread.find((each) => each.subject === subject)?.remedy).toContain(remedy)
  })

  it('count for the users of a group, and for no others', () => {
    const ops = { name: 'ops', arn: `arn:aws:iam::${ACCOUNT}:group/ops`, inline: [broken('p')] }
    const bob = { name: 'bob', arn: `arn:aws:iam::${ACCOUNT}:user/bob` }
    const { users } = audit(answers([{ name: 'alice', groups: ['ops'] }, bob], [ops]))
    expect(users.map(({ enforced }) => enforced)).toEqual(['partly', 'yes'])
  })

  it('do no harm where a Deny covers all that they may allow', () => {
    expect(judgeWith([GATE], { attached: [GONE] })).toMatchObject({ enforced: 'yes' })
    const some = policy('some', deny({ Action: 's3:*', Condition: NO_MFA }))
    expect(judgeWith([some], { attached: [GONE] })).toMatchObject({ enforced: 'partly' })
  })

  it('are named beside what is open', () => {
    const { enforced, why } = judgeWith([EVERYTHING], { attached: [GONE] })
    expect(enforced).toBe('no')
    expect(why).toContain('and AdministratorAccess could not be read')
  })

  it('allow nothing where the boundary allows nothing', () => {
    const limit = managed(policy('limit', deny()))
    const limited = user('alice', { attached: [GONE], boundary: limit.arn })
    const policies = new Map([[limit.arn, limit]])
    expect(auditAccount(facts({ users: [limited], policies })).users[0]?.enforced).toBe('yes')
  })
})

const NO_MFA = { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } }

function broken(name: string) {
  return { name, text: '{' }
}

describe('the kinds of devices', () => {
  const rows = (...names: string[]) =>
    new Map(names.map((name) => [name, { user: name, hasMfa: true, keys: [] }])) as unknown as Map<
      string,
      CredentialRow
    >

  it('are asked of all users with a device where virtual devices are not known', () => {
    const given = { ...answers([{ name: 'alice' }, { name: 'bob' }]), report: rows('alice') }
    expect(devicesToAsk(given)).toEqual(['alice'])
    expect(devicesToAsk({ ...given, virtualDevices: new Map([['alice', 1]]) })).toEqual([])
  })

  it('of whom too many were to ask are not known', () => {
    const names = Array.from({ length: 1001 }, (_, index) => `user${index}`)
    const given = { ...answers(names.map((name) => ({ name }))), report: rows(...names) }
    expect(devicesToAsk(given)).toHaveLength(1000)
  })
})

describe('a first password', () => {
  const parts = { password: { ...PASSWORD, mustReset: true, lastUsed: null } }
  const open = { name: 'mfa_mandatory', document: withFirstPassword(strictPolicy(), 'aws') }

  it('can be set under a gate that lets users', () => {
    expect(judgeWith([EVERYTHING, open], parts).ifEnforced).toBe('must enroll first')
  })

  test.each([
    ['the strict policy that would come', [EVERYTHING], 'for which the strict policy asks MFA'],
    ['the gate in force', [EVERYTHING, GATE], 'for which mfa_mandatory asks MFA'],
    [
      'the strict policy, where nothing but this is allowed',
      [policy('p', allow({ Action: 'iam:ChangePassword' }))],
      'for which the strict policy asks MFA',
    ],
  ])('is stopped by %s, and the option that helps is named', (_, inline, clause) => {
    const { ifEnforced, why } = judgeWith(inline, parts)
    expect(ifEnforced).toBe('locked out')
    expect(why).toContain(`${clause}; a policy with --allow-first-password`)
  })
})
