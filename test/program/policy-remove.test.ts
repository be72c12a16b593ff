/** `policy remove`: takes back what `policy apply` did, and no more. */
import { describe, expect, it } from 'vitest'
import {
  createAccount,
  createGroup,
  createManagedPolicy,
  createUser,
  type Account,
} from '../../src/local-aws/index.ts'
import { allowAllPolicy, classicPolicy, strictPolicy } from '../../src/policy/documents.ts'
import { PROGRAM, sandbox, type Outcome, type Sandbox } from '../support/sandbox.ts'

const IAM = 'arn:aws:iam::123456789012'
const ARN = `${IAM}:policy/mfa_mandatory`
const everything = { name: 'everything', document: allowAllPolicy() }

async function office(parts: Partial<Account> = {}): Promise<Sandbox> {
  const admin = createUser('admin', { policies: [everything] })
  const bob = createUser('bob')
  const groups = [createGroup('developers', { members: ['bob'] }), createGroup('others')]
  return sandbox(createAccount({ users: [admin, bob], groups, ...parts }))
}

const onGroup = async (box: Sandbox, command: string, ...more: string[]): Promise<Outcome> =>
  box.run(['policy', command, '--profile', 'work', '--group', 'developers', ...more])
const changes = (box: Sandbox): string[] =>
  box.aws.requests
    .map(({ action }) => action)
    .filter((each) => /^(Create|Delete|Attach|Detach|Set)/.test(each))

describe('policy remove', () => {
  it('takes back what policy apply says it does, and is safe to repeat', async () => {
    const box = await office()
    const applied = await onGroup(box, 'apply', '--yes')
    expect(applied.stderr).toContain(
      'To go back: mfa-login policy remove --group developers --profile work\n',
    )
    const { code, stdout, stderr } = await onGroup(box, 'remove', '--yes', '--json')
    expect(stderr).toContain(
      [
        'In the account 123456789012:',
        '  detach mfa_mandatory from the group developers (bob)',
        '  delete the managed policy mfa_mandatory, which nothing else has',
        `Version v1 is then gone for good. For a copy first: aws --profile work iam get-policy-version --policy-arn ${ARN} --version-id v1`,
        'By this group, no other policy then requires MFA of: bob.',
        'Done: detach mfa_mandatory from the group developers (bob).',
        'Done: delete the managed policy mfa_mandatory, which nothing else has.\n',
      ].join('\n'),
    )
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual({
      account: '123456789012',
      policy: ARN,
      principal: { kind: 'group', name: 'developers', arn: `${IAM}:group/developers` },
      users: ['bob'],
      otherMfaDenies: [],
      blocksEnrollment: false,
      diff: [],
      sharedWith: [],
      exceptionChanges: [],
      noLongerExcepted: [],
      steps: [
        { kind: 'detach-policy', what: expect.any(String) as string },
        { kind: 'delete-policy', what: expect.any(String) as string },
      ],
      isApplied: true,
    })
    expect(box.aws.account).toMatchObject({ managedPolicies: [], groups: [{ attached: [] }, {}] })
    const again = await onGroup(box, 'remove', '--yes')
    expect(again.stderr).toContain('does not have mfa_mandatory; there is nothing to do.')
    expect(again.code).toBe(0)
  })

  it('shows the plan and changes nothing with --dry-run, or without consent', async () => {
    const box = await office()
    await onGroup(box, 'apply', '--yes')
    const before = changes(box)
    const dry = await onGroup(box, 'remove', '--dry-run', '--json')
    expect(dry.stderr).toContain('  detach mfa_mandatory')
    expect(JSON.parse(dry.stdout)).toMatchObject({ isApplied: false })
    const alone = await onGroup(box, 'remove')
    expect(alone.stderr).toContain('--yes')
    expect([dry.code, alone.code]).toEqual([0, 2])
    const command = [process.execPath, PROGRAM, 'policy', 'remove', '-p', 'work']
    const no = box.terminal([...command, '--group', 'developers'].join(' '))
    await no.answer('Make this change?', 'n')
    expect(await no.exit).toBe(130)
    expect(changes(box)).toEqual(before)
  })

  it('leaves the policy to others, and says what still requires MFA', async () => {
    const box = await office()
    await onGroup(box, 'apply', '--yes', '--name', 'second')
    await onGroup(box, 'apply', '--yes')
    box.aws.account.groups[1]!.attached.push(ARN)
    const { code, stderr } = await onGroup(box, 'remove', '--yes')
    expect(stderr).toContain('mfa_mandatory stays as it is for 1 other group or user.\n')
    expect(stderr).toContain('What second denies without MFA stays denied')
    expect(code).toBe(0)
    expect(box.aws.account.managedPolicies).toHaveLength(2)
    expect(box.aws.account.groups.map(({ attached }) => attached)).toEqual([
      [`${IAM}:policy/second`],
      [ARN],
    ])
  })

  it('deletes all versions, and goes on after a failure', async () => {
    const box = await office()
    for (const style of ['strict', 'classic', 'strict'])
      await onGroup(box, 'apply', '--yes', '--style', style)
    const refused = { kind: { refuse: 'AccessDenied', status: 403 }, action: 'DeletePolicy' }
    box.aws.faults.next.push(refused)
    const first = await onGroup(box, 'remove', '--yes')
    expect(first.stderr).toContain(
      `Version v2 is then gone for good. For a copy first: aws --profile work iam get-policy-version --policy-arn ${ARN} --version-id v2\n`,
    )
    expect(first.code).toBe(4)
    expect(box.aws.account.managedPolicies[0]!.versions.map(({ id }) => id)).toEqual(['v3'])
    expect((await onGroup(box, 'remove', '--yes')).code).toBe(0)
    expect(box.aws.account.managedPolicies).toEqual([])
  })

  it('--restore takes back the last version, and leaves the policy attached', async () => {
    const box = await office({ managedPolicies: [createManagedPolicy(ARN, classicPolicy())] })
    box.aws.account.groups[0]!.attached.push(ARN)
    const applied = await onGroup(box, 'apply', '--yes')
    const back = 'mfa-login policy remove --group developers --profile work --restore\n'
    expect(applied.stderr).toContain(`To go back: ${back}`)
    const { code, stderr } = await onGroup(box, 'remove', '--restore', '--yes')
    expect(stderr).toContain(
      '  make v1 the default version of mfa_mandatory again, for the 1 group or user it is attached to\n  delete version v2 of mfa_mandatory, which v1 replaces\n',
    )
    expect(code).toBe(0)
    const [policy] = box.aws.account.managedPolicies
    expect(policy).toMatchObject({ defaultVersionId: 'v1', versions: [{ id: 'v1' }] })
    expect(box.aws.account.groups[0]!.attached).toEqual([ARN])
    const more = await onGroup(box, 'remove', '--restore', '--yes')
    expect(more.stderr).toContain('no version before its default version')
    expect(more.stderr).toContain(
      'Try: mfa-login policy remove --group developers --profile work, which detaches it\n',
    )
    expect(more.code).toBe(4)
  })

  it('only detaches what mfa-login did not create', async () => {
    const box = await office({ managedPolicies: [createManagedPolicy(ARN, classicPolicy())] })
    box.aws.account.groups[0]!.attached.push(ARN)
    const { code, stderr } = await onGroup(box, 'remove', '--yes')
    expect(stderr).toContain(
      `mfa_mandatory stays in the account, as mfa-login did not create it. To delete it: aws --profile work iam delete-policy --policy-arn ${ARN}\n`,
    )
    expect(code).toBe(0)
    expect(changes(box)).toEqual(['DetachGroupPolicy'])
  })

  it('deletes no version where somebody else got the policy in the meantime', async () => {
    const box = await office()
    for (const style of ['strict', 'classic'])
      await onGroup(box, 'apply', '--yes', '--style', style)
    const command = [process.execPath, PROGRAM, 'policy', 'remove', '-p', 'work']
    const asked = box.terminal([...command, '--group', 'developers'].join(' '))
    await asked.waitFor('Make this change?')
    box.aws.account.groups[1]!.attached.push(ARN)
    await asked.answer('Make this change?', 'y')
    expect(await asked.exit).toBe(4)
    expect(asked.screen).toContain('was attached to somebody else in the meantime')
    expect(box.aws.account.managedPolicies[0]!.versions).toHaveLength(2)
    expect(box.aws.account.groups[0]!.attached).toEqual([ARN])
  })

  it('says whom what stays locks out', async () => {
    const box = await office()
    const [allows, denies] = [strictPolicy(), strictPolicy()]
    denies.Statement = denies.Statement.filter(({ Effect }) => Effect === 'Deny')
    await onGroup(box, 'apply', '--yes')
    const [group] = box.aws.account.groups
    group!.policies.push({ name: 'gate', document: denies })
    const locked = await onGroup(box, 'remove', '--dry-run', '--json')
    expect(locked.stderr).toContain(
      'This locks out who has no MFA device: beside gate no policy of this group then allows enrolling one, unless another of their policies does. It is about: bob.\n',
    )
    expect(JSON.parse(locked.stdout)).toMatchObject({ blocksEnrollment: true })
    group!.policies.push({ name: 'own', document: allows })
    const open = await onGroup(box, 'remove', '--dry-run', '--json')
    expect(open.stderr).not.toContain('locks out')
    expect(JSON.parse(open.stdout)).toMatchObject({ blocksEnrollment: false })
  })

  it('finds other policies by ARN, and says where they cannot be read', async () => {
    const box = await office()
    await onGroup(box, 'apply', '--yes')
    const other = await onGroup(box, 'remove', '--dry-run', '--name', 'MFA_Mandatory')
    expect(other.stderr).toContain('no other policy then requires MFA of: bob.\n')
    const kind = { refuse: 'AccessDenied', status: 403 }
    box.aws.faults.next.push({ kind, action: 'ListGroupPolicies' })
    const { code, stdout, stderr } = await onGroup(box, 'remove', '--dry-run', '--json')
    expect(stderr).toContain('Whether another policy requires MFA, too, could not be seen')
    expect(stderr).not.toContain('no other policy')
    expect(JSON.parse(stdout)).toMatchObject({ otherMfaDenies: null })
    expect(code).toBe(0)
  })

  it('--restore shows what changes, and leaves the versions of others alone', async () => {
    const box = await office({ managedPolicies: [createManagedPolicy(ARN, classicPolicy())] })
    box.aws.account.groups[0]!.attached.push(ARN)
    const [policy] = box.aws.account.managedPolicies
    await onGroup(box, 'apply', '--yes')
    const plan = await onGroup(box, 'remove', '--restore', '--dry-run')
    expect(plan.stderr).toContain('What changes in mfa_mandatory:\n')
    expect(plan.stderr).toContain('  +         "iam:ChangePassword",\n')
    const [v1, v2] = policy!.versions
    const draft = { ...v1!, document: allowAllPolicy(), text: JSON.stringify(allowAllPolicy()) }
    policy!.versions = [draft, v2!]
    const back = await onGroup(box, 'remove', '--restore', '--yes')
    expect(back.stderr).toContain(
      `Version v1 of ${ARN} is none that mfa-login writes, so it is not made the default version.`,
    )
    policy!.versions = [v1!, { ...draft, id: 'v2', createdAt: v2!.createdAt }]
    policy!.defaultVersionId = 'v1'
    const forward = await onGroup(box, 'remove', '--restore', '--yes')
    expect(forward.stderr).toContain(
      `Version v2 of ${ARN} is none that mfa-login writes, so it is not deleted.`,
    )
    expect([back.code, forward.code]).toEqual([4, 4])
    expect(policy!.versions).toHaveLength(2)
  })

  it('--restore takes back an exception', async () => {
    const box = await office()
    const exception = ['--except-path', '/machines/', '--until', '2127-03-31']
    await onGroup(box, 'apply', '--yes', ...exception)
    await onGroup(box, 'apply', '--yes')
    const { code, stderr } = await onGroup(box, 'remove', '--restore', '--yes')
    expect(stderr).toContain('Done: make v1 the default version')
    expect(code).toBe(0)
  })

  it('refuses a policy of others', async () => {
    const box = await office({ managedPolicies: [createManagedPolicy(ARN, allowAllPolicy())] })
    box.aws.account.groups[0]!.attached.push(ARN)
    const { code, stderr } = await onGroup(box, 'remove', '--yes')
    expect(stderr).toContain(`${ARN} is a policy of somebody else`)
    expect(stderr).toContain(
      `aws --profile work iam detach-group-policy --group-name developers --policy-arn ${ARN}`,
    )
    expect(code).toBe(4)
    expect(changes(box)).toEqual([])
  })

  it('detaches from a user, and asks which', async () => {
    const bob = createUser('bob', { attached: [ARN] })
    const admin = createUser('admin', { policies: [everything] })
    const managedPolicies = [createManagedPolicy(ARN, strictPolicy())]
    const box = await sandbox(createAccount({ users: [admin, bob], managedPolicies }))
    const none = await box.run(['policy', 'remove', '--profile', 'work'])
    expect(none.stderr).toContain('Which group or user?')
    const { code, stderr } = await box.run([
      'policy',
      'remove',
      '--user',
      'bob',
      '--yes',
      '-p',
      'work',
    ])
    expect(stderr).toContain('Done: detach mfa_mandatory from the user bob.')
    expect(code).toBe(0)
    expect(bob.attached).toEqual([])
  })
})

describe('a first password', () => {
  const members = () => [
    createUser('bob', { password: 'initial-1', mustResetPassword: true }),
    createUser('eve', { password: 'own-password' }),
  ]
  const withMembers = async () => {
    const users = [createUser('admin', { policies: [everything] }), ...members()]
    const groups = [createGroup('developers', { members: ['bob', 'eve'] })]
    return sandbox(createAccount({ users, groups }))
  }

  it('is named by the plan of policy apply, and by policy check --live', async () => {
    const box = await withMembers()
    const { stdout, stderr } = await onGroup(box, 'apply', '--yes', '--json')
    expect(stderr).toContain(
      'These must set a password at the next sign-in, and cannot with this policy (--allow-first-password): bob.\n',
    )
    expect(JSON.parse(stdout)).toMatchObject({ usersToSetPassword: ['bob'] })
    const blocked = await onGroup(box, 'check', '--live')
    expect(blocked.stdout).toContain('warning first-password-blocked in DenyAllElseWithoutMfa')
    expect(blocked.stdout).toContain('bob must set a password at the next sign-in, and cannot')
    const allowed = await onGroup(box, 'apply', '--yes', '--allow-first-password')
    expect(allowed.stderr).toContain('which the policy lets them: bob.\n')
    expect((await onGroup(box, 'check', '--live')).stdout).not.toContain('first-password-blocked')
  })

  it('is not named where AWS does not tell', async () => {
    const box = await withMembers()
    const kind = { refuse: 'AccessDenied', status: 403 }
    box.aws.faults.next.push({ kind, action: 'GetLoginProfile', times: 2 })
    const { code, stdout } = await onGroup(box, 'apply', '--dry-run', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ usersToSetPassword: null })
    expect(code).toBe(0)
  })
})
