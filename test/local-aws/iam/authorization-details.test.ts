import {
  GetAccountAuthorizationDetailsCommand,
  paginateGetAccountAuthorizationDetails,
  type EntityType,
} from '@aws-sdk/client-iam'
import { expect, test } from 'vitest'
import {
  createGroup,
  createManagedPolicy,
  createRole,
  createUser,
} from '../../../src/local-aws/index.ts'
import { allowAllPolicy, strictPolicy } from '../../../src/policy/documents.ts'
import { refusal, startAdministered } from '../rig.ts'

const IAM = 'arn:aws:iam::123456789012'
const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
const CREATED = new Date('2024-01-15T00:00:00Z')
const inline = [{ name: 'inline', document: strictPolicy() }]

async function startFull() {
  const bob = createUser('bob', {
    path: '/team/',
    policies: inline,
    attached: [`${IAM}:policy/mfa`],
    boundary: `${IAM}:policy/limit`,
    tags: { mfa: 'exempt' },
    passwordLastUsed: CREATED.getTime(),
  })
  const owner = createUser('owner', { isRoot: true })
  const mfa = createManagedPolicy(`${IAM}:policy/mfa`, strictPolicy(), { description: 'MFA' })
  mfa.versions.push({ ...mfa.versions[0]!, id: 'v2', text: '{"a": "%"}' })
  return startAdministered([owner, bob], {
    groups: [createGroup('devs', { members: ['bob'], policies: inline, attached: [READ_ONLY] })],
    roles: [
      createRole('deploy', {
        path: '/ci/',
        trusts: [`${IAM}:user/team/bob`],
        requiresMfa: true,
        policies: inline,
        attached: [`${IAM}:policy/mfa`],
        lastUsed: { at: CREATED.getTime(), region: 'eu-west-1' },
      }),
    ],
    managedPolicies: [
      mfa,
      createManagedPolicy(`${IAM}:policy/limit`, allowAllPolicy()),
      createManagedPolicy(READ_ONLY, allowAllPolicy()),
      createManagedPolicy('arn:aws:iam::aws:policy/PowerUserAccess', allowAllPolicy()),
    ],
  })
}

const decode = (text: string | undefined): unknown => JSON.parse(decodeURIComponent(text!))

test('a user, a group, a role and a policy have all that they have', async () => {
  const { iam, account } = await startFull()
  const all = await iam.send(new GetAccountAuthorizationDetailsCommand())
  const [admin, bob] = all.UserDetailList!
  expect([admin!.UserName, all.UserDetailList!.length]).toEqual(['admin', 2])
  expect(bob).toEqual({
    Path: '/team/',
    UserName: 'bob',
    UserId: account.users[2]!.id,
    Arn: `${IAM}:user/team/bob`,
    CreateDate: CREATED,
    UserPolicyList: [{ PolicyName: 'inline', PolicyDocument: expect.any(String) as string }],
    GroupList: ['devs'],
    AttachedManagedPolicies: [{ PolicyName: 'mfa', PolicyArn: `${IAM}:policy/mfa` }],
    PermissionsBoundary: {
      PermissionsBoundaryType: 'Policy',
      PermissionsBoundaryArn: `${IAM}:policy/limit`,
    },
    Tags: [{ Key: 'mfa', Value: 'exempt' }],
  })
  expect(decode(bob!.UserPolicyList![0]!.PolicyDocument)).toEqual(strictPolicy())
  expect(all.GroupDetailList).toMatchObject([
    {
      GroupName: 'devs',
      Arn: `${IAM}:group/devs`,
      GroupPolicyList: [{ PolicyName: 'inline' }],
      AttachedManagedPolicies: [{ PolicyArn: READ_ONLY }],
    },
  ])
  const [role] = all.RoleDetailList!
  expect(role).toMatchObject({
    Path: '/ci/',
    RoleName: 'deploy',
    Arn: `${IAM}:role/ci/deploy`,
    RolePolicyList: [{ PolicyName: 'inline' }],
    AttachedManagedPolicies: [{ PolicyName: 'mfa' }],
    RoleLastUsed: { LastUsedDate: CREATED, Region: 'eu-west-1' },
  })
  expect(decode(role!.AssumeRolePolicyDocument)).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: [`${IAM}:user/team/bob`] },
        Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
        Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
      },
    ],
  })
  const [mfa, limit, readOnly, ...others] = all.Policies!
  expect(others).toEqual([])
  expect(readOnly).toMatchObject({ Arn: READ_ONLY, AttachmentCount: 1 })
  expect(limit).toMatchObject({ AttachmentCount: 0, PermissionsBoundaryUsageCount: 1 })
  expect(mfa).toMatchObject({
    PolicyName: 'mfa',
    Path: '/',
    Description: 'MFA',
    DefaultVersionId: 'v1',
    AttachmentCount: 2,
    PermissionsBoundaryUsageCount: 0,
    PolicyVersionList: [
      { VersionId: 'v2', IsDefaultVersion: false, Document: '%7B%22a%22%3A%20%22%25%22%7D' },
      { VersionId: 'v1', IsDefaultVersion: true, CreateDate: CREATED },
    ],
  })
})

test.each([
  ['User', 2, 0, 0, 0],
  ['Group', 0, 1, 0, 0],
  ['Role', 0, 0, 1, 0],
  ['LocalManagedPolicy', 0, 0, 0, 2],
  ['AWSManagedPolicy', 0, 0, 0, 1],
] as const)('the filter %s leaves out all others', async (type, ...counts) => {
  const { iam } = await startFull()
  const answer = await iam.send(new GetAccountAuthorizationDetailsCommand({ Filter: [type] }))
  const { UserDetailList, GroupDetailList, RoleDetailList, Policies } = answer
  const lists = [UserDetailList, GroupDetailList, RoleDetailList, Policies]
  expect(lists.map((list) => list!.length)).toEqual(counts)
})

test('an unknown filter is refused', async () => {
  const { iam } = await startFull()
  const Filter: EntityType[] = ['User', 'Key' as EntityType]
  const call = iam.send(new GetAccountAuthorizationDetailsCommand({ Filter }))
  await expect(call).rejects.toMatchObject({ name: 'ValidationError' })
})

test('pages hold all entities together, each once', async () => {
  const { iam } = await startFull()
  const whole = await iam.send(new GetAccountAuthorizationDetailsCommand())
  const seen: string[] = []
  const sizes: number[] = []
  const pages = paginateGetAccountAuthorizationDetails({ client: iam, pageSize: 3 }, {})
  for await (const page of pages) {
    const { UserDetailList, GroupDetailList, RoleDetailList, Policies } = page
    const found = [UserDetailList, GroupDetailList, RoleDetailList, Policies].flatMap(
      (list) => list!,
    )
    sizes.push(found.length)
    seen.push(...found.map(({ Arn }) => Arn!))
  }
  expect(sizes).toEqual([3, 3, 1])
  const { UserDetailList, GroupDetailList, RoleDetailList, Policies } = whole
  const lists = [UserDetailList, GroupDetailList, RoleDetailList, Policies]
  expect(seen).toEqual(lists.flatMap((list) => list!.map(({ Arn }) => Arn!)))
  const tooMany = new GetAccountAuthorizationDetailsCommand({ MaxItems: 1001 })
  await expect(iam.send(tooMany)).rejects.toMatchObject(
    refusal(
      'ValidationError',
      400,
      "1 validation error detected: Value '1001' at 'maxItems' failed to satisfy constraint: Member must have value less than or equal to 1000",
    ),
  )
})
