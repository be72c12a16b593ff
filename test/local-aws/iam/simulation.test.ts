import { SimulatePrincipalPolicyCommand, type IAMClient } from '@aws-sdk/client-iam'
import { expect, test } from 'vitest'
import { createGroup, createManagedPolicy, createUser } from '../../../src/local-aws/index.ts'
import { allowAllPolicy, strictPolicy } from '../../../src/policy/documents.ts'
import { refusal, startAdministered } from '../rig.ts'

const IAM = 'arn:aws:iam::123456789012'
const BOB = `${IAM}:user/bob`
const POLICY = `${IAM}:policy/everything`
const WITH_MFA = [
  {
    ContextKeyName: 'aws:MultiFactorAuthPresent',
    ContextKeyValues: ['true'],
    ContextKeyType: 'boolean' as const,
  },
]
/** Requests with long-term credentials have this key too. */
const DIRECT = [
  {
    ContextKeyName: 'aws:ViaAWSService',
    ContextKeyValues: ['false'],
    ContextKeyType: 'boolean' as const,
  },
]

async function organization() {
  const bob = createUser('bob', { policies: [{ name: 'mfa', document: strictPolicy() }] })
  return startAdministered([bob], {
    groups: [createGroup('devs', { members: ['bob'], attached: [POLICY] }), createGroup('empty')],
    managedPolicies: [createManagedPolicy(POLICY, allowAllPolicy())],
  })
}

type Input = ConstructorParameters<typeof SimulatePrincipalPolicyCommand>[0]

async function simulate(iam: IAMClient, input: Partial<Input>) {
  const all = { PolicySourceArn: BOB, ActionNames: ['s3:ListAllMyBuckets'], ...input }
  const { EvaluationResults } = await iam.send(new SimulatePrincipalPolicyCommand(all))
  return EvaluationResults!.map((each) => [
    each.EvalActionName,
    each.EvalResourceName,
    each.EvalDecision,
    ...each.MatchedStatements!.map(({ SourcePolicyId }) => SourcePolicyId),
  ])
}

test('SimulatePrincipalPolicy evaluates the policies of a user and its groups, with and without MFA', async () => {
  const { iam } = await organization()
  const action = 's3:ListAllMyBuckets'
  expect(await simulate(iam, { ContextEntries: DIRECT })).toEqual([
    [action, '*', 'explicitDeny', 'mfa'],
  ])
  expect(await simulate(iam, { ContextEntries: [...DIRECT, ...WITH_MFA] })).toEqual([
    [action, '*', 'allowed', 'everything'],
  ])
})

test('SimulatePrincipalPolicy evaluates each action on each resource, and policy variables', async () => {
  const { iam, account } = await organization()
  account.groups = []
  const results = await simulate(iam, {
    ActionNames: ['iam:EnableMFADevice', 'iam:DeactivateMFADevice'],
    ResourceArns: [BOB, `${IAM}:user/eve`],
    ContextEntries: WITH_MFA,
  })
  expect(results).toEqual([
    ['iam:EnableMFADevice', BOB, 'allowed', 'mfa'],
    ['iam:EnableMFADevice', `${IAM}:user/eve`, 'implicitDeny'],
    ['iam:DeactivateMFADevice', BOB, 'allowed', 'mfa'],
    ['iam:DeactivateMFADevice', `${IAM}:user/eve`, 'implicitDeny'],
  ])
})

test('a context entry overrides the value of the user', async () => {
  const { iam, account } = await organization()
  account.groups = []
  const ContextEntries = [
    {
      ContextKeyName: 'AWS:UserName',
      ContextKeyValues: ['eve'],
      ContextKeyType: 'string' as const,
    },
  ]
  const request = { ActionNames: ['iam:EnableMFADevice'], ResourceArns: [BOB] }
  expect(await simulate(iam, { ...request, ContextEntries })).toEqual([
    ['iam:EnableMFADevice', BOB, 'implicitDeny'],
  ])
})

test('a context entry of a list type has several values', async () => {
  const { iam, account } = await organization()
  account.users[1]!.policies = [
    {
      name: 'tags',
      document: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: ['*'],
            Resource: ['*'],
            Condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a', 'b'] } },
          },
        ],
      },
    },
  ]
  account.groups = []
  const decide = async (...ContextKeyValues: string[]) => {
    const entry = { ContextKeyName: 'aws:TagKeys', ContextKeyValues }
    const ContextEntries = [{ ...entry, ContextKeyType: 'stringList' as const }]
    return (await simulate(iam, { ContextEntries }))[0]![2]
  }
  expect(await decide('a', 'b')).toBe('allowed')
  expect(await decide('a', 'c')).toBe('implicitDeny')
})

test('SimulatePrincipalPolicy evaluates the policies of a group, without a user name', async () => {
  const { iam } = await organization()
  expect(await simulate(iam, { PolicySourceArn: `${IAM}:group/devs` })).toEqual([
    ['s3:ListAllMyBuckets', '*', 'allowed', 'everything'],
  ])
  const empty = `${IAM}:group/empty`
  expect(await simulate(iam, { PolicySourceArn: empty })).toEqual([
    ['s3:ListAllMyBuckets', '*', 'implicitDeny'],
  ])
  const ownUser = {
    PolicySourceArn: empty,
    PolicyInputList: [JSON.stringify(strictPolicy())],
    ActionNames: ['iam:EnableMFADevice'],
    ResourceArns: [BOB],
  }
  expect((await simulate(iam, ownUser))[0]![2]).toBe('implicitDeny')
})

test('PolicyInputList adds policies that are not attached', async () => {
  const { iam, account } = await organization()
  account.users[1]!.policies = []
  const PolicyInputList = [JSON.stringify(allowAllPolicy()), JSON.stringify(strictPolicy())]
  expect(await simulate(iam, { PolicyInputList, ContextEntries: DIRECT })).toEqual([
    ['s3:ListAllMyBuckets', '*', 'explicitDeny', 'PolicyInputList.2'],
  ])
  await expect(simulate(iam, { PolicyInputList: ['{'] })).rejects.toMatchObject({
    name: 'MalformedPolicyDocumentException',
  })
})

test('the caller needs permission to simulate the source', async () => {
  const { iam, account } = await organization()
  account.users[0]!.policies = [
    {
      name: 'simulate',
      document: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: ['iam:SimulatePrincipalPolicy'], Resource: [BOB] }],
      },
    },
  ]
  expect(await simulate(iam, {})).toHaveLength(1)
  await expect(simulate(iam, { PolicySourceArn: `${IAM}:group/devs` })).rejects.toMatchObject({
    name: 'AccessDenied',
  })
})

test('SimulatePrincipalPolicy returns pages', async () => {
  const { iam } = await organization()
  const input = { PolicySourceArn: BOB, ActionNames: ['s3:A', 's3:B', 's3:C'], MaxItems: 2 }
  const first = await iam.send(new SimulatePrincipalPolicyCommand(input))
  const second = await iam.send(
    new SimulatePrincipalPolicyCommand({ ...input, Marker: first.Marker }),
  )
  expect([first, second].map(({ IsTruncated }) => IsTruncated)).toEqual([true, false])
  expect(
    [first, second].flatMap(({ EvaluationResults }) =>
      EvaluationResults!.map(({ EvalActionName }) => EvalActionName),
    ),
  ).toEqual(['s3:A', 's3:B', 's3:C'])
})

test('SimulatePrincipalPolicy refuses an invalid or unknown source', async () => {
  const { iam } = await organization()
  for (const PolicySourceArn of [
    `${IAM}:user/`,
    `${IAM}:policy/everything`,
    'arn:aws:iam::210987654321:user/bob',
  ]) {
    await expect(simulate(iam, { PolicySourceArn })).rejects.toMatchObject(
      refusal(
        'InvalidInputException',
        400,
        `Invalid Entity Arn: ${PolicySourceArn} does not clearly define entity type and name.`,
      ),
    )
  }
  await expect(simulate(iam, { PolicySourceArn: `${IAM}:user/eve` })).rejects.toMatchObject(
    refusal('NoSuchEntityException', 404, 'The user with name eve cannot be found.'),
  )
  await expect(simulate(iam, { PolicySourceArn: `${IAM}:group/ops` })).rejects.toMatchObject(
    refusal('NoSuchEntityException', 404, 'The group with name ops cannot be found.'),
  )
  await expect(simulate(iam, { ActionNames: undefined })).rejects.toMatchObject(
    refusal(
      'ValidationError',
      400,
      "1 validation error detected: Value null at 'actionNames' failed to satisfy constraint: Member must not be null",
    ),
  )
})
