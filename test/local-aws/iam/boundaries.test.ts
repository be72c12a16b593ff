import {
  CreateUserCommand,
  DeletePolicyCommand,
  DeleteUserPermissionsBoundaryCommand,
  GetPolicyCommand,
  GetUserCommand,
  PutUserPermissionsBoundaryCommand,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam'
import { expect, test } from 'vitest'
import { createManagedPolicy, createUser } from '../../../src/local-aws/index.ts'
import type { PolicyDocument } from '../../../src/policy/document.ts'
import { allowAllPolicy } from '../../../src/policy/documents.ts'
import { iamOf, keysOf, refusal, startAdministered } from '../rig.ts'

const ARN = 'arn:aws:iam::123456789012:policy/limit'
const UserName = 'bob'
const everything = [{ name: 'everything', document: allowAllPolicy() }]
const statement = (Effect: 'Allow' | 'Deny', action: string) => ({
  Effect,
  Action: [action],
  Resource: ['*'],
})
const limit = (...Statement: PolicyDocument['Statement']) =>
  createManagedPolicy(ARN, { Version: '2012-10-17', Statement })

test('what the boundary does not allow, the user may not do', async () => {
  const bob = createUser(UserName, { policies: everything })
  const managedPolicies = [
    limit(statement('Allow', 'iam:Get*'), statement('Deny', 'iam:GetPolicy')),
  ]
  const { aws, iam } = await startAdministered([bob], { managedPolicies })
  const own = iamOf(aws, keysOf(bob))
  const put = new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary: ARN })
  await own.send(put)
  const { User } = await own.send(new GetUserCommand())
  expect(User!.PermissionsBoundary).toEqual({
    PermissionsBoundaryType: 'Policy',
    PermissionsBoundaryArn: ARN,
  })
  const remove = new DeleteUserPermissionsBoundaryCommand({ UserName })
  const start = 'User: arn:aws:iam::123456789012:user/bob is not authorized to perform: iam:'
  await expect(own.send(remove)).rejects.toMatchObject(
    refusal(
      'AccessDenied',
      403,
      `${start}DeleteUserPermissionsBoundary on resource: arn:aws:iam::123456789012:user/bob because no permissions boundary allows the iam:DeleteUserPermissionsBoundary action`,
    ),
  )
  await expect(own.send(new GetPolicyCommand({ PolicyArn: ARN }))).rejects.toMatchObject(
    refusal(
      'AccessDenied',
      403,
      `${start}GetPolicy on resource: ${ARN} with an explicit deny in a permissions boundary`,
    ),
  )
  await iam.send(remove)
  await own.send(new GetPolicyCommand({ PolicyArn: ARN }))
})

test('a boundary allows nothing by itself', async () => {
  const bob = createUser(UserName, { boundary: ARN })
  const managedPolicies = [limit(statement('Allow', '*'))]
  const { aws } = await startAdministered([bob], { managedPolicies })
  await expect(iamOf(aws, keysOf(bob)).send(new GetUserCommand())).rejects.toThrow(
    'because no identity-based policy allows the iam:GetUser action',
  )
})

test('the simulator takes the boundary of a user into account', async () => {
  const bob = createUser(UserName, { policies: everything, boundary: ARN })
  const managedPolicies = [limit(statement('Allow', 's3:*'), statement('Deny', 's3:Put*'))]
  const { iam } = await startAdministered([bob], { managedPolicies })
  const { EvaluationResults } = await iam.send(
    new SimulatePrincipalPolicyCommand({
      PolicySourceArn: 'arn:aws:iam::123456789012:user/bob',
      ActionNames: ['s3:GetObject', 's3:PutObject', 'ec2:RunInstances'],
    }),
  )
  const decisions = EvaluationResults!.map((result) => [
    result.EvalDecision,
    result.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary,
  ])
  expect(decisions).toEqual([
    ['allowed', true],
    ['explicitDeny', false],
    ['implicitDeny', false],
  ])
})

test('a policy that is a boundary exists, and cannot be deleted', async () => {
  const { iam, account } = await startAdministered([], { managedPolicies: [limit()] })
  const create = (PermissionsBoundary: string) =>
    iam.send(new CreateUserCommand({ UserName, PermissionsBoundary }))
  await expect(create(`${ARN}-2`)).rejects.toMatchObject(
    refusal(
      'NoSuchEntityException',
      404,
      `Scope ARN: ${ARN}-2 does not exist or is not attachable.`,
    ),
  )
  expect((await create(ARN)).User!.PermissionsBoundary!.PermissionsBoundaryArn).toBe(ARN)
  expect(account.users[1]!.boundary).toBe(ARN)
  await expect(iam.send(new DeletePolicyCommand({ PolicyArn: ARN }))).rejects.toMatchObject({
    name: 'DeleteConflictException',
  })
  const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn: ARN }))
  expect(Policy).toMatchObject({ AttachmentCount: 0, PermissionsBoundaryUsageCount: 1 })
  await iam.send(new DeleteUserPermissionsBoundaryCommand({ UserName }))
  const none = iam.send(new DeleteUserPermissionsBoundaryCommand({ UserName }))
  await expect(none).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})
