import {
  AttachGroupPolicyCommand,
  AttachUserPolicyCommand,
  CreatePolicyVersionCommand,
  DetachGroupPolicyCommand,
  DetachUserPolicyCommand,
  ListAttachedGroupPoliciesCommand,
  ListAttachedUserPoliciesCommand,
  ListEntitiesForPolicyCommand,
  ListUsersCommand,
} from '@aws-sdk/client-iam'
import { describe, expect, test } from 'vitest'
import {
  createGroup,
  createManagedPolicy,
  createRole,
  createUser,
} from '../../../src/local-aws/index.ts'
import { allowAllPolicy, strictPolicy } from '../../../src/policy/documents.ts'
import { iamOf, keysOf, refusal, startAdministered } from '../rig.ts'

const ARN = 'arn:aws:iam::123456789012:policy/team/everything'
const DENY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }],
})

async function organization() {
  const bob = createUser('bob')
  const devs = createGroup('devs')
  const managedPolicies = [createManagedPolicy(ARN, allowAllPolicy())]
  const { aws, iam, account } = await startAdministered([bob], { groups: [devs], managedPolicies })
  const isAllowed = async () => {
    const answer = iamOf(aws, keysOf(bob)).send(new ListUsersCommand())
    const outcome = await answer.then(
      () => 'allowed',
      (error: unknown) => (error as Error).name,
    )
    expect(['allowed', 'AccessDenied']).toContain(outcome)
    return outcome === 'allowed'
  }
  return { iam, account, bob, devs, isAllowed }
}

describe.each([
  {
    kind: 'User' as const,
    of: { UserName: 'bob' },
    Attach: AttachUserPolicyCommand,
    Detach: DetachUserPolicyCommand,
    List: ListAttachedUserPoliciesCommand,
  },
  {
    kind: 'Group' as const,
    of: { GroupName: 'devs' },
    Attach: AttachGroupPolicyCommand,
    Detach: DetachGroupPolicyCommand,
    List: ListAttachedGroupPoliciesCommand,
  },
])('a policy operation for a $kind', ({ kind, of, Attach, Detach, List }) => {
  async function rig() {
    const parts = await organization()
    const send = (Command: typeof Attach | typeof Detach, PolicyArn = ARN, whom: object = of) => {
      const input = { PolicyArn, ...(whom as { UserName: string }) }
      return parts.iam.send(new (Command as typeof AttachUserPolicyCommand)(input))
    }
    const list = () =>
      parts.iam.send(
        new (List as typeof ListAttachedUserPoliciesCommand)(of as { UserName: string }),
      )
    return { ...parts, send, list }
  }

  test('attaches, lists and detaches a policy', async () => {
    const { send, list } = await rig()
    expect((await list()).AttachedPolicies).toEqual([])
    await send(Attach)
    await send(Attach)
    expect((await list()).AttachedPolicies).toEqual([{ PolicyName: 'everything', PolicyArn: ARN }])
    await send(Detach)
    expect((await list()).AttachedPolicies).toEqual([])
    await expect(send(Detach)).rejects.toMatchObject(
      refusal('NoSuchEntityException', 404, `Policy ${ARN} was not found.`),
    )
  })

  test('refuses an eleventh policy', async () => {
    const { account, send } = await rig()
    const arns = Array.from({ length: 11 }, (_, index) => `${ARN}${index}`)
    account.managedPolicies = arns.map((arn) => createManagedPolicy(arn, strictPolicy()))
    for (const arn of arns.slice(0, 10)) await send(Attach, arn)
    await expect(send(Attach, arns[10])).rejects.toMatchObject(
      refusal('LimitExceededException', 409, `Cannot exceed quota for PoliciesPer${kind}: 10`),
    )
    await send(Attach, arns[0])
  })

  test('refuses an unknown policy, user or group', async () => {
    const { send } = await rig()
    await expect(send(Attach, `${ARN}s`)).rejects.toMatchObject(
      refusal('NoSuchEntityException', 404, `Policy ${ARN}s does not exist or is not attachable.`),
    )
    const name = kind.toLowerCase()
    const nobody = { [`${kind}Name`]: 'nobody' }
    for (const Command of [Attach, Detach]) {
      await expect(send(Command, ARN, nobody)).rejects.toMatchObject(
        refusal('NoSuchEntityException', 404, `The ${name} with name nobody cannot be found.`),
      )
    }
  })
})

describe('the permissions of a user', () => {
  test('come from the default versions of attached policies', async () => {
    const { iam, bob, account, isAllowed } = await organization()
    expect(await isAllowed()).toBe(false)
    bob.attached = [ARN]
    expect(await isAllowed()).toBe(true)
    const version = { PolicyArn: ARN, PolicyDocument: DENY }
    await iam.send(new CreatePolicyVersionCommand(version))
    expect(await isAllowed()).toBe(true)
    await iam.send(new CreatePolicyVersionCommand({ ...version, SetAsDefault: true }))
    expect(await isAllowed()).toBe(false)
    account.managedPolicies[0]!.defaultVersionId = 'v1'
    expect(await isAllowed()).toBe(true)
  })

  test('come from inline and attached policies of groups', async () => {
    const { devs, isAllowed } = await organization()
    devs.attached = [ARN]
    expect(await isAllowed()).toBe(false)
    devs.members = ['bob']
    expect(await isAllowed()).toBe(true)
    devs.attached = []
    expect(await isAllowed()).toBe(false)
    devs.policies = [{ name: 'inline', document: allowAllPolicy() }]
    expect(await isAllowed()).toBe(true)
    devs.policies.push({
      name: 'no',
      document: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Deny', Action: ['*'], Resource: ['*'] }],
      },
    })
    expect(await isAllowed()).toBe(false)
  })
})

test('ListEntitiesForPolicy returns groups, users and roles, filtered and in pages', async () => {
  const { iam, bob, devs, account } = await organization()
  bob.attached = [ARN]
  devs.attached = [ARN]
  account.roles.push(createRole('deploy', { id: 'AROA1', attached: [ARN] }))
  const roles = [{ RoleName: 'deploy', RoleId: 'AROA1' }]
  const ask = (input: object = {}) =>
    iam.send(new ListEntitiesForPolicyCommand({ PolicyArn: ARN, ...input }))
  const users = [{ UserName: 'bob', UserId: bob.id }]
  const groups = [{ GroupName: 'devs', GroupId: devs.id }]
  expect(await ask()).toMatchObject({
    PolicyGroups: groups,
    PolicyUsers: users,
    PolicyRoles: roles,
    IsTruncated: false,
  })
  expect(await ask({ EntityFilter: 'User' })).toMatchObject({
    PolicyGroups: [],
    PolicyUsers: users,
  })
  expect(await ask({ EntityFilter: 'Group' })).toMatchObject({
    PolicyGroups: groups,
    PolicyUsers: [],
  })
  const first = await ask({ MaxItems: 1 })
  expect(first).toMatchObject({ PolicyGroups: groups, PolicyUsers: [], IsTruncated: true })
  expect(await ask({ Marker: first.Marker })).toMatchObject({
    PolicyGroups: [],
    PolicyUsers: users,
    PolicyRoles: roles,
    IsTruncated: false,
  })
  await expect(
    iam.send(new ListEntitiesForPolicyCommand({ PolicyArn: `${ARN}s` })),
  ).rejects.toMatchObject(refusal('NoSuchEntityException', 404, `Policy ${ARN}s was not found.`))
})
