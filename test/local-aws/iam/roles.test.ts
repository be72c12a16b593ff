import {
  GetRoleCommand,
  ListRolesCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam'
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { describe, expect, it, test } from 'vitest'
import { createRole, createUser } from '../../../src/local-aws/index.ts'
import { allowAllPolicy } from '../../../src/policy/documents.ts'
import { keysIn, keysOf, NOW, refusal, startAdministered, stsOf } from '../rig.ts'

const IAM = 'arn:aws:iam::123456789012'
const RoleName = 'deploy'
const policies = [{ name: 'everything', document: allowAllPolicy() }]

/** `admin` of the account administers; `bob` takes the role, with the trust policy's statement. */
async function startWithTrust(statement: object, parts: object = {}) {
  const bob = createUser('bob', { policies, ...parts })
  const role = createRole(RoleName, { path: '/ci/' })
  const { aws, iam } = await startAdministered([bob], { roles: [role] })
  const trust = { Version: '2012-10-17', Statement: { Action: 'sts:AssumeRole', ...statement } }
  const PolicyDocument = JSON.stringify(trust)
  await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }))
  const assume = (more: object = {}) =>
    stsOf(aws, keysOf(bob)).send(
      new AssumeRoleCommand({
        RoleArn: `${IAM}:role/ci/deploy`,
        RoleSessionName: 'bob',
        ...more,
      }),
    )
  return { aws, iam, role, PolicyDocument, assume }
}

const denied = { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } }

test('a trust policy is returned as it was sent', async () => {
  const { iam, PolicyDocument } = await startWithTrust({ Effect: 'Allow', Principal: '*' })
  const { Role } = await iam.send(new GetRoleCommand({ RoleName }))
  expect(decodeURIComponent(Role!.AssumeRolePolicyDocument!)).toBe(PolicyDocument)
  expect(Role).toMatchObject({ Path: '/ci/', Arn: `${IAM}:role/ci/deploy` })
  const { Roles } = await iam.send(new ListRolesCommand())
  expect(Roles).toMatchObject([{ RoleName, MaxSessionDuration: 3600 }])
  expect(Roles![0]).not.toHaveProperty('RoleLastUsed')
})

test('a role was used when a session of it made a call', async () => {
  const { aws, iam, assume } = await startWithTrust({ Effect: 'Allow', Principal: '*' })
  const { Credentials } = await assume()
  const lastUse = async () =>
    (await iam.send(new GetRoleCommand({ RoleName }))).Role!.RoleLastUsed?.LastUsedDate
  expect(await lastUse()).toBeUndefined()
  await stsOf(aws, keysIn(Credentials)).send(new GetCallerIdentityCommand())
  expect(await lastUse()).toEqual(new Date(Math.floor(NOW / 1000) * 1000))
})

describe('a trust policy decides who takes the role:', () => {
  test.each([
    ['everybody', '*'],
    ['every AWS principal', { AWS: '*' }],
    ['the account by its ID', { AWS: '123456789012' }],
    ['the account by its ARN', { AWS: ['arn:aws:iam::210987654321:root', `${IAM}:root`] }],
    ['the user', { AWS: `${IAM}:user/bob` }],
  ])('%s', async (_, Principal) => {
    const { assume } = await startWithTrust({ Effect: 'Allow', Principal })
    await assume()
  })

  test.each([
    ['another user', { AWS: `${IAM}:user/eve` }],
    ['another account', { AWS: 'arn:aws:iam::210987654321:root' }],
    ['a service', { Service: 'ec2.amazonaws.com' }],
  ])('not %s', async (_, Principal) => {
    const { assume } = await startWithTrust({ Effect: 'Allow', Principal })
    await expect(assume()).rejects.toMatchObject(denied)
  })

  it('with its conditions', async () => {
    const { assume } = await startWithTrust(
      {
        Effect: 'Allow',
        Principal: { AWS: `${IAM}:root` },
        Condition: {
          StringEquals: { 'sts:ExternalId': 'x-1', 'aws:PrincipalTag/team': 'a' },
          StringLike: { 'sts:RoleSessionName': '${aws:username}' },
        },
      },
      { tags: { team: 'a' } },
    )
    await assume({ ExternalId: 'x-1' })
    await expect(assume()).rejects.toMatchObject(denied)
    const other = assume({ ExternalId: 'x-1', RoleSessionName: 'eve' })
    await expect(other).rejects.toMatchObject(denied)
  })
})

test.each(['', '{}', '{"Statement": []}', '{"Statement": {"Effect": "Allow"}}'])(
  '%j is no trust policy',
  async (PolicyDocument) => {
    const { iam } = await startAdministered([], { roles: [createRole(RoleName)] })
    const update = new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument })
    await expect(iam.send(update)).rejects.toMatchObject({
      $metadata: { httpStatusCode: 400 },
    })
  },
)

test('a role that does not exist is not found', async () => {
  const { iam } = await startAdministered()
  await expect(iam.send(new GetRoleCommand({ RoleName }))).rejects.toMatchObject(
    refusal('NoSuchEntityException', 404, 'The role with name deploy cannot be found.'),
  )
})
