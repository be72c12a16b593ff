/** What the administrator lacks, and the commands that the policy commands suggest for the same account. */
import { describe, expect, it } from 'vitest'
import {
  createAccount,
  createGroup,
  createManagedPolicy,
  createUser,
  createVirtualDevice,
  type User,
} from '../../src/local-aws/index.ts'
import type { PolicyDocument, Statement } from '../../src/policy/document.ts'
import { allowAllPolicy } from '../../src/policy/documents.ts'
import { sandbox, type Sandbox } from '../support/sandbox.ts'

const IAM = 'arn:aws:iam::123456789012'
const all = allowAllPolicy()
const everything = { name: 'everything', document: all }
const allowing = (...Action: string[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource: ['*'] }],
})
const denying = (...Action: string[]): PolicyDocument => {
  const deny: Statement = { Effect: 'Deny', Action, Resource: ['*'] }
  return { ...all, Statement: [...all.Statement, deny] }
}

async function office(document: PolicyDocument, parts: Partial<User> = {}): Promise<Sandbox> {
  const admin = createUser('admin', { policies: [{ name: 'own', document }], ...parts })
  const bob = createUser('bob', { policies: [everything] })
  const groups = [createGroup('developers', { members: ['bob'] })]
  return sandbox(createAccount({ users: [admin, bob], groups }))
}

const GROUP = ['--profile', 'work', '--group', 'developers']

describe('where the administrator lacks a right', () => {
  it.each<[string[], string]>([
    [['apply', '--yes'], 'IAMFullAccess'],
    [['apply', '--dry-run'], 'SecurityAudit'],
    [['remove', '--yes'], 'IAMFullAccess'],
    [['check', '--live'], 'SecurityAudit'],
  ])('policy %j names the action and what gives it', async (words, policy) => {
    const box = await office(allowing('iam:ListMFADevices'))
    const { code, stderr } = await box.run(['policy', ...words, ...GROUP])
    expect(stderr).toContain('not authorized to perform: iam:GetGroup')
    expect(stderr).toContain(
      `Try: allow iam:GetGroup to ${IAM}:user/admin, for example with the policy arn:aws:iam::aws:policy/${policy}\n`,
    )
    expect(code).toBe(4)
  })

  it('policy apply names it where it has begun', async () => {
    const read = allowing('iam:Get*', 'iam:List*', 'iam:CreatePolicy')
    const box = await office(read)
    const { code, stderr } = await box.run(['policy', 'apply', ...GROUP, '--yes'])
    expect(stderr).toContain('Done: create the managed policy')
    expect(stderr).toContain(`Try: allow iam:AttachGroupPolicy to ${IAM}:user/admin`)
    expect(code).toBe(4)
    box.user.policies = [everything]
    expect((await box.run(['policy', 'apply', ...GROUP, '--yes'])).code).toBe(0)
  })

  it('a Deny or a boundary is named as such', async () => {
    const serial = `${IAM}:mfa/admin`
    const devices = [createVirtualDevice(serial)]
    const box = await office(denying('iam:GetGroup'), { devices })
    box.freshStep()
    const config = `[profile work]\nregion = eu-west-1\nmfa_process = printf ${box.code()}\n`
    box.write('config', config)
    const denied = await box.run(['policy', 'apply', ...GROUP, '--yes'])
    expect(denied.stderr).toContain(
      `Try: take iam:GetGroup out of the Deny, which is in the identity-based policy of ${IAM}:user/admin\n`,
    )
    const arn = `${IAM}:policy/limit`
    box.aws.account.managedPolicies.push(createManagedPolicy(arn, allowing('sts:*', 'iam:List*')))
    box.user.policies = [everything]
    box.user.boundary = arn
    const limited = await box.run(['policy', 'apply', ...GROUP, '--yes'])
    expect(limited.stderr).toContain(
      `Try: allow iam:GetGroup in the permissions boundary of ${IAM}:user/admin\n`,
    )
  })
})

describe('commands that are suggested', () => {
  it('run with the session of an administrator who has a device', async () => {
    const devices = [createVirtualDevice(`${IAM}:mfa/admin`)]
    const box = await office(all, { devices })
    box.freshStep()
    box.write('config', `[profile work]\nregion = eu-west-1\nmfa_process = printf ${box.code()}\n`)
    const { stderr } = await box.run(['policy', 'check', '--live', '-p', 'work', '--group', 'none'])
    expect(stderr).toContain('Try: mfa-login exec --profile work -- aws iam list-groups, which')
  })

  it('name the policy, for --restore of one that has no other version', async () => {
    const box = await office(all)
    await box.run(['policy', 'apply', ...GROUP, '--name', 'gate', '--yes'])
    const words = ['policy', 'remove', ...GROUP, '--name', 'gate', '--restore']
    const { stderr } = await box.run(words)
    const remedy = 'mfa-login policy remove --group developers --name gate --profile work'
    expect(stderr).toContain(`Try: ${remedy}, which detaches it\n`)
    const removed = await box.run([...remedy.split(' ').slice(1), '--yes'])
    expect(removed.stderr).toContain('Done: detach gate from the group developers')
    const none = await box.run(words)
    expect(none.stderr).toContain(
      'Try: aws --profile work iam list-attached-group-policies --group-name developers, which',
    )
  })

  it('repeat the whole command where AWS does not answer', async () => {
    const box = await office(all)
    box.aws.faults.next.push({ kind: 'error500', action: 'GetGroup', times: 9 })
    const { code, stderr } = await box.run(['policy', 'check', '--live', ...GROUP])
    expect(stderr).toContain(
      'Try: mfa-login policy check --live --profile work --group developers\n',
    )
    expect(code).toBe(5)
  })
})

describe('policy check --live', () => {
  it('judges a user by the user’s tags', async () => {
    const box = await office(all)
    const [, bob] = box.aws.account.users
    const exception = ['--except-tag', 'mfa=exempt', '--until', '2127-03-31', '--yes']
    await box.run(['policy', 'apply', ...GROUP, ...exception])
    const check = ['policy', 'check', '--live', '--profile', 'work', '--user', 'bob']
    const others = await box.run(check)
    expect(others.stdout).toMatch(/s3:ListAllMyBuckets +denied \(mfa_mandatory: Deny/)
    bob!.tags.mfa = 'exempt'
    const excepted = await box.run(check)
    expect(excepted.stdout).toMatch(/s3:ListAllMyBuckets +allowed \(everything: AllowAll\)/)
    expect(excepted.stdout).toContain("AWS's policy simulator decides the same.")
  })

  it('says where the tags may not be read, on which then the decisions depend', async () => {
    const box = await office(all, { tags: { mfa: 'exempt' } })
    const exception = ['--except-tag', 'mfa=exempt', '--until', '2127-03-31', '--yes']
    await box.run(['policy', 'apply', '--profile', 'work', '--user', 'admin', ...exception])
    const kind = { refuse: 'AccessDenied', status: 403 }
    box.aws.faults.next.push({ kind, action: 'GetUser' })
    const { stdout, stderr } = await box.run(['policy', 'check', '--live', '--profile', 'work'])
    expect(stderr).toContain(
      'Whether user admin has a permissions boundary and tags could not be seen (iam:GetUser, AccessDenied).\n',
    )
    expect(stdout).toMatch(/s3:ListAllMyBuckets +depends on aws:PrincipalTag\/mfa/)
  })
})
