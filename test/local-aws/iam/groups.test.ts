import {
  AddUserToGroupCommand,
  CreateGroupCommand,
  GetGroupCommand,
  ListGroupsCommand,
  ListGroupsForUserCommand,
  RemoveUserFromGroupCommand,
} from '@aws-sdk/client-iam'
import { expect, test } from 'vitest'
import { createGroup, createUser } from '../../../src/local-aws/index.ts'
import { NOW, refusal, startAdministered } from '../rig.ts'

const membership = { GroupName: 'devs', UserName: 'bob' }
const noGroup = refusal('NoSuchEntityException', 404, 'The group with name devs cannot be found.')
const noUser = refusal('NoSuchEntityException', 404, 'The user with name bob cannot be found.')

test('CreateGroup refuses a name that differs only in case', async () => {
  const { iam, account } = await startAdministered()
  const { Group } = await iam.send(new CreateGroupCommand({ GroupName: 'devs' }))
  expect(Group).toEqual({
    Path: '/',
    GroupName: 'devs',
    GroupId: expect.stringMatching(/^AGPA[A-Z2-7]{16}$/) as string,
    Arn: 'arn:aws:iam::123456789012:group/devs',
    CreateDate: new Date(Math.floor(NOW / 1000) * 1000),
  })
  await expect(iam.send(new CreateGroupCommand({ GroupName: 'Devs' }))).rejects.toMatchObject(
    refusal('EntityAlreadyExistsException', 409, 'Group with name Devs already exists.'),
  )
  expect(account.groups).toHaveLength(1)
  const { Groups } = await iam.send(new ListGroupsCommand())
  expect(Groups).toEqual([Group])
})

test('AddUserToGroup and RemoveUserFromGroup change the members', async () => {
  const groups = [createGroup('devs'), createGroup('empty')]
  const { iam } = await startAdministered([createUser('bob')], { groups })
  const look = async () => {
    const { Users } = await iam.send(new GetGroupCommand({ GroupName: 'devs' }))
    const { Groups } = await iam.send(new ListGroupsForUserCommand({ UserName: 'bob' }))
    return [Users!.map(({ Arn }) => Arn), Groups!.map(({ GroupName }) => GroupName)]
  }
  expect(await look()).toEqual([[], []])
  await iam.send(new AddUserToGroupCommand(membership))
  await iam.send(new AddUserToGroupCommand(membership))
  expect(await look()).toEqual([['arn:aws:iam::123456789012:user/bob'], ['devs']])
  expect(groups[0]!.members).toEqual(['bob'])
  await iam.send(new RemoveUserFromGroupCommand(membership))
  expect(await look()).toEqual([[], []])
})

test('GetGroup describes the group', async () => {
  const devs = createGroup('devs')
  const { iam } = await startAdministered([], { groups: [devs] })
  const { Group, IsTruncated } = await iam.send(new GetGroupCommand({ GroupName: 'devs' }))
  expect(Group).toMatchObject({ GroupName: 'devs', GroupId: devs.id })
  expect(IsTruncated).toBe(false)
})

test('a user can be in ten groups', async () => {
  const groups = Array.from({ length: 10 }, (_, index) =>
    createGroup(`group${index}`, { members: ['bob'] }),
  )
  const { iam } = await startAdministered([createUser('bob')], {
    groups: [...groups, createGroup('devs')],
  })
  await expect(iam.send(new AddUserToGroupCommand(membership))).rejects.toMatchObject(
    refusal('LimitExceededException', 409, 'Cannot exceed quota for GroupsPerUser: 10'),
  )
})

test('an error names the unknown group or user', async () => {
  const { iam, account } = await startAdministered()
  for (const command of [
    new GetGroupCommand({ GroupName: 'devs' }),
    new AddUserToGroupCommand(membership),
    new RemoveUserFromGroupCommand(membership),
  ]) {
    await expect(iam.send(command as unknown as GetGroupCommand)).rejects.toMatchObject(noGroup)
  }
  account.groups.push(createGroup('devs'))
  for (const command of [
    new ListGroupsForUserCommand({ UserName: 'bob' }),
    new AddUserToGroupCommand(membership),
    new RemoveUserFromGroupCommand(membership),
  ]) {
    await expect(iam.send(command as unknown as GetGroupCommand)).rejects.toMatchObject(noUser)
  }
})
