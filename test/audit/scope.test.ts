/** A report on some users of an account. */
import { describe, expect, it } from 'vitest'
import { auditAccount } from '../../src/audit/audit-account.ts'
import type { AuditScope } from '../../src/audit/report.ts'
import {
  allow,
  deny,
  EVERYTHING,
  facts,
  GATE,
  group,
  key,
  managed,
  NO_PASSWORD,
  policy,
  role,
  user,
  WITHOUT_MFA,
} from '../support/account-facts.ts'

const gate = managed({ ...GATE, name: 'gate' })
const boundary = managed(policy('boundary', allow(), deny({ Condition: WITHOUT_MFA })))
const frozen = policy('frozen', deny({ Condition: WITHOUT_MFA }))
const unused = managed({ ...GATE, name: 'unused' })

const account = facts({
  policies: new Map([gate, boundary, unused].map((each) => [each.arn, each])),
  groups: [
    group('dev', { inline: [EVERYTHING], attached: [gate.arn] }),
    group('ops', { inline: [EVERYTHING, frozen] }),
    group('free', { inline: [EVERYTHING] }),
    group('wide', { inline: [EVERYTHING] }),
  ],
  users: [
    user('alice', { groups: ['dev'] }),
    user('bob', { groups: ['dev', 'ops'] }),
    user('carol', { inline: [EVERYTHING], boundary: boundary.arn }),
    user('dave', { groups: ['free', 'wide'] }),
    user('erin', { groups: ['wide'] }),
    user('robot', { groups: ['wide'], password: NO_PASSWORD, keys: [key()] }),
  ],
  roles: [
    role('gated', { Principal: { Service: 'ec2.amazonaws.com' } }, { inline: [frozen] }),
    role('dave-only', { Principal: { AWS: user('dave').arn } }),
  ],
  unreadable: [
    { policy: 'broken', arn: user('alice').arn, problem: 'no JSON' },
    { policy: 'broken', arn: user('erin').arn, problem: 'no JSON' },
  ],
})

const report = (kind?: AuditScope['kind'], name = '') =>
  auditAccount(account, kind === undefined ? null : { kind, name })
const policiesIn = (...scope: Parameters<typeof report>) =>
  report(...scope).policies.map(({ policy: name, attachedTo }) => [name, attachedTo])
const commandsIn = (...scope: Parameters<typeof report>) =>
  report(...scope).next.flatMap(({ commands }) => commands)

describe('the policies of a report', () => {
  it('are all of the account where it is about all of it', () => {
    expect(policiesIn()).toEqual([
      ['boundary', ['user carol (boundary)']],
      ['frozen', ['group ops', 'role gated']],
      ['gate', ['group dev']],
      ['unused', []],
    ])
  })

  it('are those that decide about its users, with all that have them', () => {
    expect(policiesIn('user', 'alice')).toEqual([['gate', ['group dev']]])
    expect(policiesIn('user', 'carol')).toEqual([['boundary', ['user carol (boundary)']]])
    expect(policiesIn('user', 'bob')).toEqual([
      ['frozen', ['group ops', 'role gated']],
      ['gate', ['group dev']],
    ])
    expect(policiesIn('group', 'dev')).toEqual(policiesIn('user', 'bob'))
    expect(policiesIn('user', 'dave')).toEqual([])
  })

  it('are corrected by what is in scope', () => {
    const both = facts({
      groups: [group('a', { inline: [frozen] }), group('b', { inline: [frozen] })],
      users: [user('alice', { groups: ['b'] })],
    })
    const { policies, next } = auditAccount(both, { kind: 'user', name: 'alice' })
    expect(policies.map(({ attachedTo }) => attachedTo)).toEqual([['group b', 'group a']])
    expect(next.flatMap(({ commands }) => commands)).toContain(
      'mfa-login policy check --live --group b',
    )
  })
})

describe('the steps of a report', () => {
  it('are for its users alone, and act on its group or user', () => {
    expect(commandsIn('user', 'alice')).toEqual([])
    expect(commandsIn('user', 'erin')).toEqual(['mfa-login policy apply --user erin'])
    expect(commandsIn('group', 'free')).toEqual([
      'mfa-login policy apply --group free',
      expect.stringContaining('get-role --role-name dave-only'),
    ])
    expect(commandsIn('group', 'wide')).toContain(
      'aws iam tag-user --user-name robot --tags Key=mfa,Value=exempt',
    )
    expect(report('group', 'dev').next.flatMap(({ users }) => users)).not.toContain('dave')
  })
})

describe('the findings of a report', () => {
  it('are about its users, and the policies and roles that concern them', () => {
    const subjects = (...scope: Parameters<typeof report>) =>
      report(...scope).findings.map(({ code, subject }) => `${code} ${subject.split('/').at(-1)}`)
    expect(subjects('user', 'alice')).toEqual([
      expect.stringMatching(/^policy-not-read alice/),
      expect.stringMatching(/^first-password-blocked gate/),
    ])
    expect(subjects('user', 'dave')).toEqual([
      'mfa-not-enforced dave',
      'role-without-mfa dave-only',
    ])
    expect(subjects().join()).toMatch(/policy-not-read erin/)
  })
})
