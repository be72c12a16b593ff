/** `mfa-login audit` against an account of a few users, and what AWS may answer. */
import { readFileSync } from 'node:fs'
import type { Log } from 'sarif'
import { describe, expect, it } from 'vitest'
import type { AuditReport, UserVerdict } from '../../src/audit/report.ts'
import {
  createAccessKey,
  createAccount,
  createGroup,
  createManagedPolicy,
  createRole,
  createUser,
  createVirtualDevice,
} from '../../src/local-aws/index.ts'
import { allowAllPolicy, strictPolicy } from '../../src/policy/documents.ts'
import { readPolicy } from '../../src/policy/read-document.ts'
import { alterAnswers, setElement } from '../support/altering-server.ts'
import { auditAccount } from '../support/audit-account.ts'
import { sandbox, type Outcome, type Sandbox } from '../support/sandbox.ts'

const IAM = 'arn:aws:iam::123456789012'
const GATE = `${IAM}:policy/mfa_mandatory`
const everything = { name: 'everything', document: allowAllPolicy() }
const denying = (...Action: string[]) => ({
  name: 'no',
  document: readPolicy({
    Version: '2012-10-17',
    Statement: { Effect: 'Deny', Action, Resource: '*' },
  }),
})

const DAY = 86_400_000

/** An administrator, developers with a gate, and a machine without one. */
async function office(...adminPolicies: (typeof everything)[]): Promise<Sandbox> {
  const app = (name: string) => createVirtualDevice(`${IAM}:mfa/${name}`)
  const used = { at: Date.now() - 2 * DAY, service: 's3', region: 'eu-west-1' }
  const account = createAccount({
    users: [
      createUser('admin', { policies: [everything, ...adminPolicies] }),
      createUser('alice', { keys: [], devices: [app('alice')], password: 'a password' }),
      createUser('bob', {
        keys: [],
        devices: [createVirtualDevice(`${IAM}:u2f/user/bob/key`, { kind: 'fido' })],
        password: 'a password',
      }),
      createUser('carol', { keys: [], password: 'a password', mustResetPassword: true }),
      createUser('robot', {
        path: '/machines/',
        policies: [everything],
        keys: [createAccessKey({ lastUsed: used })],
      }),
      createUser('root', { isRoot: true, keys: [] }),
    ],
    groups: [
      createGroup('developers', {
        members: ['alice', 'bob', 'carol'],
        attached: [GATE],
        policies: [everything],
      }),
    ],
    roles: [createRole('deploy', { trusts: [`${IAM}:root`] })],
    managedPolicies: [createManagedPolicy(GATE, strictPolicy())],
  })
  const box = await sandbox(account)
  box.write('credentials', box.keysSection())
  return box
}

const audit = async (box: Sandbox, ...more: string[]): Promise<Outcome> =>
  box.run(['audit', '--profile', 'work', ...more])

async function report(box: Sandbox, ...more: string[]) {
  const { stdout, code, stderr } = await audit(box, '--json', ...more)
  expect(stdout, stderr).not.toBe('')
  return { code, ...(JSON.parse(stdout) as AuditReport) }
}

const verdicts = (users: readonly UserVerdict[]) =>
  users.map(({ user, enforced, ifEnforced }) => [user, enforced, ifEnforced])

describe('audit', () => {
  it('judges root and every user, and says what to do', async () => {
    const box = await office()
    const { code, users, roles, policies, next, unread, summary } = await report(box)
    expect(verdicts(users)).toEqual([
      ['<root_account>', 'no', 'works as before'],
      ['admin', 'no', 'breaks'],
      ['alice', 'yes', 'works as before'],
      ['bob', 'yes', 'works in the console only'],
      ['carol', 'yes', 'locked out'],
      ['robot', 'no', 'breaks'],
    ])
    expect(users.map(({ devices }) => devices)).toEqual([
      [],
      [],
      ['authenticator'],
      ['security key'],
      [],
      [],
    ])
    expect(users[2]?.by).toEqual([
      { policy: 'mfa_mandatory', sid: 'DenyAllElseWithoutMfa', index: 5 },
    ])
    expect(roles.map(({ role, users: names }) => [role, names])).toEqual([
      ['deploy', ['admin', 'robot']],
    ])
    expect(policies.map(({ policy, attachedTo }) => [policy, attachedTo])).toEqual([
      ['mfa_mandatory', ['group developers']],
    ])
    expect(next.map((step) => step.users).slice(0, 2)).toEqual([['admin'], ['<root_account>']])
    expect({ code, unread, users: summary.users }).toEqual({ code: 1, unread: [], users: 5 })
    // bob’s device is not virtual; only carol may have to set a password.
    expect(box.calls('ListMFADevices')).toHaveLength(2)
    expect(box.calls('GetLoginProfile')).toHaveLength(1)
  })

  it('tells apart the states of forty users, with the rights of SecurityAudit', async () => {
    const box = await sandbox(auditAccount(Date.now()))
    // Signs without a code.
    box.user.devices = []
    box.write('credentials', box.keysSection())
    const { users, roles, unread } = await report(box)
    expect(unread).toEqual([])
    expect(roles.map(({ role, userCount }) => [role, userCount])).toEqual([
      ['deploy', 1],
      ['anyone', 5],
      ['loose', 5],
    ])
    expect(verdicts(users)).toEqual([
      ['<root_account>', 'no', 'works as before'],
      ['MixedCase', 'yes', 'works as before'],
      ['alice', 'yes', 'works as before'],
      ['auditor', 'no', 'breaks'],
      ['bob', 'yes', 'works as before'],
      ['break-glass', 'no', 'must enroll first'],
      ['build-bot', 'no', 'breaks'],
      ['carol', 'yes', 'works in the console only'],
      ['dave', 'yes', 'works in the console only'],
      ['deploy-bot', 'no', 'breaks'],
      ['emil', 'yes', 'works as before'],
      ['erin', 'yes', 'must enroll first'],
      ['first.last+team@example.com', 'yes', 'must enroll first'],
      ['frank', 'yes', 'breaks'],
      ['grace', 'yes', 'works as before'],
      ['heidi', 'yes', 'works as before'],
      ['ivan', 'yes', 'locked out'],
      ['judy', 'yes', 'works as before'],
      ['legacy-import', 'yes', 'breaks'],
      ['limited', 'no', 'breaks'],
      ['mallory', 'yes', 'works as before'],
      ['niaj', 'partly', 'works as before'],
      ['nobody', 'yes', 'must enroll first'],
      ['old-bot', 'no', 'must enroll first'],
      ['olivia', 'partly', 'must enroll first'],
      ['oscar', 'yes', 'locked out'],
      ['pat', 'yes', 'works as before'],
      ['peggy', 'partly', 'must enroll first'],
      ['quentin', 'no', 'must enroll first'],
      ['rupert', 'partly', 'locked out'],
      ['sybil', 'no', 'works as before'],
      ['trent', 'no', 'breaks'],
      ['uma', 'no', 'must enroll first'],
      ['victor', 'no', 'must enroll first'],
      ['walter', 'no', 'breaks'],
      ['wendy', 'yes', 'works as before'],
      ['xavier', 'no', 'works as before'],
      ['yolanda', 'no', 'breaks'],
      ['yves', 'yes', 'must enroll first'],
      ['zara', 'no', 'works as before'],
      ['zoe', 'yes', 'must enroll first'],
    ])
  })

  it('shows tables, counts and the next steps', async () => {
    const { stdout, code } = await audit(await office())
    expect(code).toBe(1)
    expect(stdout).toMatch(/^USER +DEVICES +PASSWORD +KEYS +ENFORCED +IF ENFORCED +WHY$/m)
    expect(stdout).toMatch(/^ROLE WITHOUT MFA +FOR +LAST USED$/m)
    expect(stdout).toContain('MFA enforced: yes 3, no 2.')
    expect(stdout).toMatch(
      /^ {3}mfa-login policy apply --user robot --except-tag mfa=exempt --until \S+ --profile work$/m,
    )
  })

  it('writes a page, and prints SARIF', async () => {
    const box = await office()
    const file = `${box.home}/audit.html`
    const { stdout, stderr } = await audit(box, '--html', file, '--sarif')
    expect(stderr).toContain(`The report is in ${file}.`)
    expect(readFileSync(file, 'utf8')).toMatch(/^<!doctype html>/)
    const [run] = (JSON.parse(stdout) as Log).runs
    expect(run?.results?.map(({ ruleId }) => ruleId)).toContain('root-without-mfa')
  })

  it('is about a group or a user, and fails on what it is asked to', async () => {
    const box = await office()
    const developers = await report(box, '--group', 'developers')
    expect(developers.code).toBe(0)
    expect(developers.users.map(({ user }) => user)).toEqual(['alice', 'bob', 'carol'])
    expect((await report(box, '--user', 'carol', '--fail-on', 'breaks')).code).toBe(1)
    expect((await report(box, '--user', 'robot', '--fail-on', 'never')).code).toBe(0)
    const nobody = await audit(box, '--user', 'nobody')
    expect(nobody).toMatchObject({ code: 4, stdout: '' })
    expect(nobody.stderr).toContain(
      'The account has no user "nobody". Try: aws --profile work iam list-users,',
    )
  })

  it('has the names that are meant by misspelled ones', async () => {
    const box = await office()
    const triesOf = async (...more: string[]) => {
      const { stderr } = await audit(box, ...more)
      return stderr.slice(stderr.indexOf('Try: ') + 5, -1)
    }
    const command = 'mfa-login audit --profile work'
    expect(await triesOf('--user', 'alcie')).toBe(`${command} --user alice`)
    expect(await triesOf('--user=alcie')).toBe(`${command} --user=alice`)
    expect(await triesOf('--group', 'developer')).toBe(`${command} --group developers`)
    expect(await triesOf('--fail-on', 'brakes')).toBe('--fail-on breaks')
    expect(await triesOf('--fail-on', 'x')).toMatch(/^--fail-on not-enforced or no or /)
  })

  it('accepts an exception that ends, and finds the user covered after it', async () => {
    const box = await office()
    const apply = async (...more: string[]): Promise<void> => {
      const args = ['policy', 'apply', '-p', 'work', '--user', 'robot', '--yes', ...more]
      const { code, stderr } = await box.run(args)
      expect(code, stderr).toBe(0)
    }
    await apply('--name', 'mfa', '--except-path', '/machines/', '--until', '2099-01-01')
    const excepted = await report(box, '--user', 'robot')
    expect(excepted.users[0]).toMatchObject({
      enforced: 'no',
      exceptions: [{ match: '/machines/', until: '2099-01-01T00:00:00Z' }],
    })
    expect(excepted.code).toBe(0)
    expect((await report(box, '--user', 'robot', '--fail-on', 'exceptions')).code).toBe(1)
    await apply('--name', 'mfa')
    expect((await report(box, '--user', 'robot')).users[0]).toMatchObject({
      enforced: 'yes',
      exceptions: [],
    })
  })

  it('goes on without what it may not read, and says so', async () => {
    const refused = [
      'iam:GetCredentialReport',
      'iam:GetAccountSummary',
      'iam:ListVirtualMFADevices',
    ]
    const box = await office(denying(...refused))
    const { users, unread, code } = await report(box)
    expect(unread.map(({ action, code: why }) => [action, why]).sort()).toEqual(
      refused.map((action) => [action, 'AccessDenied']).sort(),
    )
    expect(
      users.map(({ user, devices, keys, ifEnforced }) => [user, devices, keys, ifEnforced]),
    ).toEqual(
      ['admin', 'alice', 'bob', 'carol', 'robot'].map((name) => [name, null, null, 'not known']),
    )
    expect(code).toBe(1)
    const { stdout } = await audit(box)
    expect(stdout).toMatch(/^NOT READ +REASON +WHAT IS NOT KNOWN$/m)
  })

  it('names the action without which there is nothing to judge', async () => {
    const { code, stdout, stderr } = await audit(
      await office(denying('iam:GetAccountAuthorizationDetails')),
    )
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' })
    expect(stderr).toContain('iam:GetAccountAuthorizationDetails is refused (AccessDenied)')
    expect(stderr).toContain('arn:aws:iam::aws:policy/SecurityAudit')
  })

  it('continues with a truncated credential report', async () => {
    const box = await office()
    await alterAnswers(box, (operation, answer) =>
      operation === 'GetCredentialReport'
        ? answer.replace(/<Content>([^<]*)/, (_, content: string) => {
            const csv = Buffer.from(content, 'base64').toString()
            return `<Content>${Buffer.from(csv.slice(0, csv.length - 40)).toString('base64')}`
          })
        : answer,
    )
    const { unread, users } = await report(box)
    expect(unread.map(({ action }) => action)).toEqual(['iam:GetCredentialReport'])
    expect(users.find(({ user }) => user === 'alice')).toMatchObject({
      devices: ['authenticator'],
      ifEnforced: 'works as before',
      keys: null,
    })
  })

  it('leaves out a user who is deleted between two calls', async () => {
    const box = await office()
    await alterAnswers(box, (operation, answer) => {
      if (operation === 'GetCredentialReport') {
        const { account } = box.aws
        account.users.splice(
          account.users.findIndex(({ name }) => name === 'bob'),
          1,
        )
      }
      return answer
    })
    const { users } = await report(box)
    expect(users.map(({ user }) => user)).toEqual([
      '<root_account>',
      'admin',
      'alice',
      'carol',
      'robot',
    ])
  })

  it('shows hostile names harmlessly, however long they are', async () => {
    const box = await office()
    const long = `=1+1,"\u001b[31m${'x'.repeat(10_000)}`
    await alterAnswers(box, (operation, answer) =>
      operation === 'GetAccountAuthorizationDetails'
        ? setElement(
            'UserName',
            '$(reboot)\n=cmd',
          )(answer.replace('<UserName>alice<', `<UserName>${long.replaceAll('\u001b', '&#x9b;')}<`))
        : answer,
    )
    for (const format of [[], ['--csv'], ['--json']]) {
      const { stdout, stderr, code } = await audit(box, ...format)
      expect(code, stderr).toBe(1)
      expect(stdout).not.toMatch(/[\u001b\u009b]/)
      expect(stdout).not.toMatch(/mfa-login [^\n]*\$\(reboot\)/)
    }
    const { stdout } = await audit(box, '--csv')
    expect(stdout.split('\n').filter((line) => /^"?[=+@-]/.test(line))).toEqual([])
  })
})
