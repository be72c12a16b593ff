/** What `policy apply` may not do, and what it knows before it changes anything. */
import { describe, expect, it } from 'vitest'
import {
  createAccount,
  createGroup,
  createManagedPolicy,
  createUser,
  createVirtualDevice,
  type Account,
  type User,
} from '../../src/local-aws/index.ts'
import type { PolicyDocument } from '../../src/policy/document.ts'
import { allowAllPolicy, classicPolicy } from '../../src/policy/documents.ts'
import { PROGRAM, sandbox, type Outcome, type Sandbox } from '../support/sandbox.ts'
import { screenOf } from '../support/screen.ts'

const IAM = 'arn:aws:iam::123456789012'
const ARN = `${IAM}:policy/mfa_mandatory`
const everything = { name: 'everything', document: allowAllPolicy() }
const FOREIGN: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [{ Sid: 'Work', Effect: 'Allow', Action: ['s3:*'], Resource: ['*'] }],
}

async function office(parts: Partial<Account> = {}, members: User[] = []): Promise<Sandbox> {
  const admin = createUser('admin', { policies: [everything] })
  const group = createGroup('developers', {
    path: '/team/',
    members: members.map(({ name }) => name),
  })
  return sandbox(createAccount({ users: [admin, ...members], groups: [group], ...parts }))
}

const applyTo = async (box: Sandbox, to: string[], ...more: string[]): Promise<Outcome> =>
  box.run(['policy', 'apply', '--profile', 'work', ...to, ...more])
const apply = async (box: Sandbox, ...more: string[]): Promise<Outcome> =>
  applyTo(box, ['--group', 'developers'], ...more)
const changes = (box: Sandbox): string[] =>
  box.aws.requests
    .map(({ action }) => action)
    .filter((each) => /^(Create|Delete|Attach)/.test(each))

describe('policy apply', () => {
  it.each([['--yes'], ['--dry-run']])(
    'refuses to replace a policy of others, and shows what it would change, with %s',
    async (option) => {
      const theirs = createManagedPolicy(ARN, FOREIGN)
      const box = await office({ managedPolicies: [theirs] })
      const { code, stderr } = await apply(box, option)
      expect(stderr).toMatch(/^ {2}- {9}"s3:\*"$/m)
      expect(stderr).toMatch(/^ {2}\+ {9}"iam:ListUsers",$/m)
      expect(stderr).toContain(`${ARN} is a policy of somebody else`)
      expect(stderr).toContain('--name OTHER')
      expect(code).toBe(4)
      expect(changes(box)).toEqual([])
    },
  )

  it('replaces a policy that it has created, whatever the policy is by now', async () => {
    const box = await office()
    await apply(box, '--yes')
    const [policy] = box.aws.account.managedPolicies
    expect(policy!.description).toBe('Managed by mfa-login')
    policy!.versions[0]!.text = JSON.stringify(FOREIGN)
    const { code, stderr } = await apply(box, '--yes')
    expect(stderr).toMatch(/^ {2}- {9}"s3:\*"$/m)
    expect(code).toBe(0)
    expect(policy!.versions).toHaveLength(2)
  })

  it('replaces a copy of the widely known form, and shows the lines that differ', async () => {
    const copy = classicPolicy()
    copy.Statement = copy.Statement.map((each) => ({ ...each, Sid: `${each.Sid ?? ''}1` }))
    const box = await office({ managedPolicies: [createManagedPolicy(ARN, copy)] })
    const { code, stdout, stderr } = await apply(box, '--style', 'classic', '--yes', '--json')
    expect(stderr).toMatch(/^ {2}- {7}"Sid": "AllowLists1",\n {2}\+ {7}"Sid": "AllowLists",$/m)
    expect(stderr).toMatch(/^ {2}…$/m)
    expect(JSON.parse(stdout)).toMatchObject({
      diff: expect.arrayContaining(['+       "Sid": "AllowLists",']) as string[],
    })
    expect(code).toBe(0)
  })

  it('takes a policy under another path for the one it is asked for', async () => {
    const arn = `${IAM}:policy/security/MFA_mandatory`
    const box = await office({ managedPolicies: [createManagedPolicy(arn, classicPolicy())] })
    const { code, stdout } = await apply(box, '--yes', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      policy: arn,
      principal: { kind: 'group', name: 'developers', arn: `${IAM}:group/team/developers` },
    })
    expect(box.aws.account.groups[0]!.attached).toEqual([arn])
    expect(changes(box)).toEqual(['CreatePolicyVersion', 'AttachGroupPolicy'])
    expect((await apply(box)).stderr).toContain('there is nothing to do')
  })

  it('leaves a policy of AWS with the same name alone', async () => {
    const box = await office()
    const arn = 'arn:aws:iam::aws:policy/mfa_mandatory'
    box.aws.account.managedPolicies.push(createManagedPolicy(arn, FOREIGN))
    box.aws.account.groups[0]!.attached.push(arn)
    expect((await apply(box, '--yes')).code).toBe(0)
    expect(box.aws.account.groups[0]!.attached).toEqual([arn, ARN])
  })

  it('refuses to lock out the caller’s own session without MFA, also with --yes', async () => {
    const box = await office()
    const line = `This locks you out: your own session of ${IAM}:user/admin has no MFA.`
    const own = await applyTo(box, ['--user', 'admin'], '--yes')
    expect(own.code).toBe(2)
    expect(own.stderr).toContain(`${line}\n`)
    expect(own.stderr).toContain('or --allow-lockout')
    box.aws.account.groups[0]!.members.push('admin')
    const dry = await apply(box, '--dry-run', '--json')
    expect(dry.stderr).toContain(`${line}\n`)
    expect(JSON.parse(dry.stdout)).toMatchObject({ locksCallerOut: true, isApplied: false })
    expect((await apply(box, '--yes')).stderr).toContain('lock your own session out')
    expect(box.aws.account.managedPolicies).toEqual([])
    const unconfirmed = await applyTo(box, ['--user', 'admin'], '--allow-lockout')
    expect(unconfirmed.stderr).toContain('--allow-lockout --yes')
    expect(box.aws.account.managedPolicies).toEqual([])
    expect((await applyTo(box, ['--user', 'admin'], '--allow-lockout', '--yes')).code).toBe(0)
    expect(box.user.attached).toEqual([ARN])
    const after = await apply(box)
    expect(after.code).toBe(4)
    expect(after.stderr).toContain('Try: mfa-login device enroll --profile work, then: mfa-login')
  })

  it('refuses a lockout through a policy that the caller has already', async () => {
    const box = await office()
    box.aws.account.managedPolicies.push(
      createManagedPolicy(ARN, allowAllPolicy(), { description: 'Managed by mfa-login' }),
    )
    box.user.attached.push(ARN)
    const { code, stderr } = await apply(box)
    expect(stderr).toContain('lock your own session out')
    expect(code).toBe(2)
  })

  it('says how to copy the version that is deleted for good', async () => {
    const box = await office()
    for (const style of ['strict', 'classic', 'strict', 'classic', 'strict'])
      await apply(box, '--yes', '--style', style)
    const { stderr } = await apply(box, '--dry-run', '--style', 'classic')
    expect(stderr).toContain(
      `Version v1 is then gone for good. For a copy first: aws --profile work iam get-policy-version --policy-arn ${ARN} --version-id v1\n`,
    )
  })
})

describe('policy apply where IAM does not tell the caller’s own devices', () => {
  it.each([
    ['NoSuchEntity', 404, 2],
    ['AccessDenied', 403, 1],
  ])('continues with the bare key, and says so (%s)', async (refuse, status, times) => {
    const box = await office()
    box.aws.faults.next.push({ kind: { refuse, status }, action: 'ListMFADevices', times })
    const { code, stderr } = await apply(box, '--yes')
    expect(stderr).toContain(
      `IAM does not tell the MFA devices of your user (${refuse}); using the bare key.\n`,
    )
    expect(stderr).toContain('Done: attach')
    expect(code).toBe(0)
  })

  it('continues with the device of the profile', async () => {
    const box = await office()
    const serial = `${IAM}:mfa/admin`
    box.user.devices.push(createVirtualDevice(serial))
    box.write(
      'config',
      `[profile work]\nmfa_serial = ${serial}\nmfa_process = echo ${box.code()}\n`,
    )
    const kind = { refuse: 'NoSuchEntity', status: 404 }
    box.aws.faults.next.push({ kind, action: 'ListMFADevices', times: 2 })
    const { code, stderr } = await applyTo(box, ['--user', 'admin'], '--yes')
    expect(stderr).toContain(`(NoSuchEntity); using ${serial}.\n`)
    expect(code).toBe(0)
  })
})

describe('policy apply knows before it changes anything that', () => {
  const policies = (count: number) =>
    Array.from({ length: count }, (_, index) =>
      createManagedPolicy(`${IAM}:policy/p${index}`, allowAllPolicy()),
    )

  it('the group has as many managed policies as AWS attaches', async () => {
    const box = await office({ managedPolicies: policies(11) })
    box.aws.account.groups[0]!.attached = policies(10).map(({ arn }) => arn)
    const { code, stderr } = await apply(box, '--yes')
    expect(stderr).toContain(
      'The group developers has 10 managed policies, and AWS attaches 10. Try: aws --profile work iam detach-group-policy --group-name developers --policy-arn ARN for one of them',
    )
    expect(code).toBe(4)
    expect(changes(box)).toEqual([])
    box.aws.account.quotas.AttachedPoliciesPerGroupQuota = 11
    expect((await apply(box, '--yes')).code).toBe(0)
  })

  it('the user has as many, where the quotas of the account may not be read', async () => {
    const bob = createUser('bob', { attached: policies(10).map(({ arn }) => arn) })
    const box = await office({ managedPolicies: policies(10) }, [bob])
    const kind = { refuse: 'AccessDenied', status: 403 }
    box.aws.faults.next.push({ kind, action: 'GetAccountSummary' })
    const { code, stderr } = await applyTo(box, ['--user', 'bob'], '--yes')
    expect(stderr).toContain('The user bob has 10 managed policies, and AWS attaches 10.')
    expect(code).toBe(4)
    expect(changes(box)).toEqual([])
  })

  it('the account has as many policies as AWS allows, or the text is too long', async () => {
    const box = await office({ managedPolicies: policies(2) })
    box.aws.account.quotas.PoliciesQuota = 2
    const full = await apply(box, '--yes')
    expect(full.stderr).toContain('The account has 2 customer managed policies, and AWS allows 2.')
    box.aws.account.quotas.PoliciesQuota = 3
    box.aws.account.quotas.PolicySizeQuota = 500
    const long = await apply(box, '--yes')
    expect(long.stderr).toMatch(/The policy has \d{4} characters, and AWS takes 500\./)
    expect([full.code, long.code]).toEqual([4, 4])
    expect(changes(box)).toEqual([])
  })

  it('a sixth version needs room, by the quota of the account', async () => {
    const box = await office()
    await apply(box, '--yes')
    box.aws.account.quotas.VersionsPerPolicyQuota = 2
    await apply(box, '--yes', '--style', 'classic')
    const { stderr, code } = await apply(box, '--yes')
    expect(stderr).toContain('Done: delete version v1')
    expect(code).toBe(0)
  })
})

describe('a group of 301 users', () => {
  const name = (index: number): string => `user${String(index).padStart(3, '0')}`
  /** Half of them have a virtual device; the last has a hardware token. */
  const crowd = (): User[] =>
    Array.from({ length: 301 }, (_, index) => {
      const serial = index === 300 ? 'GAHT12345678' : `${IAM}:mfa/${name(index)}`
      const devices = index % 2 === 0 ? [createVirtualDevice(serial)] : []
      return createUser(name(index), { devices, keys: [] })
    })
  /** Of every request. */
  const latency = { kind: { slowMs: 20 }, times: 500 }
  const without = Array.from({ length: 150 }, (_, index) => name(2 * index + 1))

  it('is planned with bulk reads, and --json has all of them', async () => {
    const box = await office({}, crowd())
    box.aws.faults.next.push(latency)
    const { code, stdout } = await apply(box, '--dry-run', '--json')
    expect(code).toBe(0)
    const plan = JSON.parse(stdout) as { users: string[]; usersWithoutDevice: string[] }
    expect(plan.users).toHaveLength(301)
    expect(plan.usersWithoutDevice).toEqual(without)
    const calls = box.aws.requests.map(({ action }) => action)
    expect(calls.filter((each) => each === 'GetGroup')).toHaveLength(1)
    // For the caller, and for the users without a virtual device.
    expect(calls.filter((each) => each === 'ListMFADevices')).toHaveLength(1 + 151)
    // Only for those who have no device.
    expect(calls.filter((each) => each === 'GetLoginProfile')).toHaveLength(150)
    const byUser = ['ListMFADevices', 'GetLoginProfile']
    expect(calls.filter((each) => !byUser.includes(each)).length).toBeLessThan(15)
  })

  it('is read user by user where devices of all may not be listed', async () => {
    const box = await office({}, crowd())
    const kind = { refuse: 'AccessDenied', status: 403 }
    box.aws.faults.next.push({ kind, action: 'ListVirtualMFADevices' }, latency)
    const { stdout } = await apply(box, '--dry-run', '--json')
    const plan = JSON.parse(stdout) as { usersWithoutDevice: string[] }
    expect(plan.usersWithoutDevice).toEqual(without)
    expect(box.calls('ListMFADevices')).toHaveLength(302)
  })

  it('shows at a terminal how far it is, in one line that goes again', async () => {
    const box = await office({}, crowd())
    const command = `${process.execPath} ${PROGRAM} policy apply -p work --group developers --dry-run`
    const run = box.terminal(command)
    expect(await run.exit).toBe(0)
    expect(run.screen).toContain('MFA devices of 151 of 151 users are read')
    const screen = (await screenOf(run.screen, 200)).join(' ')
    expect(screen).not.toContain('are read')
    expect(screen).toContain('user019 and 140 more (see --json).')
  })
})
