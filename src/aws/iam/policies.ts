import type { PolicyCalls, PolicyEntity, Principal } from '../iam-api.ts'
import { checked } from '../answers.ts'
import { notAws, undefinedIfMissing } from '../errors/from-sdk.ts'
import { decodeDocument } from './documents.ts'
import type { LoadIam } from './iam-client.ts'
import { policyChanges } from './policy-changes.ts'
import { readTags } from './tags.ts'

export function policyCalls(load: LoadIam): PolicyCalls {
  return {
    ...principalCalls(load),
    ...managedPolicyCalls(load),
    ...policyChanges(load),
    simulate: simulation(load),
  }
}

function principalCalls(load: LoadIam) {
  return {
    getUser: async (UserName) => {
      const { send, GetUserCommand } = await load()
      const { User } = await send(new GetUserCommand({ UserName }))
      return {
        arn: checked('ARN', User?.Arn),
        tags: readTags(User?.Tags),
        boundary: User?.PermissionsBoundary?.PermissionsBoundaryArn,
      }
    },
    groupsOf: async (UserName) => {
      const { list, paginateListGroupsForUser } = await load()
      const groups = await list(paginateListGroupsForUser, { UserName }, ({ Groups }) => Groups)
      return groups.flatMap(({ GroupName }) => GroupName ?? [])
    },
    getGroup: async (GroupName) => {
      const { list, paginateGetGroup } = await load()
      let arn: string | undefined
      const users = await list(paginateGetGroup, { GroupName }, ({ Group, Users }) => {
        arn = Group?.Arn
        return Users
      })
      return { arn: checked('ARN', arn), members: users.map(({ Arn }) => checked('ARN', Arn)) }
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

function managedPolicyCalls(load: LoadIam) {
  return {
    listRoles: async () => {
      const { send, ListRolesCommand } = await load()
      await send(new ListRolesCommand({ MaxItems: 1 }))
    },
    customerPolicies: async () => {
      const { list, paginateListPolicies } = await load()
      const scope = { Scope: 'Local' } as const
      const policies = await list(paginateListPolicies, scope, ({ Policies }) => Policies)
      return policies.map(({ PolicyName = '', Arn = '' }) => ({ name: PolicyName, arn: Arn }))
    },
    accountSummary: async () => {
      const { send, GetAccountSummaryCommand } = await load()
      const { SummaryMap = {} } = await send(new GetAccountSummaryCommand({}))
      return new Map(Object.entries(SummaryMap))
    },
    managedPolicy: async (PolicyArn) => {
      const { send, GetPolicyCommand } = await load()
      const response = await undefinedIfMissing(send(new GetPolicyCommand({ PolicyArn })))
      if (response === undefined) return undefined
      const { Arn, DefaultVersionId, AttachmentCount, Description } = response.Policy ?? {}
      const { PermissionsBoundaryUsageCount } = response.Policy ?? {}
      if (DefaultVersionId === undefined) throw notAws('no policy in the answer')
      return {
        arn: Arn ?? PolicyArn,
        defaultVersion: DefaultVersionId,
        attachments: AttachmentCount ?? 0,
        boundaryUses: PermissionsBoundaryUsageCount ?? 0,
        description: Description ?? '',
      }
    },
    entitiesWithPolicy: async (PolicyArn) => {
      const { list, paginateListEntitiesForPolicy } = await load()
      return list(paginateListEntitiesForPolicy, { PolicyArn }, (page) => {
        const { PolicyGroups, PolicyUsers, PolicyRoles } = page
        if (PolicyGroups === undefined && PolicyUsers === undefined) return undefined
        return [
          ...(PolicyGroups ?? []).map(({ GroupName = '' }) => entity('group', GroupName)),
          ...(PolicyUsers ?? []).map(({ UserName = '' }) => entity('user', UserName)),
          ...(PolicyRoles ?? []).map(({ RoleName = '' }) => entity('role', RoleName)),
        ]
      })
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
  } satisfies Partial<PolicyCalls>
}

function entity(kind: PolicyEntity['kind'], name: string): PolicyEntity {
  return { kind, name }
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
