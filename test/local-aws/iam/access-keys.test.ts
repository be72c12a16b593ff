import {
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  GetAccessKeyLastUsedCommand,
  ListAccessKeysCommand,
  ListUsersCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { expect, test } from 'vitest'
import { createUser } from '../../../src/local-aws/index.ts'
import { iamOf, keysOf, NOW, refusal, startAdministered, stsOf } from '../rig.ts'

const SECOND = new Date(Math.floor(NOW / 1000) * 1000)
const unknown = 'AKIAUNKNOWN234567ABC'
const noKey = refusal(
  'NoSuchEntityException',
  404,
  `The Access Key with id ${unknown} cannot be found.`,
)

test('CreateAccessKey makes a second key that works beside the first, and refuses a third', async () => {
  const { aws, iam, account } = await startAdministered()
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand())
  expect(AccessKey).toMatchObject({ UserName: 'admin', Status: 'Active', CreateDate: SECOND })
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey } = AccessKey!
  const keys = { accessKeyId: accessKeyId!, secretAccessKey: secretAccessKey! }
  expect((await stsOf(aws, keys).send(new GetCallerIdentityCommand())).Arn).toMatch(/admin$/)
  await expect(iam.send(new CreateAccessKeyCommand())).rejects.toMatchObject(
    refusal('LimitExceededException', 409, 'Cannot exceed quota for AccessKeysPerUser: 2'),
  )
  const { AccessKeyMetadata } = await iam.send(new ListAccessKeysCommand())
  const old = account.users[0]!.keys[0]!.accessKeyId
  expect(AccessKeyMetadata).toEqual([
    {
      UserName: 'admin',
      AccessKeyId: old,
      Status: 'Active',
      CreateDate: new Date('2024-01-15T00:00:00Z'),
    },
    { UserName: 'admin', AccessKeyId: accessKeyId, Status: 'Active', CreateDate: SECOND },
  ])
})

test('a key can be deactivated, activated and deleted', async () => {
  const bob = createUser('bob')
  const { aws, iam } = await startAdministered([bob])
  const { accessKeyId: AccessKeyId } = keysOf(bob)
  const identify = () => stsOf(aws, keysOf(bob)).send(new GetCallerIdentityCommand())
  const update = (Status: 'Active' | 'Inactive') =>
    iam.send(new UpdateAccessKeyCommand({ UserName: 'bob', AccessKeyId, Status }))
  await update('Inactive')
  const { AccessKeyMetadata } = await iam.send(new ListAccessKeysCommand({ UserName: 'bob' }))
  expect(AccessKeyMetadata!.map(({ Status }) => Status)).toEqual(['Inactive'])
  await expect(identify()).rejects.toMatchObject({ name: 'InvalidClientTokenId' })
  await update('Active')
  await identify()
  const keys = keysOf(bob)
  await iam.send(new DeleteAccessKeyCommand({ UserName: 'bob', AccessKeyId }))
  expect(bob.keys).toEqual([])
  await expect(stsOf(aws, keys).send(new GetCallerIdentityCommand())).rejects.toMatchObject({
    name: 'InvalidClientTokenId',
  })
})

test('operations without a user name apply to the caller’s keys', async () => {
  const bob = createUser('bob')
  const { iam, account } = await startAdministered([bob])
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand())
  const { AccessKeyId } = AccessKey!
  await iam.send(new UpdateAccessKeyCommand({ AccessKeyId, Status: 'Inactive' }))
  expect(account.users[0]!.keys[1]!.status).toBe('Inactive')
  await iam.send(new DeleteAccessKeyCommand({ AccessKeyId }))
  expect(account.users[0]!.keys).toHaveLength(1)
  const others = { AccessKeyId: keysOf(bob).accessKeyId }
  await expect(iam.send(new DeleteAccessKeyCommand(others))).rejects.toMatchObject({
    name: 'NoSuchEntityException',
  })
  expect(bob.keys).toHaveLength(1)
})

test('operations refuse an unknown key or user and an invalid status', async () => {
  const { iam } = await startAdministered()
  const AccessKeyId = unknown
  await expect(iam.send(new DeleteAccessKeyCommand({ AccessKeyId }))).rejects.toMatchObject(noKey)
  await expect(
    iam.send(new UpdateAccessKeyCommand({ AccessKeyId, Status: 'Active' })),
  ).rejects.toMatchObject(noKey)
  await expect(iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }))).rejects.toMatchObject(
    noKey,
  )
  await expect(iam.send(new CreateAccessKeyCommand({ UserName: 'eve' }))).rejects.toMatchObject(
    refusal('NoSuchEntityException', 404, 'The user with name eve cannot be found.'),
  )
  await expect(
    iam.send(new UpdateAccessKeyCommand({ AccessKeyId, Status: 'Expired' })),
  ).rejects.toMatchObject(
    refusal(
      'ValidationError',
      400,
      "1 validation error detected: Value 'Expired' at 'status' failed to satisfy constraint: Member must satisfy enum value set: [Active, Inactive]",
    ),
  )
})

test('GetAccessKeyLastUsed returns time, service and region', async () => {
  const bob = createUser('bob')
  const { aws, iam } = await startAdministered([bob])
  const ask = new GetAccessKeyLastUsedCommand({ AccessKeyId: keysOf(bob).accessKeyId })
  expect(await iam.send(ask)).toMatchObject({
    UserName: 'bob',
    AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A' },
  })
  await expect(iamOf(aws, keysOf(bob)).send(new ListUsersCommand())).rejects.toMatchObject({
    name: 'AccessDenied',
  })
  expect((await iam.send(ask)).AccessKeyLastUsed).toEqual({
    LastUsedDate: SECOND,
    ServiceName: 'iam',
    Region: 'eu-west-1',
  })
})
