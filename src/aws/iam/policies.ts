import type { PolicyCalls, Principal } from '../iam-api.ts'
import { isNoSuchEntity, notAws } from '../errors/from-sdk.ts'
import type { LoadIam } from './iam-client.ts'

export function policyCalls(load: LoadIam): PolicyCalls {
  return { ...principalCalls(load), ...managedPolicyCalls(load), simulate: simulation(load) }
}

function principalCalls(load: LoadIam) {
  return {
    getUser: async () => {
      const { send, GetUserCommand } = await load()
      const { User } = await send(new GetUserCommand({}))
      if (User?.UserName === undefined) throw notAws('no user in the answer')
      return User.UserName
    },
    groupsOf: async (UserName) => {
      const { list, paginateListGroupsForUser } = await load()
      const groups = await list(paginateListGroupsForUser, { UserName }, ({ Groups }) => Groups)
      return groups.flatMap(({ GroupName }) => GroupName ?? [])
    },
    membersOf: async (GroupName) => {
      const { list, paginateGetGroup } = await load()
      const users = await list(paginateGetGroup, { GroupName }, ({ Users }) => Users)
      return users.flatMap(({ UserName }) => UserName ?? [])
    },
    attachedPolicies: async ({ kind, name }) => {
      const iam = await load()
      const policies = await (kind === 'user'
        ? iam.list(iam.paginateListAttachedUserPolicies, { UserName: name }, attachedIn)
        : iam.list(iam.paginateListAttachedGroupPolicies, { GroupName: name }, attachedIn))
      return policies.map(({ PolicyName = '', PolicyArn = '' }) => ({
        name: PolicyName,
        arn: PolicyArn,
      }))
    },
    inlinePolicies: async (principal) => inlinePolicies(await load(), principal),
    attachPolicy: async ({ kind, name }, PolicyArn) => {
      const { send, AttachUserPolicyCommand, AttachGroupPolicyCommand } = await load()
      await (kind === 'user'
        ? send(new AttachUserPolicyCommand({ UserName: name, PolicyArn }))
        : send(new AttachGroupPolicyCommand({ GroupName: name, PolicyArn })))
    },
  } satisfies Partial<PolicyCalls>
}

function attachedIn<Policy>(page: { readonly AttachedPolicies?: Policy[] | undefined }) {
  return page.AttachedPolicies
}

async function inlinePolicies(iam: Awaited<ReturnType<LoadIam>>, { kind, name }: Principal) {
  const namesIn = (page: { readonly PolicyNames: string[] | undefined }) => page.PolicyNames
  const names = await (kind === 'user'
    ? iam.list(iam.paginateListUserPolicies, { UserName: name }, namesIn)
    : iam.list(iam.paginateListGroupPolicies, { GroupName: name }, namesIn))
  const getDocument = async (PolicyName: string): Promise<string> => {
    const { PolicyDocument } = await (kind === 'user'
      ? iam.send(new iam.GetUserPolicyCommand({ UserName: name, PolicyName }))
      : iam.send(new iam.GetGroupPolicyCommand({ GroupName: name, PolicyName })))
    return decodeDocument(PolicyDocument)
  }
  return Promise.all(names.map(async (each) => ({ name: each, text: await getDocument(each) })))
}

/** IAM API reference, GetPolicyVersion: documents come URL-encoded (RFC 3986). */
function decodeDocument(document: string | undefined): string {
  if (document === undefined) throw notAws('no policy document in the answer')
  return decodeURIComponent(document)
}

function managedPolicyCalls(load: LoadIam) {
  return {
    managedPolicy: async (PolicyArn) => {
      const { send, GetPolicyCommand } = await load()
      const response = await undefinedIfMissing(send(new GetPolicyCommand({ PolicyArn })))
      if (response === undefined) return undefined
      const { Arn = PolicyArn, DefaultVersionId, AttachmentCount = 0 } = response.Policy ?? {}
      if (DefaultVersionId === undefined) throw notAws('no policy in the answer')
      return { arn: Arn, defaultVersion: DefaultVersionId, attachments: AttachmentCount }
    },
    policyVersions: async (PolicyArn) => {
      const { list, paginateListPolicyVersions } = await load()
      const all = await list(paginateListPolicyVersions, { PolicyArn }, ({ Versions }) => Versions)
      return all.map(({ VersionId = '', IsDefaultVersion = false, CreateDate }) => ({
        id: VersionId,
        isDefault: IsDefaultVersion,
        createdAt: CreateDate?.getTime() ?? 0,
      }))
    },
    policyText: async (PolicyArn, VersionId) => {
      const { send, GetPolicyVersionCommand } = await load()
      const response = await send(new GetPolicyVersionCommand({ PolicyArn, VersionId }))
      return decodeDocument(response.PolicyVersion?.Document)
    },
    createPolicy: async (PolicyName, PolicyDocument) => {
      const { send, CreatePolicyCommand } = await load()
      await send(new CreatePolicyCommand({ PolicyName, PolicyDocument }))
    },
    createPolicyVersion: async (PolicyArn, PolicyDocument) => {
      const { send, CreatePolicyVersionCommand } = await load()
      const version = { PolicyArn, PolicyDocument, SetAsDefault: true }
      await send(new CreatePolicyVersionCommand(version))
    },
    deletePolicyVersion: async (PolicyArn, VersionId) => {
      const { send, DeletePolicyVersionCommand } = await load()
      await send(new DeletePolicyVersionCommand({ PolicyArn, VersionId }))
    },
  } satisfies Partial<PolicyCalls>
}

async function undefinedIfMissing<T>(response: Promise<T>): Promise<T | undefined> {
  try {
    return await response
  } catch (error) {
    if (isNoSuchEntity(error)) return undefined
    throw error
  }
}

function simulation(load: LoadIam): PolicyCalls['simulate'] {
  return async ({ principalArn, actions, resource, context }) => {
    const { list, paginateSimulatePrincipalPolicy } = await load()
    const request = {
      PolicySourceArn: principalArn,
      ActionNames: [...actions],
      ResourceArns: [resource],
      ContextEntries: Object.entries(context).map(([key, value]) => ({
        ContextKeyName: key,
        ContextKeyType: contextKeyType(value),
        ContextKeyValues: [value],
      })),
    }
    const results = await list(
      paginateSimulatePrincipalPolicy,
      request,
      ({ EvaluationResults }) => EvaluationResults,
    )
    return new Map(
      results.map(({ EvalActionName = '', EvalDecision = '' }) => [EvalActionName, EvalDecision]),
    )
  }
}

function contextKeyType(value: string): 'boolean' | 'numeric' | 'string' {
  if (/^(true|false)$/.test(value)) return 'boolean'
  return /^\d+$/.test(value) ? 'numeric' : 'string'
}
