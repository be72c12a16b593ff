import type { PolicyCalls, Principal } from '../iam-api.ts'
import { collectPages, withAwsErrors, isNoSuchEntity, notAws, type LoadIam } from '../sdk.ts'

export function policyCalls(load: LoadIam): PolicyCalls {
  return { ...principalCalls(load), ...managedPolicyCalls(load), simulate: simulateCall(load) }
}

type PrincipalCalls = Pick<
  PolicyCalls,
  'getUser' | 'groupsOf' | 'membersOf' | 'attachedPolicies' | 'inlinePolicies' | 'attachPolicy'
>

function principalCalls(load: LoadIam): PrincipalCalls {
  return {
    getUser: async () => {
      const { client, GetUserCommand } = await load()
      const { User } = await withAwsErrors(async () => client.send(new GetUserCommand({})))
      if (User?.UserName === undefined) throw notAws('no user in the answer')
      return User.UserName
    },
    groupsOf: async (userName) => {
      const { client, paginateListGroupsForUser } = await load()
      const pages = paginateListGroupsForUser({ client }, { UserName: userName })
      return (await collectPages(pages, ({ Groups }) => Groups)).flatMap(
        ({ GroupName }) => GroupName ?? [],
      )
    },
    membersOf: async (groupName) => {
      const { client, paginateGetGroup } = await load()
      const pages = paginateGetGroup({ client }, { GroupName: groupName })
      return (await collectPages(pages, ({ Users }) => Users)).flatMap(
        ({ UserName }) => UserName ?? [],
      )
    },
    attachedPolicies: async ({ kind, name }) => {
      const { client, paginateListAttachedUserPolicies, paginateListAttachedGroupPolicies } =
        await load()
      const pages =
        kind === 'user'
          ? paginateListAttachedUserPolicies({ client }, { UserName: name })
          : paginateListAttachedGroupPolicies({ client }, { GroupName: name })
      const policies = await collectPages(pages, ({ AttachedPolicies }) => AttachedPolicies)
      return policies.map(({ PolicyName = '', PolicyArn = '' }) => ({
        name: PolicyName,
        arn: PolicyArn,
      }))
    },
    inlinePolicies: async (principal) => inlinePolicies(await load(), principal),
    attachPolicy: async ({ kind, name }, arn) => {
      const { client, AttachUserPolicyCommand, AttachGroupPolicyCommand } = await load()
      await withAwsErrors(async () =>
        kind === 'user'
          ? client.send(new AttachUserPolicyCommand({ UserName: name, PolicyArn: arn }))
          : client.send(new AttachGroupPolicyCommand({ GroupName: name, PolicyArn: arn })),
      )
    },
  }
}

async function inlinePolicies(iam: Awaited<ReturnType<LoadIam>>, { kind, name }: Principal) {
  const { client } = iam
  const pages =
    kind === 'user'
      ? iam.paginateListUserPolicies({ client }, { UserName: name })
      : iam.paginateListGroupPolicies({ client }, { GroupName: name })
  const names = await collectPages(pages, ({ PolicyNames }) => PolicyNames)
  const textOf = async (PolicyName: string): Promise<string> => {
    const { PolicyDocument } = await withAwsErrors(async () =>
      kind === 'user'
        ? client.send(new iam.GetUserPolicyCommand({ UserName: name, PolicyName }))
        : client.send(new iam.GetGroupPolicyCommand({ GroupName: name, PolicyName })),
    )
    return decoded(PolicyDocument)
  }
  return Promise.all(names.map(async (each) => ({ name: each, text: await textOf(each) })))
}

/** IAM API reference, GetPolicyVersion: documents come URL-encoded (RFC 3986). */
function decoded(document: string | undefined): string {
  if (document === undefined) throw notAws('no policy document in the answer')
  return decodeURIComponent(document)
}

type ManagedPolicyCalls = Omit<PolicyCalls, keyof PrincipalCalls | 'simulate'>

function managedPolicyCalls(load: LoadIam): ManagedPolicyCalls {
  return {
    managedPolicy: async (arn) => {
      const { client, GetPolicyCommand } = await load()
      const send = async () => client.send(new GetPolicyCommand({ PolicyArn: arn }))
      const found = await undefinedIfMissing(withAwsErrors(send))
      if (found === undefined) return undefined
      const { Arn = arn, DefaultVersionId, AttachmentCount = 0 } = found.Policy ?? {}
      if (DefaultVersionId === undefined) throw notAws('no policy in the answer')
      return { arn: Arn, defaultVersion: DefaultVersionId, attachments: AttachmentCount }
    },
    policyVersions: async (arn) => {
      const { client, paginateListPolicyVersions } = await load()
      const pages = paginateListPolicyVersions({ client }, { PolicyArn: arn })
      const versions = await collectPages(pages, ({ Versions }) => Versions)
      return versions.map(({ VersionId = '', IsDefaultVersion = false, CreateDate }) => ({
        id: VersionId,
        isDefault: IsDefaultVersion,
        createdAt: CreateDate?.getTime() ?? 0,
      }))
    },
    policyText: async (arn, version) => {
      const { client, GetPolicyVersionCommand } = await load()
      const command = new GetPolicyVersionCommand({ PolicyArn: arn, VersionId: version })
      const { PolicyVersion } = await withAwsErrors(async () => client.send(command))
      return decoded(PolicyVersion?.Document)
    },
    createPolicy: async (name, text) => {
      const { client, CreatePolicyCommand } = await load()
      const command = new CreatePolicyCommand({ PolicyName: name, PolicyDocument: text })
      await withAwsErrors(async () => client.send(command))
    },
    createPolicyVersion: async (arn, text) => {
      const { client, CreatePolicyVersionCommand } = await load()
      const version = { PolicyArn: arn, PolicyDocument: text, SetAsDefault: true }
      await withAwsErrors(async () => client.send(new CreatePolicyVersionCommand(version)))
    },
    deletePolicyVersion: async (arn, version) => {
      const { client, DeletePolicyVersionCommand } = await load()
      const command = new DeletePolicyVersionCommand({ PolicyArn: arn, VersionId: version })
      await withAwsErrors(async () => client.send(command))
    },
  }
}

function simulateCall(load: LoadIam): PolicyCalls['simulate'] {
  return async ({ principalArn, actions, resource, context }) => {
    const { client, paginateSimulatePrincipalPolicy } = await load()
    const pages = paginateSimulatePrincipalPolicy(
      { client },
      {
        PolicySourceArn: principalArn,
        ActionNames: [...actions],
        ResourceArns: [resource],
        ContextEntries: Object.entries(context).map(([key, value]) => ({
          ContextKeyName: key,
          ContextKeyType: typeOf(value),
          ContextKeyValues: [value],
        })),
      },
    )
    const results = await collectPages(pages, ({ EvaluationResults }) => EvaluationResults)
    return new Map(
      results.map(({ EvalActionName = '', EvalDecision = '' }) => [EvalActionName, EvalDecision]),
    )
  }
}

function typeOf(value: string): 'boolean' | 'numeric' | 'string' {
  if (/^(true|false)$/.test(value)) return 'boolean'
  return /^\d+$/.test(value) ? 'numeric' : 'string'
}

async function undefinedIfMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (isNoSuchEntity(error)) return undefined
    throw error
  }
}
