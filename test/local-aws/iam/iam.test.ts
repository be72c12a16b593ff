import {
  GetUserCommand,
  ListMFADevicesCommand,
  ListUsersCommand,
  ListVirtualMFADevicesCommand,
} from '@aws-sdk/client-iam'
import { AssumeRoleCommand } from '@aws-sdk/client-sts'
import { expect, test } from 'vitest'
import {
  createAccount,
  createRole,
  createUser,
  createVirtualDevice,
  userArn,
} from '../../../src/local-aws/index.ts'
import { allowAllPolicy, strictPolicy } from '../../../src/policy/documents.ts'
import { firstUser, iamOf, keysIn, sessionOf, start, stsOf } from '../rig.ts'

test('GetUser describes the caller or the named user', async () => {
  const account = createAccount()
  account.users.push(createUser('bob <&>'))
  const aws = await start(account)
  const { User } = await iamOf(aws).send(new GetUserCommand())
  expect(User).toMatchObject({
    UserName: 'alice',
    UserId: firstUser(aws).id,
    Arn: 'arn:aws:iam::123456789012:user/alice',
    Path: '/',
    CreateDate: new Date('2024-01-15T00:00:00Z'),
  })
  const other = new GetUserCommand({ UserName: 'bob <&>' })
  const withMfa = iamOf(aws, await sessionOf(aws))
  expect((await withMfa.send(other)).User!.UserName).toBe('bob <&>')
  await expect(withMfa.send(new GetUserCommand({ UserName: 'eve' }))).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: 'The user with name eve cannot be found.',
    $metadata: { httpStatusCode: 404 },
  })
})

test('GetUser with a session of a role must name a user', async () => {
  const account = createAccount()
  const trusts = [userArn(account, account.users[0]!)]
  const policies = [{ name: 'all', document: allowAllPolicy() }]
  account.roles.push(createRole('deploy', { trusts, policies }))
  const aws = await start(account)
  const RoleArn = 'arn:aws:iam::123456789012:role/deploy'
  const { Credentials } = await stsOf(aws, await sessionOf(aws)).send(
    new AssumeRoleCommand({ RoleArn, RoleSessionName: 'work' }),
  )
  await expect(iamOf(aws, keysIn(Credentials)).send(new GetUserCommand())).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'Must specify userName when calling with non-User credentials',
  })
})

test('ListUsers lists all users but root', async () => {
  const account = createAccount()
  account.users.push(createUser('bob'), createUser('owner', { isRoot: true }))
  const { Users, IsTruncated } = await iamOf(await start(account)).send(new ListUsersCommand())
  expect(Users!.map(({ UserName }) => UserName)).toEqual(['alice', 'bob'])
  expect(IsTruncated).toBe(false)
})

test('ListMFADevices lists the devices of the caller, and those of another user only with permission', async () => {
  const account = createAccount()
  account.users[0]!.devices.push(createVirtualDevice('GAHT12345678'))
  account.users.push(createUser('bob', { policies: [{ name: 'mfa', document: strictPolicy() }] }))
  const aws = await start(account)
  const { MFADevices } = await iamOf(aws).send(new ListMFADevicesCommand())
  expect(MFADevices).toEqual([
    {
      UserName: 'alice',
      SerialNumber: 'arn:aws:iam::123456789012:mfa/alice',
      EnableDate: new Date('2024-01-15T00:00:00Z'),
    },
    expect.objectContaining({ SerialNumber: 'GAHT12345678' }),
  ])
  const [key] = account.users[1]!.keys
  const bob = await iamOf(aws, key).send(new ListMFADevicesCommand())
  expect(bob.MFADevices).toEqual([])
  await expect(
    iamOf(aws, key).send(new ListMFADevicesCommand({ UserName: 'alice' })),
  ).rejects.toMatchObject({
    name: 'AccessDenied',
    message:
      'User: arn:aws:iam::123456789012:user/bob is not authorized to perform: iam:ListMFADevices on resource: arn:aws:iam::123456789012:user/alice because no identity-based policy allows the iam:ListMFADevices action',
  })
})

test('ListVirtualMFADevices filters by assignment', async () => {
  const spare = createVirtualDevice('arn:aws:iam::123456789012:mfa/spare')
  const account = createAccount({ unassignedDevices: [spare] })
  account.users[0]!.devices.push(createVirtualDevice('GAHT12345678'))
  const aws = await start(account)
  const names = async (AssignmentStatus?: 'Any' | 'Assigned' | 'Unassigned') => {
    const command = new ListVirtualMFADevicesCommand(AssignmentStatus ? { AssignmentStatus } : {})
    const { VirtualMFADevices } = await iamOf(aws).send(command)
    return VirtualMFADevices!.map((each) => [each.SerialNumber!.split('/')[1], each.User?.UserName])
  }
  expect(await names()).toEqual([
    ['alice', 'alice'],
    ['spare', undefined],
  ])
  expect(await names('Any')).toHaveLength(2)
  expect(await names('Assigned')).toEqual([['alice', 'alice']])
  expect(await names('Unassigned')).toEqual([['spare', undefined]])
})

test('AccessDenied names the caller, the action, the resource and the reason', async () => {
  const aws = await start()
  const command = new GetUserCommand({ UserName: 'bob' })
  firstUser(aws).policies = [{ name: 'mfa', document: strictPolicy() }]
  await expect(iamOf(aws).send(command)).rejects.toMatchObject({
    name: 'AccessDenied',
    message:
      'User: arn:aws:iam::123456789012:user/alice is not authorized to perform: iam:GetUser on resource: arn:aws:iam::123456789012:user/bob with an explicit deny in an identity-based policy',
    $metadata: { httpStatusCode: 403 },
  })
})

test('a session of a user can call IAM only with MFA', async () => {
  const aws = await start()
  firstUser(aws).policies = [{ name: 'all', document: allowAllPolicy() }]
  const plain = iamOf(aws, await sessionOf(aws, { mfa: false }))
  await expect(plain.send(new ListUsersCommand())).rejects.toMatchObject({
    name: 'InvalidClientTokenId',
    message: 'The security token included in the request is invalid.',
    $metadata: { httpStatusCode: 403 },
  })
  const withMfa = iamOf(aws, await sessionOf(aws))
  expect((await withMfa.send(new ListUsersCommand())).Users).toHaveLength(1)
})

test('policies do not apply to the root user', async () => {
  const root = createUser('owner', { isRoot: true })
  const aws = await start(createAccount({ users: [root] }))
  const { User } = await iamOf(aws).send(new GetUserCommand())
  expect(User!.Arn).toBe('arn:aws:iam::123456789012:root')
})
