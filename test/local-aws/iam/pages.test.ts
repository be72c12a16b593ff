import {
  GetGroupCommand,
  ListAccessKeysCommand,
  ListAttachedGroupPoliciesCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupPoliciesCommand,
  ListGroupsCommand,
  ListGroupsForUserCommand,
  ListMFADevicesCommand,
  ListPoliciesCommand,
  ListPolicyVersionsCommand,
  ListRolesCommand,
  ListUserPoliciesCommand,
  ListUserTagsCommand,
  ListUsersCommand,
  ListVirtualMFADevicesCommand,
  paginateListUsers,
} from '@aws-sdk/client-iam'
import { expect, test } from 'vitest'
import {
  createAccessKey,
  createGroup,
  createManagedPolicy,
  createRole,
  createUser,
  createVirtualDevice,
} from '../../../src/local-aws/index.ts'
import { allowAllPolicy, strictPolicy } from '../../../src/policy/documents.ts'
import { refusal, startAdministered } from '../rig.ts'

const ARN = 'arn:aws:iam::123456789012:policy/p'
const UserName = 'user000'
const GroupName = 'group0'

/** Two of everything, and the administrator as the third user. */
async function twoOfAll() {
  const two = [0, 1]
  const policies = two.map((index) => ({ name: `inline${index}`, document: allowAllPolicy() }))
  const attached = two.map((index) => `${ARN}${index}`)
  const managedPolicies = attached.map((arn) => createManagedPolicy(arn, strictPolicy()))
  const [first] = managedPolicies
  first!.versions.push({ ...first!.versions[0]!, id: 'v2' })
  const users = two.map((index) =>
    createUser(`user00${index}`, {
      policies,
      attached,
      tags: { one: '1', two: '2' },
      keys: two.map(() => createAccessKey()),
      devices: two.map((each) =>
        createVirtualDevice(`arn:aws:iam::123456789012:mfa/${index}${each}`),
      ),
    }),
  )
  const groups = two.map((index) =>
    createGroup(`group${index}`, { members: ['user000', 'user001'], policies, attached }),
  )
  const roles = two.map((index) => createRole(`role${index}`))
  return startAdministered(users, { groups, managedPolicies, roles })
}

test.each([
  [ListUsersCommand, {}, 'Users', 3],
  [ListGroupsCommand, {}, 'Groups', 2],
  [ListRolesCommand, {}, 'Roles', 2],
  [GetGroupCommand, { GroupName }, 'Users', 2],
  [ListGroupsForUserCommand, { UserName }, 'Groups', 2],
  [ListAccessKeysCommand, { UserName }, 'AccessKeyMetadata', 2],
  [ListMFADevicesCommand, { UserName }, 'MFADevices', 2],
  [ListVirtualMFADevicesCommand, {}, 'VirtualMFADevices', 4],
  [ListPoliciesCommand, {}, 'Policies', 2],
  [ListPolicyVersionsCommand, { PolicyArn: `${ARN}0` }, 'Versions', 2],
  [ListAttachedUserPoliciesCommand, { UserName }, 'AttachedPolicies', 2],
  [ListAttachedGroupPoliciesCommand, { GroupName }, 'AttachedPolicies', 2],
  [ListUserPoliciesCommand, { UserName }, 'PolicyNames', 2],
  [ListUserTagsCommand, { UserName }, 'Tags', 2],
  [ListGroupPoliciesCommand, { GroupName }, 'PolicyNames', 2],
] as const)('%o with %j returns pages', async (Command, input, list, count) => {
  const { iam } = await twoOfAll()
  const ask = async (more: object) => {
    const all: object = { ...input, ...more }
    const command = new (Command as typeof ListUsersCommand)(all)
    const answer = (await iam.send(command)) as unknown as Record<string, unknown[]> & {
      Marker?: string
      IsTruncated: boolean
    }
    return { items: answer[list]!, marker: answer.Marker, isTruncated: answer.IsTruncated }
  }
  const whole = await ask({})
  expect(whole).toMatchObject({ marker: undefined, isTruncated: false })
  expect(whole.items).toHaveLength(count)
  const first = await ask({ MaxItems: count - 1 })
  expect(first.isTruncated).toBe(true)
  const second = await ask({ Marker: first.marker, MaxItems: count - 1 })
  expect(second).toMatchObject({ marker: undefined, isTruncated: false })
  expect([first.items.length, second.items.length]).toEqual([count - 1, 1])
  expect([...first.items, ...second.items]).toEqual(whole.items)
})

test('a page has 100 items by default, and the SDK’s paginator finds all items', async () => {
  const users = Array.from({ length: 200 }, (_, index) => createUser(`user${index}`))
  const { iam } = await startAdministered(users)
  const sizes: number[] = []
  const names = new Set<string>()
  for await (const { Users } of paginateListUsers({ client: iam }, {})) {
    sizes.push(Users!.length)
    for (const { UserName: name } of Users!) names.add(name!)
  }
  expect(sizes).toEqual([100, 100, 1])
  expect(names.size).toBe(201)
})

test('an unknown marker and an invalid page size are refused', async () => {
  const { iam } = await startAdministered()
  for (const Marker of ['2', Buffer.from('from -1').toString('base64')]) {
    await expect(iam.send(new ListUsersCommand({ Marker }))).rejects.toMatchObject(
      refusal('ValidationError', 400, 'Invalid Marker.'),
    )
  }
  for (const MaxItems of [0, 1001]) {
    await expect(iam.send(new ListUsersCommand({ MaxItems }))).rejects.toMatchObject({
      name: 'ValidationError',
    })
  }
})
