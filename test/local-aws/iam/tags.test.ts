import {
  CreateUserCommand,
  GetUserCommand,
  ListUserTagsCommand,
  TagUserCommand,
  UntagUserCommand,
} from '@aws-sdk/client-iam'
import { GetSessionTokenCommand } from '@aws-sdk/client-sts'
import { expect, test } from 'vitest'
import { codeAt, createUser, createVirtualDevice } from '../../../src/local-aws/index.ts'
import { readPolicy } from '../../../src/policy/read-document.ts'
import { iamOf, keysIn, keysOf, NOW, refusal, startAdministered, stsOf } from '../rig.ts'

const UserName = 'bob'
const tag = (Key: string, Value = 'x') => ({ Key, Value })

test('a user is tagged from the start, later, and no more', async () => {
  const { iam } = await startAdministered()
  const { User } = await iam.send(new CreateUserCommand({ UserName, Tags: [tag('team', 'a')] }))
  expect(User!.Tags).toEqual([tag('team', 'a')])
  await iam.send(new TagUserCommand({ UserName, Tags: [tag('MFA'), tag('Team', 'b')] }))
  const tagsOf = async () => (await iam.send(new ListUserTagsCommand({ UserName }))).Tags
  expect(await tagsOf()).toEqual([tag('MFA'), tag('Team', 'b')])
  await iam.send(new UntagUserCommand({ UserName, TagKeys: ['mfa', 'unknown'] }))
  expect(await tagsOf()).toEqual([tag('Team', 'b')])
  expect((await iam.send(new GetUserCommand({ UserName }))).User!.Tags).toEqual(await tagsOf())
})

test('invalid and too many tags are refused', async () => {
  const { iam, account } = await startAdministered([createUser(UserName)])
  const add = (...Tags: { Key: string; Value: string }[]) =>
    iam.send(new TagUserCommand({ UserName, Tags }))
  await expect(add(tag('a;b'))).rejects.toMatchObject({ name: 'ValidationError' })
  await expect(add(tag('a', '*'))).rejects.toMatchObject({ name: 'ValidationError' })
  const many = Array.from({ length: 51 }, (_, index) => tag(`key${index}`))
  await expect(add(...many)).rejects.toMatchObject(
    refusal('LimitExceededException', 409, 'Cannot exceed quota for TagsPerUser: 50'),
  )
  expect(account.users[1]!.tags).toEqual({})
})

test('policies see the tags of the caller, also of its sessions, and those of the request', async () => {
  const allow = (Condition: object) => ({
    Effect: 'Allow',
    Action: ['iam:GetUser', 'iam:TagUser'],
    Resource: '*',
    Condition,
  })
  const document = readPolicy({
    Version: '2012-10-17',
    Statement: [
      allow({ StringEquals: { 'aws:PrincipalTag/mfa': 'exempt' } }),
      allow({
        'ForAllValues:StringEquals': { 'aws:TagKeys': 'team' },
        Null: { 'aws:TagKeys': 'false' },
      }),
    ],
  })
  const device = createVirtualDevice('arn:aws:iam::123456789012:mfa/bob')
  const bob = createUser(UserName, { policies: [{ name: 'p', document }], devices: [device] })
  const { aws } = await startAdministered([bob])
  const own = iamOf(aws, keysOf(bob))
  const mfa = new TagUserCommand({ UserName, Tags: [tag('mfa', 'exempt')] })
  await expect(own.send(mfa)).rejects.toMatchObject({ name: 'AccessDenied' })
  await own.send(new TagUserCommand({ UserName, Tags: [tag('team')] }))
  await expect(own.send(new GetUserCommand())).rejects.toMatchObject({ name: 'AccessDenied' })
  bob.tags.mfa = 'exempt'
  await own.send(new GetUserCommand())
  const factors = { SerialNumber: device.serialNumber, TokenCode: codeAt(device, NOW) }
  const session = await stsOf(aws, keysOf(bob)).send(new GetSessionTokenCommand(factors))
  await iamOf(aws, keysIn(session.Credentials)).send(new GetUserCommand())
})
