import { describe, expect, it } from 'vitest'
import { auditAccount } from '../../src/audit/audit-account.ts'
import { describeReport } from '../../src/audit/describe-report.ts'
import type { AccountFacts } from '../../src/audit/model.ts'
import { allow, EVERYTHING, facts, policy, role, user } from '../support/account-facts.ts'

describe('a role', () => {
  const alice = user('alice')
  const bob = user('bob')
  const takers = (roleFacts: ReturnType<typeof role>, users: AccountFacts['users']) =>
    auditAccount(facts({ roles: [roleFacts], users })).roles.map((each) => each.users)
  const arn = { AWS: alice.arn }
  const withStatements = (...Statement: object[]) =>
    role('r', {}, { trust: JSON.stringify({ Version: '2012-10-17', Statement }) })
  const trusts = { Effect: 'Allow', Action: 'sts:AssumeRole' }

  it('is denied to those whom a Deny names, in whatever order users come', () => {
    const all = { AWS: 'arn:aws:iam::123456789012:root' }
    const denying = withStatements(
      { ...trusts, Principal: all },
      { ...trusts, Effect: 'Deny', Principal: arn },
    )
    const [a, b] = [alice, bob].map((each) => ({ ...each, inline: [EVERYTHING] }))
    expect(takers(denying, [a!, b!])).toEqual([['bob']])
    expect(takers(denying, [b!, a!])).toEqual([['bob']])
  })

  it('is for those whose names its ARN has, where their policies say so', () => {
    const own = 'arn:aws:iam::*:role/${aws:username}'
    const taking = policy('p', allow({ Action: 'sts:AssumeRole', Resource: own }))
    const [a, b] = [alice, bob].map((each) => ({ ...each, inline: [taking] }))
    const ofAlice = role('alice', { Principal: { AWS: 'arn:aws:iam::123456789012:root' } })
    expect(takers(ofAlice, [a!, b!])).toEqual([['alice']])
    expect(takers(ofAlice, [b!, a!])).toEqual([['alice']])
  })

  it('is denied to one of the users whom it names', () => {
    const both = withStatements(
      { ...trusts, Principal: { AWS: [alice.arn, bob.arn] } },
      { ...trusts, Effect: 'Deny', Principal: arn },
    )
    expect(takers(both, [alice, bob])).toEqual([['bob']])
    expect(takers(both, [bob, alice])).toEqual([['bob']])
  })

  it('is listed where a session without MFA is enough', () => {
    const present = { Null: { 'aws:MultiFactorAuthPresent': 'false' } }
    expect(takers(role('r', { Principal: arn, Condition: present }), [alice])).toEqual([['alice']])
    // The users’ own policies may ask for the same.
    const allowing = policy('p', { ...trusts, Resource: '*', Condition: present })
    const all = { AWS: 'arn:aws:iam::123456789012:root' }
    expect(takers(role('r', { Principal: all }), [{ ...alice, inline: [allowing] }])).toEqual([
      ['alice'],
    ])
  })
})

it('is not judged where a statement of its trust policy is none, which is said', () => {
  const problemOf = (trust: string) =>
    auditAccount(facts({ roles: [role('r', {}, { trust })], users: [user('alice')] })).findings.map(
      ({ message }) => message,
    )
  expect(problemOf('{"Version":"2012-10-17","Statement":[null]}')).toEqual([
    'trust policy is left out of this report: statement 1 is no object.',
  ])
  expect(problemOf('null')).toEqual([
    'trust policy is left out of this report: the policy is no object.',
  ])
})

describe('policies that could not be read', () => {
  const gone = 'arn:aws:iam::aws:policy/AdministratorAccess'
  const all = { AWS: 'arn:aws:iam::123456789012:root' }
  const alice = user('alice', { attached: [gone] })
  const rolesFor = (...users: AccountFacts['users']) =>
    auditAccount(facts({ roles: [role('r', { Principal: all })], users })).roles.map((each) => [
      each.users,
      each.usersNotKnown,
    ])

  it('may let a user take a role that trusts the account', () => {
    expect(rolesFor(alice, user('bob'))).toEqual([[[], ['alice']]])
    expect(rolesFor(alice, user('bob', { inline: [EVERYTHING] }))).toEqual([[['bob'], ['alice']]])
  })

  it('do not matter where the others let it or deny it', () => {
    expect(rolesFor({ ...alice, inline: [EVERYTHING] })).toEqual([[['alice'], []]])
    const no = policy('no', { Effect: 'Deny', Action: 'sts:AssumeRole', Resource: '*' })
    expect(rolesFor({ ...alice, inline: [no] })).toEqual([])
  })

  it('are said of in every output', () => {
    const report = auditAccount(facts({ roles: [role('r', { Principal: all })], users: [alice] }))
    expect(describeReport(report, 200)).toMatch(/^r +not known of alice +never$/m)
    expect(report.findings.map(({ message }) => message)).toContain(
      'Whether 1 user may take the role r without MFA depends on policies that could not be read.',
    )
    expect(report.next.at(-1)?.what).toContain('which perhaps alice may take without MFA')
  })
})

it('has all who may take it, and shows five', () => {
  const users = Array.from({ length: 8 }, (_, index) => user(`u${index}`, { inline: [EVERYTHING] }))
  const report = auditAccount(facts({ roles: [role('r', { Principal: '*' })], users }))
  expect(report.roles[0]).toMatchObject({ users: users.map(({ name }) => name), userCount: 8 })
  expect(describeReport(report, 200)).toMatch(/^r +u0, u1, u2, u3, u4 and 3 more +never$/m)
})
