/** What an audit says to do, pasted into a shell in the account that it was said of. */
import { describe, expect, it } from 'vitest'
import type { AuditReport, NextStep } from '../../src/audit/report.ts'
import {
  createAccessKey,
  createAccount,
  createGroup,
  createManagedPolicy,
  createRole,
  createUser,
  createVirtualDevice,
  type Account,
} from '../../src/local-aws/index.ts'
import { allowAllPolicy, strictPolicy } from '../../src/policy/documents.ts'
import { auditAccount, DAY } from '../support/audit-account.ts'
import { EXCEPTION_END } from '../support/audit-policies.ts'
import { has } from '../support/programs.ts'
import { carryOut, install } from '../support/remedy.ts'
import { sandbox, type Sandbox } from '../support/sandbox.ts'

const everything = { name: 'everything', document: allowAllPolicy() }

/** The first user of the account may do everything, and has a session with MFA where it has a device. */
async function office(account: Account, profile = 'work'): Promise<Sandbox> {
  account.users[0]!.policies = [everything]
  const box = await sandbox(account)
  install(box)
  // IAM needs no region, but the AWS CLI does for an endpoint that is given.
  box.write('config', `[profile "${profile}"]\nregion = eu-west-1\n`)
  box.write('credentials', box.keysSection(profile))
  return box
}

async function audit(box: Sandbox, ...more: string[]): Promise<AuditReport> {
  box.freshStep()
  const { stdout, stderr } = await box.run([
    'audit',
    ...(more.includes('-p') ? [] : ['-p', 'work']),
    '--json',
    ...more,
  ])
  expect(stdout, stderr).not.toBe('')
  return JSON.parse(stdout) as AuditReport
}

/** A user enrolls at home, and all else is for the administrator. A check has findings, as it is to. */
async function paste(box: Sandbox, { commands, users }: NextStep): Promise<void> {
  for (const command of commands) {
    if (command === 'mfa-login device enroll') for (const user of users) await enroll(box, user)
    else {
      const isCheck = command.startsWith('mfa-login policy check ')
      await carryOut(box, isCheck ? `${command} || [ $? = 1 ]` : command, {})
    }
    // The codes of an enrollment are used.
    if (command.includes('enroll')) box.advance(60_000)
  }
}

async function enroll(box: Sandbox, name: string): Promise<void> {
  const key = box.aws.account.users.find((user) => user.name === name)!.keys[0]!
  const before = box.read('credentials')
  const { accessKeyId, secretAccessKey } = key
  box.write(
    'credentials',
    `${before}[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
  )
  await carryOut(box, 'mfa-login device enroll', {})
  box.write('credentials', before)
}

const stepsOf = ({ next }: AuditReport) => next.map(({ what, commands }) => [what, ...commands])
const commandsOf = ({ next }: AuditReport) => next.flatMap(({ commands }) => commands)

/** Each command starts the AWS CLI or mfa-login, dozens of them. */
const TIMEOUT = 240_000

describe.skipIf(!has('aws', '--version'))('what to do next', { timeout: TIMEOUT }, () => {
  it('works as pasted in an account of forty users, and leaves out whom it said', async () => {
    const box = await office(auditAccount(Date.now()))
    await carryOut(box, 'mfa-login --profile work', {})
    const before = await audit(box)
    expect(commandsOf(before).filter((each) => /\b(NAME|KEY|PATH)\b/.test(each))).toEqual([])
    for (const step of before.next) await paste(box, step)

    const { users, next, summary } = await audit(box)
    expect(summary.enforced).toEqual({ yes: 32, partly: 0, no: 8 })
    const left = users.filter(({ enforced }) => enforced !== 'yes')
    expect(left.map((user) => [user.user, user.isExcused, ...reasonsOf(user)])).toEqual([
      ['<root_account>', false],
      ['build-bot', true, `/machines/ until ${EXCEPTION_END}`],
      ['deploy-bot', true, `/machines/ until ${EXCEPTION_END}`],
      ['limited', true, `mfa=exempt until ${EXCEPTION_END}`],
      ['old-bot', true, `/machines/ until ${EXCEPTION_END}`],
      ['trent', true, `mfa=exempt until ${EXCEPTION_END}`],
      ['walter', true, `mfa=exempt until ${EXCEPTION_END}`],
      ['xavier', true, `mfa=exempt until ${EXCEPTION_END}`],
      ['yolanda', true, `mfa=exempt until ${EXCEPTION_END}`],
    ])
    const enrolled = ['nobody', 'old-bot', 'peggy', 'quentin', 'victor']
    expect(
      users.filter(({ user }) => enrolled.includes(user)).map(({ devices }) => devices),
    ).toEqual(enrolled.map(() => ['authenticator']))
    expect(next.filter(({ commands }) => /apply|tag-user|enroll/.test(commands.join()))).toEqual([])
  })

  it('works as pasted for an administrator without MFA, and for names that a shell would change, its profile among them', async () => {
    const names = ['=cmd', '-p', '@all', 'a,b', '+x']
    const machines = names.map((name) =>
      createUser(name, { keys: [createAccessKey({ lastUsed })], policies: [everything] }),
    )
    const box = await office(
      createAccount({
        users: [createUser('admin'), ...machines, root()],
        roles: [createRole('deploy', { trusts: [`${IAM}:root`] })],
      }),
      'my work',
    )
    const before = await audit(box, '-p', 'my work')
    expect(stepsOf(before)[0]).toEqual([
      'Enroll a device for admin, your own user, whose session has no MFA',
      `mfa-login device enroll --profile 'my work'`,
    ])
    const { stdout } = await box.run(['audit', '-p', 'my work'])
    for (const command of commandsOf(before)) expect(stdout).toContain(`\n   ${command}\n`)
    for (const step of before.next) await paste(box, step)
    const after = await audit(box, '-p', 'my work')
    const people = after.users.slice(1)
    expect(people.map(({ user, enforced, isExcused }) => [user, enforced, isExcused])).toEqual([
      ...[...names, 'admin']
        .sort()
        .map((name) => [name, name === 'admin' ? 'yes' : 'no', name !== 'admin']),
    ])
    // Pasted when the administrator had MFA already.
    expect(commandsOf(after)).toEqual(commandsOf(before).slice(-1))
    expect(commandsOf(after)[0]).toContain(`mfa-login exec --profile 'my work' -- aws iam get-role`)
  })

  it('makes an exception for a machine that the policy of mfa-login stops already', async () => {
    const robot = createUser('robot', { keys: [createAccessKey({ lastUsed })] })
    const box = await office(
      createAccount({
        users: [createUser('admin', { devices: [createVirtualDevice(`${IAM}:mfa/admin`)] }), robot],
        groups: [
          createGroup('ops', { members: ['robot'], policies: [everything], attached: [GATE] }),
        ],
        managedPolicies: [createManagedPolicy(GATE, strictPolicy())],
      }),
    )
    await carryOut(box, 'mfa-login --profile work', {})
    const before = await audit(box, '--group', 'ops')
    expect(commandsOf(before)).toEqual([
      expect.stringMatching(
        /^mfa-login policy apply --group ops --except-tag mfa=exempt --until \S+ --profile work$/,
      ),
      'mfa-login exec --profile work -- aws iam tag-user --user-name robot --tags Key=mfa,Value=exempt',
    ])
    for (const step of before.next) await paste(box, step)
    const after = await audit(box, '--group', 'ops')
    expect(after.users).toMatchObject([{ user: 'robot', enforced: 'no', isExcused: true }])
    expect(after.next).toEqual([])
  })

  it('names no profile where the session is in the environment', async () => {
    const devices = [createVirtualDevice(`${IAM}:mfa/admin`)]
    const robot = createUser('robot', {
      keys: [createAccessKey({ lastUsed })],
      policies: [everything],
    })
    const box = await office(
      createAccount({ users: [createUser('admin', { devices }), robot, root()] }),
    )
    await carryOut(box, 'mfa-login --profile work', {})
    const { stdout } = await box.run(['env', '-p', 'work', '--shell', 'json'])
    Object.assign(box.env, JSON.parse(stdout))
    const { stdout: text } = await box.run(['audit'])
    const commands = Array.from(text.matchAll(/^ {3}(\S.*)$/gm), ([, command = '']) => command)
    expect(commands).toEqual([
      'aws iam tag-user --user-name robot --tags Key=mfa,Value=exempt',
      expect.stringMatching(/^mfa-login policy apply --user admin --except-tag mfa=exempt/),
      expect.stringMatching(/^mfa-login policy apply --user robot --except-tag mfa=exempt/),
    ])
    for (const command of commands) await carryOut(box, command, {})
    expect((await box.run(['audit'])).code).toBe(0)
  })
})

const IAM = 'arn:aws:iam::123456789012'
const GATE = `${IAM}:policy/mfa_mandatory`
const root = () => createUser('root', { isRoot: true, keys: [], devices: [rootDevice()] })
const rootDevice = () => createVirtualDevice(`${IAM}:mfa/root-account-mfa-device`)
const lastUsed = { at: Date.now() - DAY, service: 's3', region: 'eu-west-1' }

function reasonsOf({ exceptions }: AuditReport['users'][number]): string[] {
  return exceptions.map(({ match, until }) => `${match} until ${until}`)
}
