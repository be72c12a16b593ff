/** `yes` only where it is true. */
import { describe, expect, it, test } from 'vitest'
import { auditAccount } from '../../src/audit/audit-account.ts'
import {
  ACCOUNT,
  allow,
  deny,
  EVERYTHING,
  facts,
  GATE,
  group,
  judgeWith,
  managed,
  policy,
  user,
  WITHOUT_MFA,
} from '../support/account-facts.ts'

describe('an Allow with variables in its resource', () => {
  test.each([
    ['PrincipalTag/team}-bucket/*', 'blue-bucket/x'],
    ['UserName}/*', 'alice/x'],
    ["username, 'x'}/*", 'alice/x'],
    ["PrincipalTag/none, 'all'}/*", 'all/x'],
    ['userid}/a/*', 'x/a/x'],
  ])('${aws:%s is tried with a resource that it matches', (rest, key) => {
    const own = policy('p', allow({ Action: 's3:*', Resource: `arn:aws:s3:::\${aws:${rest}` }))
    const { enforced, open } = judgeWith([own], { tags: { team: 'blue' } })
    expect([enforced, open?.resource]).toEqual(['no', `arn:aws:s3:::${key}`])
  })

  it('matches nothing where the user has no such tag', () => {
    const Resource = 'arn:aws:s3:::${aws:PrincipalTag/team}/*'
    expect(judgeWith([policy('p', allow({ Action: 's3:*', Resource }))]).enforced).toBe('yes')
  })

  it('takes the value of a tag as it is, and each user’s own', () => {
    const Resource = 'arn:aws:s3:::data/${aws:PrincipalTag/team}/*'
    const everybody = group('all', { inline: [policy('p', allow({ Action: 's3:*', Resource }))] })
    const of = (name: string, team: string) => user(name, { groups: ['all'], tags: { team } })
    const { users } = auditAccount(
      facts({ groups: [everybody], users: [of('alice', '*'), of('bob', 'red')] }),
    )
    expect(users.map(({ open }) => open?.resource)).toEqual([
      'arn:aws:s3:::data/*/x',
      'arn:aws:s3:::data/red/x',
    ])
  })
})

describe('a Deny that covers a part of what is allowed', () => {
  const s3 = (...folders: string[]) => folders.map((each) => `arn:aws:s3:::${each}/*`)
  const gate = (parts: object) => policy('gate', deny({ Condition: WITHOUT_MFA, ...parts }))
  const reading = (...folders: string[]) =>
    policy('p', allow({ Action: 's3:GetObject', Resource: s3(...folders) }))

  it('leaves the second resource open', () => {
    const { enforced, open } = judgeWith([
      reading('prod', 'payroll'),
      gate({ Action: '*', Resource: s3('prod') }),
    ])
    expect([enforced, open?.resource]).toEqual(['partly', 'arn:aws:s3:::payroll/x'])
  })

  it('leaves open what NotResource names', () => {
    const { enforced, open } = judgeWith([
      reading('prod'),
      gate({ NotResource: s3('prod/public'), Resource: undefined }),
    ])
    expect([enforced, open?.resource]).toEqual(['partly', 'arn:aws:s3:::prod/public/x'])
  })

  it('leaves open the actions of a service that it does not list', () => {
    const Action = ['s3:Get*', 's3:List*']
    const { enforced, open } = judgeWith([
      policy('p', allow({ Action: 's3:*', Resource: ['arn:aws:s3:::prod', ...s3('prod')] })),
      gate({ Action }),
    ])
    expect(enforced).toBe('partly')
    expect(open?.action).toMatch(/^s3:(?!Get|List)/)
  })

  const LISTED =
    's3 ec2 lambda iam sts dynamodb kms secretsmanager ssm sns sqs rds ecr logs organizations'
  const listing = gate({ Action: LISTED.split(' ').map((service) => `${service}:*`) })

  it('leaves open the services that nobody thinks of', () => {
    const { enforced, open } = judgeWith([EVERYTHING, listing])
    expect(enforced).toBe('partly')
    expect(LISTED.split(' ')).not.toContain(open?.action.split(':')[0])
  })

  it('leaves them open to who may do all but a few things', () => {
    const NotAction = ['iam:*', 'organizations:*']
    const most = policy('p', allow({ NotAction, Action: undefined }))
    expect(judgeWith([most, listing]).enforced).toBe('partly')
    expect(judgeWith([most, GATE]).enforced).toBe('yes')
  })
})

describe('a resource that only a part of what is allowed has', () => {
  const s3 = (rest: string) => `arn:aws:s3:::${rest}`
  const reading = (Resource: string) => policy('p', allow({ Action: 's3:GetObject', Resource }))

  it.each(['*', s3('*'), s3('prod*')])(
    'is open within a boundary, of an Allow of %s',
    (Resource) => {
      const limit = managed(policy('limit', allow({ Action: 's3:Get*', Resource: s3('prod/*') })))
      const alice = user('alice', { inline: [reading(Resource)], boundary: limit.arn })
      const policies = new Map([[limit.arn, limit]])
      const [verdict] = auditAccount(facts({ users: [alice], policies })).users
      expect([verdict?.enforced, verdict?.open?.resource]).toEqual(['no', s3('prod/x')])
    },
  )

  it('is open where neither of two patterns is a part of the other', () => {
    const NotResource = s3('*/public/*')
    const gate = policy('gate', deny({ Resource: undefined, NotResource, Condition: WITHOUT_MFA }))
    const { enforced, open } = judgeWith([reading(s3('prod*')), gate])
    expect([enforced, open?.resource]).toEqual(['partly', s3('prod/public/')])
  })

  it('is open where a Deny is about another resource that an action may take', () => {
    const tag = policy('p', allow({ Action: ['rds:DeleteDBInstance', 'rds:AddTagsToResource'] }))
    const gate = policy('gate', deny({ Resource: 'arn:aws:rds:*:*:db:*', Condition: WITHOUT_MFA }))
    expect(judgeWith([tag, gate])).toMatchObject({
      enforced: 'partly',
      open: { action: 'rds:AddTagsToResource' },
    })
  })

  it('is open beside one that a Deny names with the name of the user', () => {
    const gate = policy('gate', deny({ Resource: s3('home/${aws:username}*') }))
    const { users } = auditAccount(
      facts({ users: [user('x', { inline: [reading(s3('home/*')), gate] })] }),
    )
    expect(users[0]?.enforced).toBe('no')
  })
})

describe('users with the same policies are told apart where a policy names one of them', () => {
  const s3 = (rest: string) => `arn:aws:s3:::${rest}`
  const gate = (parts: object) => deny({ Condition: WITHOUT_MFA, ...parts })
  test.each<[string, object, object, string, string]>([
    [
      'in what is denied',
      allow({ Action: 's3:*', Resource: s3('home/${aws:username}/*') }),
      gate({ Action: 's3:*', Resource: s3('home/alice/*') }),
      'yes',
      'no',
    ],
    [
      'in what is allowed',
      allow({ Action: 's3:*', Resource: s3('home/alice/*') }),
      gate({ Resource: undefined, NotResource: s3('home/${aws:username}/*') }),
      'partly',
      'yes',
    ],
    [
      'behind a wildcard',
      allow({ Action: 'iam:PutUserPolicy', Resource: 'arn:aws:iam::*:user/${aws:username}' }),
      gate({ Action: 'iam:*', Resource: 'arn:aws:iam::*:*/alice' }),
      'yes',
      'no',
    ],
  ])('%s', (_, allowing, denying, ofAlice, ofBob) => {
    const all = group('all', { inline: [policy('p', allowing, denying)] })
    const [alice, bob] = ['alice', 'bob'].map((name) => user(name, { groups: ['all'] }))
    for (const users of [
      [alice!, bob!],
      [bob!, alice!],
    ]) {
      const verdicts = auditAccount(facts({ groups: [all], users })).users
      expect(verdicts.map(({ enforced }) => enforced)).toEqual([ofAlice, ofBob])
    }
  })
})

it('does not matter who else has the policies of a user', () => {
  const first = managed(policy('first', deny({ Action: 's3:*' })))
  const gate = managed(policy('gate', deny({ Action: 's3:*', Condition: WITHOUT_MFA })))
  const policies = new Map([first, gate].map((each) => [each.arn, each]))
  const alice = user('alice', { inline: [EVERYTHING], attached: [first.arn, gate.arn] })
  const bob = user('bob', { attached: [gate.arn] })
  const verdicts = [[alice], [bob, alice]].map((users) =>
    auditAccount(facts({ users, policies })).users.find((each) => each.user === 'alice'),
  )
  expect(verdicts[0]).toEqual(verdicts[1])
  expect(verdicts[0]?.by[0]?.policy).toBe('gate')
})

describe('policies of the same name', () => {
  it('are two: an ordinary Deny is no gate because a gate has its name and place', () => {
    const gate = policy('base', deny({ Action: 'sqs:*', Condition: WITHOUT_MFA }))
    const other = managed(policy('base', deny({ Action: 'ec2:*' })))
    const { users } = auditAccount(
      facts({
        policies: new Map([[other.arn, other]]),
        users: [
          user('alice', {
            inline: [policy('p', allow({ Action: ['s3:*', 'ec2:*'] })), gate],
            attached: [other.arn],
          }),
        ],
      }),
    )
    expect(users[0]?.enforced).toBe('no')
  })
})

describe('what a user may do without MFA anyhow', () => {
  const own = `arn:aws:iam::${ACCOUNT}:user/\${aws:username}`
  test.each([
    ['yes', 'iam:EnableMFADevice', own],
    ['yes', 'iam:ResyncMFADevice', `arn:aws:iam::${ACCOUNT}:user/alice`],
    ['no', 'iam:EnableMFADevice', '*'],
    ['no', 'iam:EnableMFADevice', `arn:aws:iam::${ACCOUNT}:user/bob`],
    ['no', 'iam:UpdateAccessKey', own],
    ['yes', 'iam:ListMFADevices', '*'],
    ['yes', 'iam:ChangePassword', own],
  ])('%s: %s on %s', (expected, Action, Resource) => {
    expect(judgeWith([policy('p', allow({ Action, Resource }))]).enforced).toBe(expected)
  })
})
