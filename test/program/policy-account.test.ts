/** The policy commands that read an account and change it. */
import { GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts'
import { describe, expect, it } from 'vitest'
import {
  createAccount,
  createGroup,
  createManagedPolicy,
  createUser,
  createVirtualDevice,
} from '../../src/local-aws/index.ts'
import type { PolicyDocument } from '../../src/policy/document.ts'
import { allowAllPolicy, classicPolicy, strictPolicy } from '../../src/policy/documents.ts'
import { readPolicy } from '../../src/policy/read-document.ts'
import { PROGRAM, sandbox, type Outcome, type Sandbox } from '../support/sandbox.ts'

const IAM = 'arn:aws:iam::123456789012'
const ARN = `${IAM}:policy/mfa_mandatory`
const everything = { name: 'everything', document: allowAllPolicy() }

/** An account with an administrator, its first user, and a group of developers with bob. */
async function office(): Promise<Sandbox> {
  const admin = createUser('admin', { policies: [everything] })
  const bob = createUser('bob', { policies: [everything] })
  const group = createGroup('developers', { members: ['bob'] })
  return sandbox(createAccount({ users: [admin, bob], groups: [group] }))
}

const apply = async (box: Sandbox, ...more: string[]): Promise<Outcome> =>
  box.run(['policy', 'apply', '--profile', 'work', ...more])
const TO_GROUP = ['--group', 'developers']
const CHECK = ['policy', 'check', '--live', '--profile', 'work']

function versions(box: Sandbox): { id: string; isDefault: boolean; policy: PolicyDocument }[] {
  const policy = box.aws.account.managedPolicies.find((each) => each.arn === ARN)
  return (policy?.versions ?? []).map(({ id, text }) => ({
    id,
    isDefault: id === policy?.defaultVersionId,
    policy: readPolicy(JSON.parse(text)),
  }))
}

describe('policy apply', () => {
  it('creates the policy and attaches it, then finds nothing to do', async () => {
    const box = await office()
    const { code, stdout, stderr } = await apply(box, ...TO_GROUP, '--yes')
    expect(stderr).toContain('create the managed policy mfa_mandatory (strict)')
    expect(stderr).toContain('attach mfa_mandatory to the group developers (bob)')
    expect(stderr).toContain('do nothing but enroll one (mfa-login device enroll): bob.')
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    expect(versions(box)).toEqual([{ id: 'v1', isDefault: true, policy: strictPolicy() }])
    expect(box.aws.account.groups[0]!.attached).toEqual([ARN])
    const again = await apply(box, ...TO_GROUP)
    expect(again).toMatchObject({ code: 0 })
    expect(again.stderr).toContain('there is nothing to do')
    expect(box.calls('CreatePolicy')).toEqual(['OK'])
    expect(box.calls('CreatePolicyVersion')).toEqual([])
  })

  it('changes nothing in a dry run, after a no, and without a terminal', async () => {
    const box = await office()
    const dry = await apply(box, ...TO_GROUP, '--dry-run')
    expect(dry.code).toBe(0)
    expect(dry.stderr).toContain('create the managed policy')
    const silent = await apply(box, ...TO_GROUP)
    expect(silent.code).toBe(2)
    expect(silent.stderr).toContain('policy apply --profile work --group developers --yes')
    const command = [process.execPath, PROGRAM, 'policy', 'apply', '-p', 'work', ...TO_GROUP]
    const no = box.terminal(command.join(' '))
    await no.answer('Make this change?', 'n')
    expect(await no.exit).toBe(130)
    expect(box.aws.account.managedPolicies).toEqual([])
    expect(box.aws.account.groups[0]!.attached).toEqual([])
  })

  it('creates a version for another style, and deletes the oldest version of five', async () => {
    const box = await office()
    await apply(box, ...TO_GROUP, '--yes', '--style', 'classic')
    expect(versions(box).map(({ policy }) => policy)).toEqual([classicPolicy()])
    for (const style of ['strict', 'classic', 'strict', 'classic']) {
      const { code, stderr } = await apply(box, ...TO_GROUP, '--yes', '--style', style)
      expect(stderr).toContain(`make the ${style} form the new default version`)
      expect(stderr).not.toContain('delete version')
      expect(code).toBe(0)
    }
    expect(versions(box)).toHaveLength(5)
    const sixth = await apply(box, ...TO_GROUP, '--yes')
    expect(sixth.stderr).toContain('Done: delete version v1 of mfa_mandatory')
    expect(
      versions(box)
        .map(({ id }) => id)
        .sort(),
    ).toEqual(['v2', 'v3', 'v4', 'v5', 'v6'])
    expect(versions(box).find(({ isDefault }) => isDefault)).toMatchObject({
      id: 'v6',
      policy: strictPolicy(),
    })
  })

  it('names another policy that denies without MFA', async () => {
    const box = await office()
    await apply(box, ...TO_GROUP, '--yes', '--name', 'older')
    const words = 'What older denies without MFA stays denied beside it'
    const { code, stderr } = await apply(box, ...TO_GROUP, '--dry-run')
    expect(code).toBe(0)
    expect(stderr).toContain(words)
    expect(stderr).toContain('mfa-login policy check --live --group developers --profile work\n')
    const again = await apply(
      box,
      ...TO_GROUP,
      '--dry-run',
      '--name',
      'older',
      '--style',
      'classic',
    )
    expect(again.stderr).not.toContain('stays denied')
  })

  it('works with an MFA session for an administrator who has a device', async () => {
    const box = await office()
    box.user.devices.push(createVirtualDevice(`${IAM}:mfa/admin`))
    await box.run(['--profile', 'work', '--token-code', box.code()])
    expect((await apply(box, '--user', 'admin', '--yes')).code).toBe(0)
    const { code, stderr } = await apply(box, ...TO_GROUP, '--yes')
    expect(stderr).not.toContain('lock')
    expect(code).toBe(0)
  })

  it('works with the session of a role in the environment', async () => {
    const box = await office()
    box.user.devices.push(createVirtualDevice(`${IAM}:mfa/admin`))
    await box.run(['--profile', 'work', '--token-code', box.code()])
    const value = (key: string): string =>
      new RegExp(`\\[work-mfa\\][^[]*${key} = (\\S+)`).exec(box.read('credentials'))?.[1] ?? ''
    const env = {
      AWS_ACCESS_KEY_ID: value('aws_access_key_id'),
      AWS_SECRET_ACCESS_KEY: value('aws_secret_access_key'),
      AWS_SESSION_TOKEN: value('aws_session_token'),
    }
    box.write('credentials', '')
    const { code, stderr } = await box.run(['policy', 'apply', ...TO_GROUP, '--yes'], { env })
    expect(stderr).toContain('Done: attach')
    expect(code).toBe(0)
  })

  it('takes the partition from the account', async () => {
    const admin = createUser('admin', { policies: [everything] })
    const group = createGroup('developers')
    const box = await sandbox(
      createAccount({ partition: 'aws-cn', users: [admin], groups: [group] }),
    )
    expect((await apply(box, ...TO_GROUP, '--yes')).code).toBe(0)
    const [policy] = box.aws.account.managedPolicies
    expect(readPolicy(JSON.parse(policy!.versions[0]!.text))).toEqual(strictPolicy('aws-cn'))
    expect(group.attached).toEqual(['arn:aws-cn:iam::123456789012:policy/mfa_mandatory'])
  })

  it('names users with security keys only, and says if it cannot list devices', async () => {
    const box = await office()
    const key = createVirtualDevice(`arn:aws:iam::123456789012:u2f/user/bob/key`, { kind: 'fido' })
    box.aws.account.users[1]!.devices.push(key)
    const fido = await apply(box, ...TO_GROUP, '--dry-run')
    expect(fido.stderr).toContain('do nothing but enroll one (mfa-login device enroll): bob.')
    box.aws.faults.next.push(
      { kind: { slowMs: 0 }, action: 'ListMFADevices' },
      { kind: { refuse: 'AccessDenied', status: 403 }, action: 'ListMFADevices' },
    )
    const hidden = await apply(box, ...TO_GROUP, '--dry-run')
    expect(hidden.stderr).toContain('could not be seen')
  })

  it('says what it did before AWS refused a step, and does the rest when run again', async () => {
    const box = await office()
    const kind = { refuse: 'LimitExceeded', status: 409, message: 'Cannot exceed quota.' }
    box.aws.faults.next.push({ kind, action: 'AttachGroupPolicy' })
    const first = await apply(box, ...TO_GROUP, '--yes')
    expect(first.code).toBe(4)
    expect(first.stderr).toContain('Done: create')
    expect(first.stderr).toContain(
      'Cannot exceed quota (LimitExceeded). Try: mfa-login doctor --profile work\n',
    )
    expect((await apply(box, ...TO_GROUP, '--yes')).code).toBe(0)
    expect(box.calls('CreatePolicy')).toEqual(['OK'])
  })

  it.each([
    [['policy', 'apply'], 2, 'Which group or user?'],
    [
      ['policy', 'apply', ...TO_GROUP, '--user', 'bob'],
      2,
      '--user and --group cannot be used together',
    ],
    [['policy', 'apply', ...TO_GROUP, '--style', 'x'], 2, 'no style "x"'],
    [['policy', 'apply', ...TO_GROUP, '--name', 'a b'], 2, 'A policy cannot be called "a b"'],
    [['policy', 'apply', '-p', 'work', '--group', 'nobody'], 4, 'nobody cannot be found'],
  ])('exits as documented for %j: %i, %s', async (args, exit, words) => {
    const box = await office()
    const { code, stderr } = await box.run(args)
    expect(stderr).toContain(words)
    expect(code).toBe(exit)
  })
})

describe('policy check --live', () => {
  it('reads attached, inline and group policies, and asks the simulator', async () => {
    const box = await office()
    await apply(box, ...TO_GROUP, '--yes')
    const clean = await box.run([...CHECK, '--user', 'bob'])
    expect(clean.stderr).toContain('Policies in effect for user bob: everything, mfa_mandatory.')
    expect(clean.stdout).toContain('No findings.')
    expect(clean.stdout).toContain("AWS's policy simulator decides the same.")
    expect(clean.stdout).toMatch(/iam:ListUsers +allowed \(everything: AllowAll\)/)
    expect(clean.code).toBe(0)
    expect(box.calls('SimulatePrincipalPolicy').length).toBeGreaterThan(5)
    const own = await box.run(CHECK)
    expect(own.stdout).toContain('error no-mfa-deny')
    expect(own.code).toBe(1)
  })

  it('checks a group by its own policies only', async () => {
    const box = await office()
    await apply(box, ...TO_GROUP, '--yes', '--style', 'classic')
    const { code, stdout } = await box.run([...CHECK, ...TO_GROUP, '--json'])
    const report = JSON.parse(stdout) as { findings: { code: string }[]; simulator: object }
    expect(report.findings.map((each) => each.code)).toContain('access-key-without-mfa')
    expect(report.simulator).toEqual({ kind: 'compared', differences: [] })
    expect(code).toBe(1)
  })

  it('says if the simulator or the policies may not be read', async () => {
    const box = await office()
    box.aws.faults.next.push({
      kind: { refuse: 'AccessDenied', status: 403 },
      action: 'SimulatePrincipalPolicy',
    })
    const unconfirmed = await box.run([...CHECK, ...TO_GROUP])
    expect(unconfirmed.stdout).toContain('Not confirmed by AWS')
    box.user.policies = [{ name: 'mfa_mandatory', document: strictPolicy() }]
    const refused = await box.run(CHECK)
    expect(refused.code).toBe(4)
    expect(refused.stderr).toContain(
      'Try: mfa-login device enroll --profile work, then: mfa-login policy check --live --profile work\n',
    )
  })

  it('retries if IAM throttles or fails', async () => {
    const box = await office()
    await apply(box, ...TO_GROUP, '--yes')
    for (const action of ['GetCallerIdentity', 'GetPolicyVersion', 'SimulatePrincipalPolicy']) {
      box.aws.faults.next.push({ kind: 'throttle', action, times: 2 })
    }
    box.aws.faults.next.push({ kind: 'error500', action: 'ListGroupsForUser' })
    const { code, stdout, stderr } = await box.run([...CHECK, '--user', 'bob'])
    expect(code, stderr).toBe(0)
    expect(stdout).toContain("AWS's policy simulator decides the same.")
    expect(box.aws.faults.next).toEqual([])
  })

  it('judges a user with its permissions boundary, as the simulator does', async () => {
    const box = await office()
    const limit: PolicyDocument = {
      Version: '2012-10-17',
      Statement: [{ Sid: 'Limit', Effect: 'Allow', Action: ['iam:*', 's3:*'], Resource: ['*'] }],
    }
    const arn = `${IAM}:policy/limit`
    box.aws.account.managedPolicies.push(createManagedPolicy(arn, limit))
    box.aws.account.users.find(({ name }) => name === 'bob')!.boundary = arn
    const { stdout, stderr } = await box.run([...CHECK, '--user', 'bob'])
    expect(stderr).toContain('Permissions boundary of user bob: limit.\n')
    expect(stdout).toMatch(/s3:ListAllMyBuckets +allowed \(everything: AllowAll\)/)
    expect(stdout).toMatch(/ec2:DescribeInstances +not allowed +not allowed\n/)
    expect(stdout).toContain("AWS's policy simulator decides the same.")
    const kind = { refuse: 'AccessDenied', status: 403 }
    box.aws.faults.next.push({ kind, action: 'GetPolicy', times: 1 })
    const hidden = await box.run([...CHECK, '--user', 'bob'])
    expect(hidden.stderr).toContain('could not be seen (iam:GetUser, AccessDenied)')
  })

  it('lists the devices of the administrator once', async () => {
    const box = await office()
    box.user.devices.push(createVirtualDevice(`${IAM}:mfa/admin`))
    box.write('config', `[profile work]\nmfa_process = echo ${box.code()}\n`)
    await box.run([...CHECK, ...TO_GROUP])
    expect(box.calls()).toEqual(['OK'])
    expect(box.calls('ListMFADevices')).toEqual(['OK'])
    expect(box.read('config')).toContain(`mfa_serial = ${IAM}:mfa/admin\n`)
  })

  it.each(['group', 'user'])('says how to list the %ss if none has the name', async (kind) => {
    const box = await office()
    for (const words of [CHECK, ['policy', 'apply', '-p', 'work']]) {
      const { code, stderr } = await box.run([...words, `--${kind}`, 'nobody'])
      expect(code).toBe(4)
      expect(stderr).toContain('nobody cannot be found (NoSuchEntity)')
      expect(stderr).toContain(
        `Try: aws --profile work iam list-${kind}s, which shows the ${kind}s\n`,
      )
    }
  })

  it('does not mistake a web page for an empty list', async () => {
    const box = await office()
    await apply(box, ...TO_GROUP, '--yes')
    for (const action of ['ListAttachedGroupPolicies', 'ListGroupPolicies']) {
      box.aws.faults.next.push({ kind: 'html', action, times: 3 })
      const { code, stdout, stderr } = await box.run([...CHECK, ...TO_GROUP])
      expect({ code, stdout }).toEqual({ code: 5, stdout: '' })
      expect(stderr).toContain(
        'Try: sign in to the network with a browser, then: mfa-login policy check --live',
      )
    }
  })

  it('says what is wrong with a session in the environment', async () => {
    const box = await office()
    const { accessKeyId, secretAccessKey } = box.key
    const sts = new STSClient({
      endpoint: box.aws.url,
      region: 'us-east-1',
      credentials: { accessKeyId, secretAccessKey },
    })
    const { Credentials } = await sts.send(new GetSessionTokenCommand({}))
    const env = {
      AWS_ACCESS_KEY_ID: Credentials!.AccessKeyId!,
      AWS_SECRET_ACCESS_KEY: Credentials!.SecretAccessKey!,
      AWS_SESSION_TOKEN: Credentials!.SessionToken!,
    }
    const { code, stderr } = await box.run(['policy', 'check', '--live'], { env })
    expect(stderr).toContain('has expired, or was created without MFA')
    expect(code).toBe(4)
  })

  it('shows differences from the simulator', async () => {
    const box = await office()
    await apply(box, ...TO_GROUP, '--yes')
    box.aws.faults.next.push({ kind: { slowMs: 2000 }, action: 'SimulatePrincipalPolicy' })
    const run = box.run([...CHECK, ...TO_GROUP])
    // The policy changes during the first simulation, which is slow.
    await expect.poll(() => box.aws.faults.next).toEqual([])
    box.aws.account.groups[0]!.attached = []
    const { stdout } = await run
    expect(stdout).toMatch(
      /iam:\w+ with(out)? MFA: AWS's simulator says not allowed, this table (allowed|denied)\./,
    )
  })
})
