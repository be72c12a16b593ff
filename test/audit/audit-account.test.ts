import { describe, expect, it, test } from 'vitest'
import { auditAccount } from '../../src/audit/audit-account.ts'
import {
  ACCOUNT,
  allow,
  changedGate,
  daysAgo,
  deny,
  EVERYTHING,
  facts,
  GATE,
  group,
  judgeWith,
  key,
  managed,
  NO_PASSWORD,
  PASSWORD,
  policy,
  role,
  user,
  WITHOUT_MFA,
} from '../support/account-facts.ts'

describe('enforced', () => {
  it('is yes under the strict policy, and names its statement', () => {
    const { enforced, by, open } = judgeWith([EVERYTHING, GATE])
    expect(enforced).toBe('yes')
    expect(by).toEqual([{ policy: 'mfa_mandatory', sid: 'DenyAllElseWithoutMfa', index: 5 }])
    expect(open).toBeNull()
  })

  it('is no without it, and names the first action and its Allow', () => {
    const { enforced, open, by } = judgeWith([EVERYTHING])
    expect(enforced).toBe('no')
    expect(by).toEqual([])
    expect(open).toEqual({
      action: 's3:ListAllMyBuckets',
      resource: '*',
      credentials: 'bareKey',
      by: { policy: 'everything', sid: 'All', index: 0 },
    })
  })

  it('is no for a user who may only read one bucket', () => {
    const reports = ['arn:aws:s3:::reports', 'arn:aws:s3:::reports/*']
    const { enforced, open } = judgeWith([
      policy('p', allow({ Action: 's3:GetObject', Resource: reports })),
    ])
    expect(enforced).toBe('no')
    expect(open).toMatchObject({ action: 's3:GetObject', resource: 'arn:aws:s3:::reports/x' })
  })

  it('is yes, by nothing, for a user who may do nothing or enroll only', () => {
    expect(judgeWith([])).toMatchObject({ enforced: 'yes', by: [], open: null })
    const enrolling = policy(
      'p',
      allow({
        Action: ['iam:EnableMFADevice', 'iam:ListMFADevices'],
        Resource: `arn:aws:iam::${ACCOUNT}:user/\${aws:username}`,
      }),
    )
    expect(judgeWith([enrolling])).toMatchObject({ enforced: 'yes', by: [] })
  })

  it('is yes where each Allow asks for MFA itself', () => {
    const withMfa = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }
    const { enforced, why } = judgeWith([policy('p', allow({ Condition: withMfa }))])
    expect(enforced).toBe('yes')
    expect(why).toMatch(/^Everything that its policies allow asks for MFA; /)
  })

  it('is no where the Deny has Bool: a key alone gets through', () => {
    const bool = changedGate((each) => ({
      ...each,
      Condition: { Bool: { 'aws:MultiFactorAuthPresent': ['false'] } },
    }))
    const { enforced, open, by } = judgeWith([EVERYTHING, bool])
    expect(enforced).toBe('no')
    expect(open?.credentials).toBe('bareKey')
    expect(by).toHaveLength(1)
  })

  it('is no where the Deny asks for the absence of the key: a session gets through', () => {
    const absent = changedGate((each) => ({
      ...each,
      Condition: {
        Null: { 'aws:MultiFactorAuthAge': ['true'] },
        Bool: { 'aws:SecureTransport': ['false'] },
      },
    }))
    expect(judgeWith([EVERYTHING, absent]).enforced).toBe('no')
  })

  it('is partly where the Deny leaves out a service', () => {
    const leaking = changedGate((each) => ({
      ...each,
      NotAction: [...each.NotAction!, 'dynamodb:*'],
    }))
    const { enforced, open } = judgeWith([EVERYTHING, leaking])
    expect(enforced).toBe('partly')
    expect(open?.action).toMatch(/^dynamodb:/)
  })

  it('is partly where the Deny lists services, and forgets one', () => {
    const Action = ['s3:*', 'ec2:*', 'lambda:*', 'iam:*', 'sts:*', 'dynamodb:*']
    const listing = policy('list', deny({ Action, Condition: WITHOUT_MFA }))
    const { enforced, open } = judgeWith([EVERYTHING, listing])
    expect(enforced).toBe('partly')
    expect(open?.action).toMatch(/^kms:/)
  })

  it('is partly where it depends on another key, and names it', () => {
    const office = changedGate((each) => ({
      ...each,
      Condition: { ...each.Condition, NotIpAddress: { 'aws:SourceIp': ['203.0.113.0/24'] } },
    }))
    const { enforced, dependsOn, why } = judgeWith([EVERYTHING, office])
    expect(enforced).toBe('partly')
    expect(dependsOn).toEqual(['aws:SourceIp'])
    expect(why).toMatch(/depending on aws:SourceIp/)
  })

  it('looks at groups, attached policies and the permissions boundary together', () => {
    const policies = new Map(
      [EVERYTHING, GATE, policy('limit', allow({ Action: 'sqs:*' }))].map((each) => {
        const found = managed(each)
        return [found.arn, found]
      }),
    )
    const [everything = '', gate = '', limit = ''] = policies.keys()
    const { users } = auditAccount(
      facts({
        policies,
        groups: [group('developers', { attached: [gate] })],
        users: [
          user('alice', { attached: [everything], groups: ['developers'] }),
          user('bob', { attached: [everything] }),
          user('carol', { attached: [everything], boundary: limit }),
          user('dave', { inline: [policy('p', allow({ Action: 'ec2:*' }))], boundary: limit }),
          user('erin', { attached: [everything], boundary: gate }),
        ],
      }),
    )
    expect(users.map((each) => [each.user, each.enforced])).toEqual([
      ['alice', 'yes'],
      ['bob', 'no'],
      ['carol', 'no'],
      ['dave', 'yes'],
      ['erin', 'yes'],
    ])
    expect(users[2]?.open?.action).toMatch(/^sqs:/)
  })

  it('tells users apart whom a policy names by name, path or tag', () => {
    const leavingOut = (Condition: object) =>
      policy('gate', deny({ Condition: { ...WITHOUT_MFA, ...Condition } }))
    const of = (gate: ReturnType<typeof policy>) =>
      auditAccount(
        facts({
          groups: [group('all', { inline: [EVERYTHING, gate] })],
          users: [
            user('alice', { groups: ['all'] }),
            user('robot', { groups: ['all'], path: '/machines/', tags: { mfa: 'exempt' } }),
          ],
        }),
      ).users.map(({ enforced }) => enforced)
    const arn = (name: string) => `arn:aws:iam::${ACCOUNT}:user${name}`
    expect(of(leavingOut({ StringNotLike: { 'aws:PrincipalArn': arn('/machines/*') } }))).toEqual([
      'yes',
      'no',
    ])
    expect(of(leavingOut({ StringNotEquals: { 'aws:PrincipalTag/MFA': 'exempt' } }))).toEqual([
      'yes',
      'no',
    ])
    expect(of(leavingOut({ StringNotEquals: { 'aws:username': 'alice' } }))).toEqual(['no', 'yes'])
  })
})

describe('if enforced today', () => {
  const outlook = (parts: Parameters<typeof user>[1], inline = [EVERYTHING]) =>
    judgeWith(inline, parts).ifEnforced

  test.each([
    ['works as before', { devices: ['authenticator'] }],
    ['works as before', { devices: ['security key', 'hardware token'], keys: [key()] }],
    ['works as before', { password: NO_PASSWORD }],
    ['works as before', { password: NO_PASSWORD, keys: [key({ isActive: false })] }],
    ['must enroll first', {}],
    ['must enroll first', { password: NO_PASSWORD, keys: [key({ lastUsed: daysAgo(91) })] }],
    ['must enroll first', { keys: [key()] }],
    ['works in the console only', { devices: ['security key'], keys: [key()] }],
    [
      'locked out',
      { devices: ['security key'], password: NO_PASSWORD, keys: [key({ lastUsed: null })] },
    ],
    ['locked out', { password: { ...PASSWORD, mustReset: true, lastUsed: null } }],
    ['breaks', { password: NO_PASSWORD, keys: [key({ lastUsed: daysAgo(90) })] }],
    ['breaks', { devices: ['security key'], password: NO_PASSWORD, keys: [key()] }],
    ['not known', { keys: undefined }],
    ['not known', { devices: [undefined] }],
    ['not known', { devices: ['security key', undefined], password: NO_PASSWORD }],
    ['works as before', { devices: [undefined, 'authenticator'], keys: undefined }],
  ] as const)('%s: %j', (expected, parts) => {
    expect(outlook(parts)).toBe(expected)
  })

  it('is locked out by another Deny, or by a boundary, that stops enrolling', () => {
    const no = policy('no-iam', deny({ Sid: 'NoIam', Action: 'iam:*' }))
    const { ifEnforced, why } = judgeWith([EVERYTHING, no])
    expect(ifEnforced).toBe('locked out')
    expect(why).toMatch(/NoIam of no-iam denies iam:CreateVirtualMFADevice/)
    const limit = managed(policy('limit', allow({ Action: 's3:*' })))
    const limited = user('alice', { inline: [EVERYTHING], boundary: limit.arn })
    const [verdict] = auditAccount(
      facts({ users: [limited], policies: new Map([[limit.arn, limit]]) }),
    ).users
    expect(verdict?.why).toMatch(/the permissions boundary limit does not allow iam:Create/)
  })
})

describe('roles', () => {
  const root = { AWS: `arn:aws:iam::${ACCOUNT}:root` }
  const alice = { AWS: `arn:aws:iam::${ACCOUNT}:user/alice` }
  const taken = (...roles: ReturnType<typeof role>[]) =>
    auditAccount(
      facts({
        roles,
        users: [
          user('alice'),
          user('bob', { inline: [policy('p', allow({ Action: 'sts:AssumeRole' }))] }),
          user('carol', { inline: [EVERYTHING, GATE] }),
          user('dave', { inline: [EVERYTHING], tags: { team: 'red' } }),
        ],
      }),
    ).roles.map(({ role: name, users }) => [name, ...users])

  it('are listed with the users who may take them without MFA', () => {
    const mfa = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }
    expect(
      taken(
        role('account', { Principal: root }),
        role('named', { Principal: alice }),
        role('asks', { Principal: root, Condition: mfa }),
        role('service', { Principal: { Service: 'ec2.amazonaws.com' } }),
        role('red', {
          Principal: root,
          Condition: { StringEquals: { 'aws:PrincipalTag/team': 'red' } },
        }),
        role('elsewhere', { Principal: { AWS: 'arn:aws:iam::999999999999:root' } }),
      ),
    ).toEqual([
      ['account', 'bob', 'dave'],
      ['named', 'alice'],
      ['red', 'dave'],
    ])
  })

  it('with a trust policy that is none are reported, and the others judged', () => {
    const report = auditAccount(
      facts({
        roles: [role('broken', {}, { trust: '{' }), role('ok', { Principal: alice })],
        users: [user('alice')],
      }),
    )
    expect(report.roles.map(({ role: name }) => name)).toEqual(['ok'])
    expect(report.findings).toContainEqual(expect.objectContaining({ code: 'policy-not-read' }))
  })
})

describe('root', () => {
  const known = { hasMfa: true, hasKeys: false, hasPassword: true, lastActivity: null }
  const judgeRoot = (parts: object) =>
    auditAccount(facts({ root: { ...known, ...parts } })).users[0]

  it('is judged by its device and keys, first of all', () => {
    expect(judgeRoot({})).toMatchObject({ user: '<root_account>', enforced: 'yes' })
    expect(judgeRoot({ hasMfa: false })).toMatchObject({ enforced: 'no' })
    expect(judgeRoot({ hasKeys: true })).toMatchObject({
      open: { credentials: 'bareKey', by: null },
    })
    expect(judgeRoot({ hasMfa: false, hasPassword: false })).toMatchObject({ enforced: 'yes' })
    expect(judgeRoot({ hasMfa: undefined })).toBeUndefined()
  })

  it('comes first in what to do next', () => {
    const { next, findings } = auditAccount(
      facts({ root: { ...known, hasMfa: false }, users: [user('bob', { inline: [EVERYTHING] })] }),
    )
    expect(next.map(({ what, commands }) => [what, ...commands])).toEqual([
      ['Register an MFA device for the root user, in the console'],
      ['Have bob enroll an authenticator app in the console, under Security credentials'],
      ['Enforce MFA for bob', 'mfa-login policy apply --user bob'],
    ])
    expect(findings.map(({ code }) => code)).toEqual(['root-without-mfa', 'mfa-not-enforced'])
  })
})

describe('policies', () => {
  it('that are gates are listed with who has them and what is wrong', () => {
    const gate = managed(
      changedGate((each) => ({
        ...each,
        Condition: { Bool: { 'aws:MultiFactorAuthPresent': ['false'] } },
      })),
    )
    const { policies } = auditAccount(
      facts({
        policies: new Map([[gate.arn, gate]]),
        groups: [group('developers', { attached: [gate.arn] }), group('ops', { inline: [GATE] })],
        users: [user('alice', { boundary: gate.arn })],
      }),
    )
    expect(policies.map(({ policy: name, arn, attachedTo }) => [name, arn, attachedTo])).toEqual([
      ['mfa_mandatory', gate.arn, ['group developers', 'user alice (boundary)']],
      ['mfa_mandatory', null, ['group ops']],
    ])
    const codes = policies.map(({ findings }) => findings.map(({ code }) => code))
    expect(codes[0]).toContain('bool-not-if-exists')
    expect(codes[1]).not.toContain('bool-not-if-exists')
  })
})
