import {
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  ListPoliciesCommand,
  type ListPoliciesCommandInput,
  ListPolicyVersionsCommand,
  SetDefaultPolicyVersionCommand,
  type IAMClient,
} from '@aws-sdk/client-iam'
import { describe, expect, test } from 'vitest'
import { createGroup, createManagedPolicy, createUser } from '../../../src/local-aws/index.ts'
import { allowAllPolicy, strictPolicy } from '../../../src/policy/documents.ts'
import { NOW, refusal, startAdministered } from '../rig.ts'

const ARN = 'arn:aws:iam::123456789012:policy/mfa'
const OF_AWS = 'arn:aws:iam::aws:policy/job-function/ViewOnlyAccess'
const SECOND = new Date(Math.floor(NOW / 1000) * 1000)
const TEXT = JSON.stringify(strictPolicy(), null, 2)
const notFound = refusal('NoSuchEntityException', 404, `Policy ${ARN} was not found.`)
const malformed = refusal('MalformedPolicyDocumentException', 400, 'Syntax errors in policy.')

function policies() {
  return [createManagedPolicy(ARN, strictPolicy()), createManagedPolicy(OF_AWS, allowAllPolicy())]
}

function addVersion(iam: IAMClient, SetAsDefault?: boolean, PolicyDocument = TEXT) {
  const command = new CreatePolicyVersionCommand({ PolicyArn: ARN, PolicyDocument, SetAsDefault })
  return iam.send(command)
}

async function versionsOf(iam: IAMClient) {
  const { Versions } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn: ARN }))
  return Versions!.map(({ VersionId, IsDefaultVersion }) =>
    IsDefaultVersion ? `${VersionId!}*` : VersionId,
  )
}

describe('managed policies', () => {
  test('CreatePolicy makes version v1', async () => {
    const { iam, account } = await startAdministered()
    const { Policy } = await iam.send(
      new CreatePolicyCommand({
        PolicyName: 'mfa',
        Path: '/team/',
        PolicyDocument: TEXT,
        Description: 'MFA for all',
      }),
    )
    const described = {
      PolicyName: 'mfa',
      PolicyId: expect.stringMatching(/^ANPA[A-Z2-7]{16}$/) as string,
      Arn: 'arn:aws:iam::123456789012:policy/team/mfa',
      Path: '/team/',
      DefaultVersionId: 'v1',
      AttachmentCount: 0,
      PermissionsBoundaryUsageCount: 0,
      IsAttachable: true,
      CreateDate: SECOND,
      UpdateDate: SECOND,
    }
    expect(Policy).toEqual(described)
    expect(account.managedPolicies[0]!.versions[0]!.document).toEqual(strictPolicy())
    const PolicyArn = Policy!.Arn
    expect((await iam.send(new GetPolicyCommand({ PolicyArn }))).Policy).toEqual({
      ...described,
      Description: 'MFA for all',
    })
  })

  test('CreatePolicy refuses a name that is in use with another case or path, but not a name of AWS', async () => {
    const { iam } = await startAdministered([], { managedPolicies: policies() })
    const create = (PolicyName: string) =>
      iam.send(new CreatePolicyCommand({ PolicyName, Path: '/x/', PolicyDocument: TEXT }))
    await expect(create('MFA')).rejects.toMatchObject(
      refusal(
        'EntityAlreadyExistsException',
        409,
        'A policy called MFA already exists. Duplicate names are not allowed.',
      ),
    )
    expect((await create('ViewOnlyAccess')).Policy!.Path).toBe('/x/')
  })

  test.each(['{', '{"Version":"2012-10-17"}', '[]', '{"Version":"2012-10-17","Statement":[]}'])(
    'CreatePolicy and CreatePolicyVersion refuse the text %s',
    async (PolicyDocument) => {
      const { iam, account } = await startAdministered([], { managedPolicies: policies() })
      const create = new CreatePolicyCommand({ PolicyName: 'other', PolicyDocument })
      await expect(iam.send(create)).rejects.toMatchObject(malformed)
      await expect(addVersion(iam, true, PolicyDocument)).rejects.toMatchObject(malformed)
      expect(account.managedPolicies.map(({ versions }) => versions.length)).toEqual([1, 1])
    },
  )

  test('a policy can have 6144 characters without whitespace', async () => {
    const { iam } = await startAdministered()
    const textOf = (length: number) => {
      const text = (Sid: string) =>
        `{"Version":"2012-10-17","Statement":{"Sid":"${Sid}","Effect":"Deny","Action":"*","Resource":"*"}}`
      return `${text('a'.repeat(length - text('').length))}${' \n'.repeat(50)}`
    }
    const create = (PolicyName: string, length: number) =>
      iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument: textOf(length) }))
    await create('long', 6144)
    await expect(create('longer', 6145)).rejects.toMatchObject(
      refusal('LimitExceededException', 409, 'Cannot exceed quota for PolicySize: 6144'),
    )
  })

  test('GetPolicy counts the users and groups that the policy is attached to', async () => {
    const attached = [ARN]
    const { iam } = await startAdministered(
      [createUser('bob', { attached }), createUser('eve', { attached }), createUser('carl')],
      { managedPolicies: policies(), groups: [createGroup('devs', { attached })] },
    )
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn: ARN }))
    expect(Policy!.AttachmentCount).toBe(3)
  })

  test('ListPolicies filters by owner and by attachment', async () => {
    const { iam } = await startAdministered([createUser('bob', { attached: [ARN] })], {
      managedPolicies: [...policies(), createManagedPolicy(`${ARN}2`, strictPolicy())],
    })
    const names = async (input: ListPoliciesCommandInput) => {
      const { Policies } = await iam.send(new ListPoliciesCommand(input))
      return Policies!.map(({ PolicyName, Path }) => `${Path!}${PolicyName!}`)
    }
    const aws = '/job-function/ViewOnlyAccess'
    expect(await names({})).toEqual(['/mfa', aws, '/mfa2'])
    expect(await names({ Scope: 'All' })).toEqual(['/mfa', aws, '/mfa2'])
    expect(await names({ Scope: 'AWS' })).toEqual([aws])
    expect(await names({ Scope: 'Local' })).toEqual(['/mfa', '/mfa2'])
    expect(await names({ OnlyAttached: true })).toEqual(['/mfa'])
  })

  test('DeletePolicy refuses a policy that is attached or has several versions', async () => {
    const bob = createUser('bob', { attached: [ARN] })
    const { iam, account } = await startAdministered([bob], { managedPolicies: policies() })
    const remove = () => iam.send(new DeletePolicyCommand({ PolicyArn: ARN }))
    await addVersion(iam)
    await expect(remove()).rejects.toMatchObject(
      refusal('DeleteConflictException', 409, 'Cannot delete a policy attached to entities.'),
    )
    bob.attached = []
    await expect(remove()).rejects.toMatchObject(
      refusal(
        'DeleteConflictException',
        409,
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
      ),
    )
    await iam.send(new DeletePolicyVersionCommand({ PolicyArn: ARN, VersionId: 'v2' }))
    await remove()
    expect(account.managedPolicies.map(({ arn }) => arn)).toEqual([OF_AWS])
    await expect(remove()).rejects.toMatchObject(notFound)
  })

  test('AWS managed policies cannot be changed', async () => {
    const { iam } = await startAdministered([], { managedPolicies: policies() })
    const outside = refusal('AccessDenied', 403, 'Policy is outside your own account.')
    const version = { PolicyArn: OF_AWS, VersionId: 'v1' }
    await expect(iam.send(new DeletePolicyCommand(version))).rejects.toMatchObject(outside)
    await expect(iam.send(new DeletePolicyVersionCommand(version))).rejects.toMatchObject(outside)
    await expect(iam.send(new SetDefaultPolicyVersionCommand(version))).rejects.toMatchObject(
      outside,
    )
    await expect(
      iam.send(new CreatePolicyVersionCommand({ ...version, PolicyDocument: TEXT })),
    ).rejects.toMatchObject(outside)
  })
})

describe('policy versions', () => {
  test('CreatePolicyVersion makes the new version the default only on request', async () => {
    const { iam } = await startAdministered([], { managedPolicies: policies() })
    expect((await addVersion(iam)).PolicyVersion).toEqual({
      VersionId: 'v2',
      IsDefaultVersion: false,
      CreateDate: SECOND,
    })
    expect(await versionsOf(iam)).toEqual(['v2', 'v1*'])
    expect((await addVersion(iam, true)).PolicyVersion!.IsDefaultVersion).toBe(true)
    expect(await versionsOf(iam)).toEqual(['v3*', 'v2', 'v1'])
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn: ARN }))
    expect(Policy).toMatchObject({ DefaultVersionId: 'v3', UpdateDate: SECOND })
  })

  test('SetDefaultPolicyVersion changes the default, which cannot be deleted', async () => {
    const { iam } = await startAdministered([], { managedPolicies: policies() })
    await addVersion(iam)
    const v2 = { PolicyArn: ARN, VersionId: 'v2' }
    await iam.send(new SetDefaultPolicyVersionCommand(v2))
    expect(await versionsOf(iam)).toEqual(['v2*', 'v1'])
    await expect(iam.send(new DeletePolicyVersionCommand(v2))).rejects.toMatchObject(
      refusal('DeleteConflictException', 409, 'Cannot delete the default version of a policy.'),
    )
    await iam.send(new DeletePolicyVersionCommand({ PolicyArn: ARN, VersionId: 'v1' }))
    expect(await versionsOf(iam)).toEqual(['v2*'])
  })

  test('a policy can have five versions, and numbers are not reused', async () => {
    const { iam } = await startAdministered([], { managedPolicies: policies() })
    for (let count = 2; count <= 5; count += 1) await addVersion(iam)
    await expect(addVersion(iam)).rejects.toMatchObject(
      refusal(
        'LimitExceededException',
        409,
        'A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.',
      ),
    )
    await iam.send(new DeletePolicyVersionCommand({ PolicyArn: ARN, VersionId: 'v5' }))
    await addVersion(iam)
    expect(await versionsOf(iam)).toEqual(['v6', 'v4', 'v3', 'v2', 'v1*'])
  })

  test('GetPolicyVersion returns the text, encoded by RFC 3986', async () => {
    const { iam } = await startAdministered([], { managedPolicies: policies() })
    const text = `{ "Version":"2012-10-17",\n "Statement": {"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringEquals":{"a:b":"It's(1)!*~ä+%"}}}}\n`
    await addVersion(iam, false, text)
    const { PolicyVersion } = await iam.send(
      new GetPolicyVersionCommand({ PolicyArn: ARN, VersionId: 'v2' }),
    )
    const { Document, ...rest } = PolicyVersion!
    expect(decodeURIComponent(Document!)).toBe(text)
    expect(Document).toMatch(/^(?:[\w.~-]|%[\dA-F]{2})*$/)
    expect(Document).toContain('%22It%27s%281%29%21%2A~%C3%A4%2B%25%22')
    expect(rest).toEqual({ VersionId: 'v2', IsDefaultVersion: false, CreateDate: SECOND })
  })

  test('an error names the unknown policy or version', async () => {
    const { iam, account } = await startAdministered([], { managedPolicies: policies() })
    const v9 = { PolicyArn: ARN, VersionId: 'v9' }
    const noVersion = refusal(
      'NoSuchEntityException',
      404,
      `Policy ${ARN} version v9 does not exist or is not attachable.`,
    )
    const commands = [
      () => iam.send(new GetPolicyVersionCommand(v9)),
      () => iam.send(new SetDefaultPolicyVersionCommand(v9)),
      () => iam.send(new DeletePolicyVersionCommand(v9)),
    ]
    for (const send of commands) await expect(send()).rejects.toMatchObject(noVersion)
    account.managedPolicies = []
    for (const send of [
      ...commands,
      () => iam.send(new GetPolicyCommand(v9)),
      () => iam.send(new ListPolicyVersionsCommand(v9)),
      () => addVersion(iam),
    ]) {
      await expect(send()).rejects.toMatchObject(notFound)
    }
    const odd = new GetPolicyVersionCommand({ PolicyArn: ARN, VersionId: '9' })
    account.managedPolicies = policies()
    await expect(iam.send(odd)).rejects.toMatchObject({ name: 'ValidationError' })
  })
})
