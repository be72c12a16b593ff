import {
  DeleteGroupPolicyCommand,
  DeleteUserPolicyCommand,
  GetGroupPolicyCommand,
  GetUserPolicyCommand,
  ListGroupPoliciesCommand,
  ListUserPoliciesCommand,
  PutGroupPolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { describe, expect, test } from 'vitest'
import { createGroup, createUser } from '../../../src/local-aws/index.ts'
import { allowAllPolicy } from '../../../src/policy/documents.ts'
import { iamOf, keysOf, refusal, startAdministered } from '../rig.ts'

const TEXT = `{"Version":"2012-10-17",  "Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`

/** A policy with that many characters that are not whitespace. */
function textOf(size: number): string {
  const text = (sid: string) => TEXT.replace('{"Effect"', `{"Sid":"${sid}","Effect"`)
  return text('a'.repeat(size - text('').replace(/\s/g, '').length))
}

describe.each([
  { kind: 'User' as const, most: 2048 },
  { kind: 'Group' as const, most: 5120 },
])('an inline policy operation for a $kind', ({ kind, most }) => {
  async function rig() {
    const bob = createUser('bob')
    const devs = createGroup('devs', { members: ['bob'] })
    const { aws, iam } = await startAdministered([bob], { groups: [devs] })
    const isUser = kind === 'User'
    const user = { UserName: 'bob' }
    const group = { GroupName: 'devs' }
    const identity = isUser ? bob : devs
    return {
      aws,
      bob,
      identity,
      put: (PolicyName: string, PolicyDocument: string) =>
        isUser
          ? iam.send(new PutUserPolicyCommand({ ...user, PolicyName, PolicyDocument }))
          : iam.send(new PutGroupPolicyCommand({ ...group, PolicyName, PolicyDocument })),
      get: (PolicyName: string) =>
        isUser
          ? iam.send(new GetUserPolicyCommand({ ...user, PolicyName }))
          : iam.send(new GetGroupPolicyCommand({ ...group, PolicyName })),
      remove: (PolicyName: string) =>
        isUser
          ? iam.send(new DeleteUserPolicyCommand({ ...user, PolicyName }))
          : iam.send(new DeleteGroupPolicyCommand({ ...group, PolicyName })),
      names: async () =>
        (
          await (isUser
            ? iam.send(new ListUserPoliciesCommand(user))
            : iam.send(new ListGroupPoliciesCommand(group)))
        ).PolicyNames,
    }
  }

  test('puts, reads, replaces and deletes a policy', async () => {
    const { identity, put, get, remove, names } = await rig()
    expect(await names()).toEqual([])
    await put('one', TEXT)
    const { PolicyDocument, ...answer } = await get('one')
    expect(decodeURIComponent(PolicyDocument!)).toBe(TEXT)
    expect(PolicyDocument).toContain('%22Action%22%3A%22%2A%22')
    expect(answer).toMatchObject({ [`${kind}Name`]: identity.name, PolicyName: 'one' })
    const other = TEXT.replace('Allow', 'Deny')
    await put('two', TEXT)
    await put('one', other)
    expect((await names())!.toSorted()).toEqual(['one', 'two'])
    expect(decodeURIComponent((await get('one')).PolicyDocument!)).toBe(other)
    await remove('one')
    expect(await names()).toEqual(['two'])
  })

  test('applies a new policy at once', async () => {
    const { aws, bob, put, remove } = await rig()
    const list = () =>
      iamOf(aws, keysOf(bob)).send(new ListUserPoliciesCommand({ UserName: 'admin' }))
    await expect(list()).rejects.toMatchObject({ name: 'AccessDenied' })
    await put('one', TEXT)
    expect((await list()).PolicyNames).toEqual(['everything'])
    await remove('one')
    await expect(list()).rejects.toMatchObject({ name: 'AccessDenied' })
  })

  test('returns a policy of the initial account as JSON', async () => {
    const { identity, get } = await rig()
    identity.policies = [{ name: 'everything', document: allowAllPolicy() }]
    const { PolicyDocument } = await get('everything')
    expect(JSON.parse(decodeURIComponent(PolicyDocument!))).toEqual(allowAllPolicy())
  })

  test('limits the total size, without whitespace', async () => {
    const { identity, put, remove } = await rig()
    await put('half', textOf(1024))
    await expect(put('rest', textOf(most - 1023))).rejects.toMatchObject(
      refusal(
        'LimitExceededException',
        409,
        `Maximum policy size of ${most} bytes exceeded for ${kind.toLowerCase()} ${identity.name}`,
      ),
    )
    expect(identity.policies.map(({ name }) => name)).toEqual(['half'])
    await put('rest', textOf(most - 1024))
    await remove('half')
    await put('rest', textOf(most))
  })

  test('refuses text that is not a policy, and an unknown policy', async () => {
    const { put, get, remove, names } = await rig()
    await expect(put('one', '{"Statement":}')).rejects.toMatchObject(
      refusal('MalformedPolicyDocumentException', 400, 'Syntax errors in policy.'),
    )
    expect(await names()).toEqual([])
    const missing = refusal(
      'NoSuchEntityException',
      404,
      `The ${kind.toLowerCase()} policy with name one cannot be found.`,
    )
    await expect(get('one')).rejects.toMatchObject(missing)
    await expect(remove('one')).rejects.toMatchObject(missing)
  })
})

test('an error names the unknown user or group', async () => {
  const { iam } = await startAdministered()
  await expect(iam.send(new ListGroupPoliciesCommand({ GroupName: 'devs' }))).rejects.toMatchObject(
    refusal('NoSuchEntityException', 404, 'The group with name devs cannot be found.'),
  )
  await expect(
    iam.send(new PutUserPolicyCommand({ UserName: 'bob', PolicyName: 'a', PolicyDocument: TEXT })),
  ).rejects.toMatchObject(
    refusal('NoSuchEntityException', 404, 'The user with name bob cannot be found.'),
  )
})
