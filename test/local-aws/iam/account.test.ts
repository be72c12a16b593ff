import {
  AttachGroupPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  GetAccountSummaryCommand,
  GetUserCommand,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { describe, expect, it, test } from 'vitest'
import {
  createAccessKey,
  createGroup,
  createManagedPolicy,
  createUser,
  createVirtualDevice,
} from '../../../src/local-aws/index.ts'
import { allowAllPolicy, strictPolicy } from '../../../src/policy/documents.ts'
import { readPolicy } from '../../../src/policy/read-document.ts'
import { iamOf, keysOf, startAdministered, stsOf } from '../rig.ts'

const IAM = 'arn:aws:iam::123456789012'
const PolicyDocument = JSON.stringify(strictPolicy())

test('GetAccountSummary counts entities, and has the quotas that the operations keep to', async () => {
  const managedPolicies = ['a', 'b'].map((name) =>
    createManagedPolicy(`${IAM}:policy/${name}`, strictPolicy()),
  )
  const { iam, account } = await startAdministered([], {
    managedPolicies,
    groups: [createGroup('devs')],
  })
  const { SummaryMap } = await iam.send(new GetAccountSummaryCommand())
  expect(SummaryMap).toMatchObject({ Users: 1, Groups: 1, Policies: 2, PolicySizeQuota: 6144 })
  const attach = (name: string) =>
    new AttachGroupPolicyCommand({ GroupName: 'devs', PolicyArn: `${IAM}:policy/${name}` })
  account.quotas.AttachedPoliciesPerGroupQuota = 1
  await iam.send(attach('a'))
  await expect(iam.send(attach('b'))).rejects.toThrow('PoliciesPerGroup: 1')
  const create = new CreatePolicyCommand({ PolicyName: 'c', PolicyDocument })
  account.quotas.PolicySizeQuota = 100
  await expect(iam.send(create)).rejects.toThrow('PolicySize: 100')
  account.quotas.PolicySizeQuota = 6144
  account.quotas.PoliciesQuota = 2
  await expect(iam.send(create)).rejects.toThrow('PoliciesPerAccount: 2')
})

test('GetAccountSummary counts devices, and says what the root user has', async () => {
  const device = (name: string) => createVirtualDevice(`${IAM}:mfa/${name}`)
  const root = createUser('root', { isRoot: true, keys: [] })
  const { iam, account } = await startAdministered(
    [root, createUser('bob', { devices: [device('bob'), device('phone')] })],
    { unassignedDevices: [device('left-over')] },
  )
  const summary = async () => (await iam.send(new GetAccountSummaryCommand())).SummaryMap
  expect(await summary()).toMatchObject({
    Users: 2,
    MFADevices: 3,
    MFADevicesInUse: 2,
    AccountMFAEnabled: 0,
    AccountAccessKeysPresent: 0,
  })
  root.devices.push(device('root-account-mfa-device'))
  root.keys.push(createAccessKey())
  expect(await summary()).toMatchObject({ AccountMFAEnabled: 1, AccountAccessKeysPresent: 1 })
  account.users.splice(1, 1)
  expect(await summary()).toMatchObject({ AccountMFAEnabled: 0, AccountAccessKeysPresent: 0 })
})

describe('a path', () => {
  it('is part of the ARN of a user, a group and a policy', async () => {
    const { iam } = await startAdministered()
    const Path = '/team/x/'
    const { User } = await iam.send(new CreateUserCommand({ UserName: 'bob', Path }))
    const { Group } = await iam.send(new CreateGroupCommand({ GroupName: 'devs', Path }))
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: 'mfa', Path, PolicyDocument }),
    )
    expect(User).toMatchObject({ Path, Arn: `${IAM}:user/team/x/bob` })
    expect(Group).toMatchObject({ Path, Arn: `${IAM}:group/team/x/devs` })
    expect(Policy).toMatchObject({ Path, Arn: `${IAM}:policy/team/x/mfa` })
  })

  it('is part of what policies see of the caller and of the user that a request names', async () => {
    const own = readPolicy({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Action: 'iam:GetUser',
        Resource: `${IAM}:user/team/x/*`,
        Condition: { ArnLike: { 'aws:PrincipalArn': `${IAM}:user/team/x/bob` } },
      },
    })
    const parts = { path: '/team/x/' }
    const bob = createUser('bob', { ...parts, policies: [{ name: 'own', document: own }] })
    const others = [createUser('eve', parts), createUser('root-path')]
    const { aws } = await startAdministered([bob, ...others])
    const iam = iamOf(aws, keysOf(bob))
    const { User } = await iam.send(new GetUserCommand())
    expect(User!.Arn).toBe(`${IAM}:user/team/x/bob`)
    await iam.send(new GetUserCommand({ UserName: 'eve' }))
    await expect(iam.send(new GetUserCommand({ UserName: 'root-path' }))).rejects.toThrow(
      `User: ${IAM}:user/team/x/bob is not authorized to perform: iam:GetUser on resource: ${IAM}:user/root-path`,
    )
    const { Arn } = await stsOf(aws, keysOf(bob)).send(new GetCallerIdentityCommand())
    expect(Arn).toBe(`${IAM}:user/team/x/bob`)
  })

  it('is part of the ARN that the simulator takes', async () => {
    const { iam } = await startAdministered([createUser('bob', { path: '/team/' })])
    const simulate = (PolicySourceArn: string) =>
      iam.send(
        new SimulatePrincipalPolicyCommand({ PolicySourceArn, ActionNames: ['iam:GetUser'] }),
      )
    await simulate(`${IAM}:user/team/bob`)
    await expect(simulate(`${IAM}:user/bob`)).rejects.toThrow('cannot be found')
  })

  it('is no part of a name, which is unique across paths', async () => {
    const bob = createUser('bob', { path: '/team/' })
    const { iam } = await startAdministered([bob], {
      managedPolicies: [createManagedPolicy(`${IAM}:policy/team/mfa`, allowAllPolicy())],
    })
    const named = { UserName: 'bob', PolicyName: 'mfa', PolicyDocument }
    await expect(iam.send(new CreateUserCommand(named))).rejects.toThrow('already exists')
    await expect(iam.send(new CreatePolicyCommand(named))).rejects.toThrow('already exists')
  })
})
