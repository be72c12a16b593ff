import { describe, expect, it } from 'vitest'
import { auditAccount } from '../../src/audit/audit-account.ts'
import { callerOf } from '../../src/administration/caller.ts'
import { describeReport } from '../../src/audit/describe-report.ts'
import { fails } from '../../src/audit/fail-on.ts'
import type { AccountFacts } from '../../src/audit/model.ts'
import { quotePosixIfNeeded as quote } from '../../src/shell/quote.ts'
import {
  deny,
  EVERYTHING,
  facts,
  GATE,
  group,
  key,
  NO_PASSWORD,
  policy,
  user,
  WITHOUT_MFA,
} from '../support/account-facts.ts'

const MACHINE = { password: NO_PASSWORD, keys: [key()] }
const FOR_EVERYBODY = { StringNotEquals: { 'aws:PrincipalTag/mfa': 'exempt' } }

/** Denies without MFA: until the end not those for whom the condition does not hold, and all of them after it. */
const excepting = (Condition: object, parts: object = {}) => {
  const after = { DateGreaterThanEquals: { 'aws:CurrentTime': '2027-03-31T00:00:00Z' } }
  return policy(
    'mfa_mandatory',
    deny({ Condition: { ...WITHOUT_MFA, ...Condition }, ...parts }),
    deny({ Condition: { ...WITHOUT_MFA, ...after }, ...parts }),
  )
}
const commandsOf = (parts: Partial<AccountFacts>, name?: string) =>
  auditAccount(facts(parts), name === undefined ? null : { kind: 'group', name }).next.flatMap(
    ({ commands }) => commands,
  )
const applied = (...args: Parameters<typeof commandsOf>) =>
  commandsOf(...args).filter((each) => each.includes('policy apply'))

describe('every policy of the next steps', () => {
  const groups = [group('ops', { inline: [EVERYTHING] }), group('dev', { inline: [EVERYTHING] })]

  it('has the exception that one of them needs, as all write one policy', () => {
    const users = [
      user('robot', { groups: ['ops'], ...MACHINE }),
      user('alice', { groups: ['dev'] }),
      user('bob', { inline: [EVERYTHING] }),
    ]
    const options = ' --except-tag mfa=exempt --until 2027-02-25'
    expect(applied({ groups, users })).toEqual([
      `mfa-login policy apply --group dev${options}`,
      `mfa-login policy apply --group ops${options}`,
      `mfa-login policy apply --user bob${options}`,
    ])
    const { findings } = auditAccount(facts({ groups, users }))
    const remedies = findings.filter(({ code }) => code === 'mfa-not-enforced')
    expect(remedies.every(({ remedy }) => remedy.endsWith(options))).toBe(true)
  })

  it('has no exception where nobody needs one', () => {
    const users = [user('alice', { groups: ['dev'] })]
    expect(applied({ groups, users })).toEqual(['mfa-login policy apply --group dev'])
  })

  it('keeps an exception that the account has, also one of users who are not in the report', () => {
    const gate = excepting(FOR_EVERYBODY)
    const excepted = [group('ops', { inline: [EVERYTHING, gate] }), groups[1]!]
    const users = [
      user('robot', { groups: ['ops'], tags: { mfa: 'exempt' }, ...MACHINE }),
      user('alice', { groups: ['dev'] }),
    ]
    const expected = [
      'mfa-login policy apply --group dev --except-tag mfa=exempt --until 2027-03-31',
    ]
    expect(applied({ groups: excepted, users })).toEqual(expected)
    expect(applied({ groups: excepted, users }, 'dev')).toEqual(expected)
    expect(commandsOf({ groups: excepted, users }).join()).not.toContain('tag-user')
  })

  it('gives an exception without an end one', () => {
    const gate = policy('gate', deny({ Condition: { ...WITHOUT_MFA, ...FOR_EVERYBODY } }))
    const robot = user('robot', { inline: [EVERYTHING, gate], tags: { mfa: 'exempt' }, ...MACHINE })
    const { next, users } = auditAccount(facts({ users: [robot] }))
    expect(users[0]).toMatchObject({ enforced: 'no', isExcused: false })
    expect(next.slice(-1).map(({ what, commands }) => [what, ...commands])).toEqual([
      [
        'Give the exception of robot an end',
        'mfa-login policy apply --user robot --except-tag mfa=exempt --until 2027-02-25',
      ],
    ])
  })

  it('excepts by a tag whom the account excepts by name', () => {
    const gate = excepting({ StringNotEquals: { 'aws:username': 'robot' } })
    const all = [group('ops', { inline: [EVERYTHING, gate] }), groups[1]!]
    const users = [user('robot', { groups: ['ops'] }), user('alice', { groups: ['dev'] })]
    const commands = commandsOf({ groups: all, users })
    expect(commands).toContain('aws iam tag-user --user-name robot --tags Key=mfa,Value=exempt')
    expect(commands).toContain(
      'mfa-login policy apply --group dev --except-tag mfa=exempt --until 2027-03-31',
    )
  })
})

describe('an exception that ends', () => {
  const robot = (gate: ReturnType<typeof policy>, parts: object = {}) =>
    auditAccount(
      facts({
        users: [
          user('robot', {
            inline: [EVERYTHING, gate],
            tags: { mfa: 'exempt' },
            ...MACHINE,
            ...parts,
          }),
        ],
      }),
    )

  it('excuses a user whom only it leaves out', () => {
    const report = robot(excepting(FOR_EVERYBODY))
    expect(report.users[0]).toMatchObject({
      enforced: 'no',
      isExcused: true,
      exceptions: [{ kind: 'tag', until: '2027-03-31T00:00:00Z' }],
    })
    expect([fails(report, 'not-enforced'), fails(report, 'no')]).toEqual([false, false])
    expect(fails(report, 'exceptions')).toBe(true)
    expect(report.next.filter(({ commands }) => commands.join().includes('apply'))).toEqual([])
  })

  it('does not excuse what is open to everybody', () => {
    const report = robot(excepting(FOR_EVERYBODY, { Action: 's3:*' }))
    expect(report.users[0]).toMatchObject({ enforced: 'no', isExcused: false })
    expect(report.users[0]?.exceptions).toHaveLength(1)
    expect([fails(report, 'not-enforced'), fails(report, 'no')]).toEqual([true, true])
    expect(report.next.at(-1)?.commands.join()).toMatch(
      /policy apply --user robot --except-tag mfa=exempt/,
    )
  })

  it('excuses by path or name as by tag, and is none for a user with another', () => {
    const byPath = { StringNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:user/machines/*' } }
    expect(robot(excepting(byPath), { path: '/machines/' }).users[0]?.isExcused).toBe(true)
    expect(robot(excepting(byPath)).users[0]).toMatchObject({ enforced: 'yes', isExcused: false })
    const byName = { StringNotEquals: { 'aws:username': 'robot' } }
    expect(robot(excepting(byName)).users[0]?.isExcused).toBe(true)
  })
})

describe('names in what to do next', () => {
  const stepsOf = (name: string) =>
    auditAccount(facts({ users: [user(name, { inline: [EVERYTHING] })] }))

  const applyTo = (name: string): string[] =>
    applied({ users: [user(name, { inline: [EVERYTHING] })] })

  it.each(['a b', 'x'.repeat(129), 'a\n2. rm -rf ~', '$(reboot)'])(
    'become NAME in commands where they are none of IAM’s: %j',
    (name) => {
      expect(applyTo(name)).toEqual(['mfa-login policy apply --user NAME'])
    },
  )

  it.each(['alice', 'a.b+c=d@example.com', '+x', '_x', '@all', 'a,b', 'x'.repeat(128)])(
    'stay what they are: %j',
    (name) => {
      expect(applyTo(name)).toEqual([`mfa-login policy apply --user ${name}`])
    },
  )

  it('are quoted or behind an equals sign where a shell or a program would take them for more', () => {
    expect(applyTo('=cmd')).toEqual([`mfa-login policy apply --user '=cmd'`])
    expect(applyTo('-p')).toEqual(['mfa-login policy apply --user=-p'])
  })

  it('are short, and make no lines of their own', () => {
    for (const name of ['x'.repeat(10_000), 'a\n9. Delete everything:\n   rm -rf ~']) {
      const report = stepsOf(name)
      expect(Math.max(...report.next.map(({ what }) => what.length))).toBeLessThan(200)
      const text = describeReport(report, 80)
      expect(text.slice(text.indexOf('Next:'))).not.toMatch(/^(9\.| *rm)/m)
    }
  })
})

describe('every command', () => {
  const session = { isInEnvironment: false, user: 'admin', hasMfa: true }
  const stepsFor = (
    parts: Partial<Parameters<typeof callerOf>[0]>,
    admin: Parameters<typeof user>[1] = {},
  ) => {
    const caller = callerOf({ ...session, profile: undefined, region: undefined, ...parts }, quote)
    const robot = user('robot', { inline: [EVERYTHING], ...MACHINE })
    const gated = { inline: [EVERYTHING, GATE], devices: ['authenticator' as const] }
    const users = [user('admin', { ...gated, ...admin }), robot]
    return auditAccount(facts({ users }), { kind: 'user', name: 'robot' }, caller).next
  }
  const commandsFor = (...given: Parameters<typeof stepsFor>) =>
    stepsFor(...given).flatMap(({ commands }) => commands)
  const tag = 'aws iam tag-user --user-name robot --tags Key=mfa,Value=exempt'
  const apply = 'mfa-login policy apply --user robot --except-tag mfa=exempt --until 2027-02-25'

  it('names the profile and the region of the audit, and has its session', () => {
    expect(commandsFor({ profile: 'admin' })).toEqual([
      `mfa-login exec --profile admin -- ${tag}`,
      `${apply} --profile admin`,
    ])
    expect(commandsFor({ profile: 'my work', region: 'cn-north-1' })).toEqual([
      `mfa-login exec --profile 'my work' --region cn-north-1 -- ${tag}`,
      `${apply} --profile 'my work' --region cn-north-1`,
    ])
    expect(commandsFor({})).toEqual([`mfa-login exec -- ${tag}`, apply])
    expect(commandsFor({ isInEnvironment: true })).toEqual([tag, apply])
  })

  it('comes after a device for the one who asks, without MFA', () => {
    const [first, ...rest] = commandsFor({ profile: 'admin', hasMfa: false }, { devices: [] })
    expect(first).toBe('mfa-login device enroll --profile admin')
    expect(rest).toEqual(commandsFor({ profile: 'admin' }))
    const aKey = { devices: ['security key' as const] }
    expect(stepsFor({ profile: 'admin', hasMfa: false }, aKey)[0]).toMatchObject({
      what: 'Add an authenticator app for admin, your own user, whose session has no MFA, in the console, under Security credentials',
      commands: [],
    })
  })
})

describe('a device', () => {
  const stepsFor = (...users: ReturnType<typeof user>[]) =>
    auditAccount(facts({ users })).next.map(({ what, commands }) => [what, ...commands])
  const keyOnly = { password: NO_PASSWORD, keys: [key({ lastUsed: null })] }

  it('is enrolled with a key, or in the console', () => {
    const gated = { inline: [EVERYTHING, GATE] }
    expect(stepsFor(user('alice', gated), user('bob', { ...gated, ...keyOnly }))).toEqual([
      ['Have bob enroll a device, with the user’s own profile', 'mfa-login device enroll'],
      ['Have alice enroll an authenticator app in the console, under Security credentials'],
    ])
  })

  it('comes after the policy where nothing else lets the user enroll one', () => {
    const readS3 = policy('read', { Effect: 'Allow', Action: 's3:Get*', Resource: '*' })
    expect(stepsFor(user('alice', { inline: [readS3], ...keyOnly }))).toEqual([
      ['Enforce MFA for alice', 'mfa-login policy apply --user alice'],
      ['Have alice enroll a device, with the user’s own profile', 'mfa-login device enroll'],
    ])
    expect(stepsFor(user('nil', keyOnly))[0]).toEqual([
      'Let nil enroll a device',
      'mfa-login policy apply --user nil',
    ])
  })

  it('is not had with a security key alone and no password', () => {
    const parts = { inline: [EVERYTHING, GATE], devices: ['security key' as const], ...keyOnly }
    expect(stepsFor(user('bob', parts))).toEqual([
      ['Give bob a console password, to add an authenticator app to the security key'],
    ])
  })
})

it('tags no machine that another policy stops', () => {
  const other = { ...GATE, name: 'other' }
  const [step] = auditAccount(
    facts({ users: [user('robot', { inline: [EVERYTHING, other], ...MACHINE })] }),
  ).next
  expect(step).toEqual({
    what: 'Give robot a role instead of a key, which a policy stops already',
    commands: [],
    users: ['robot'],
  })
})

it('shows a few of many commands, and JSON has them all', () => {
  const users = Array.from({ length: 30 }, (_, index) =>
    user(`u${index}`, { inline: [EVERYTHING], ...MACHINE }),
  )
  const report = auditAccount(facts({ users }))
  expect(report.next[0]?.commands).toHaveLength(30)
  const text = describeReport(report, 200)
  expect(text.match(/tag-user/g)).toHaveLength(20)
  expect(text).toContain('\n   and 10 more, which --json has\n')
})
