import type { PolicyCalls, Principal } from '../iam-api.ts'
import { isNoSuchEntity, notAws } from '../errors/from-sdk.ts'
import type { LoadIam } from './iam-client.ts'
import { collectPages } from './pages.ts'
import { simulation } from './simulation.ts'

export function policyCalls(load: LoadIam): PolicyCalls {
  return { ...principalCalls(load), ...managedPolicyCalls(load), simulate: simulation(load) }
}

type PrincipalCalls = Pick<
  PolicyCalls,
  'getUser' | 'groupsOf' | 'membersOf' | 'attachedPolicies' | 'inlinePolicies' | 'attachPolicy'
>

function principalCalls(load: LoadIam): PrincipalCalls {
  return {
    getUser: async () => {
      const { send, GetUserCommand } = await load()
      const { User } = await send(new GetUserCommand({}))
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
      const { send, AttachUserPolicyCommand, AttachGroupPolicyCommand } = await load()
      await (kind === 'user'
        ? send(new AttachUserPolicyCommand({ UserName: name, PolicyArn: arn }))
        : send(new AttachGroupPolicyCommand({ GroupName: name, PolicyArn: arn })))
    },
  }
}

async function inlinePolicies(iam: Awaited<ReturnType<LoadIam>>, { kind, name }: Principal) {
  const { client, send } = iam
  const pages =
    kind === 'user'
      ? iam.paginateListUserPolicies({ client }, { UserName: name })
      : iam.paginateListGroupPolicies({ client }, { GroupName: name })
  const names = await collectPages(pages, ({ PolicyNames }) => PolicyNames)
  const getDocument = async (PolicyName: string): Promise<string> => {
    const { PolicyDocument } = await (kind === 'user'
      ? send(new iam.GetUserPolicyCommand({ UserName: name, PolicyName }))
      : send(new iam.GetGroupPolicyCommand({ GroupName: name, PolicyName })))
    return decodeDocument(PolicyDocument)
  }
  return Promise.all(names.map(async (each) => ({ name: each, text: await getDocument(each) })))
}

/** IAM API reference, GetPolicyVersion: documents come URL-encoded (RFC 3986). */
function decodeDocument(document: string | undefined): string {
  if (document === undefined) throw notAws('no policy document in the answer')
  return decodeURIComponent(document)
}

type ManagedPolicyCalls = Omit<PolicyCalls, keyof PrincipalCalls | 'simulate'>

function managedPolicyCalls(load: LoadIam): ManagedPolicyCalls {
  return {
    managedPolicy: async (arn) => {
      const { send, GetPolicyCommand } = await load()
      const response = await undefinedIfMissing(send(new GetPolicyCommand({ PolicyArn: arn })))
      if (response === undefined) return undefined
      const { Arn = arn, DefaultVersionId, AttachmentCount = 0 } = response.Policy ?? {}
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
      const { send, GetPolicyVersionCommand } = await load()
      const command = new GetPolicyVersionCommand({ PolicyArn: arn, VersionId: version })
      const { PolicyVersion } = await send(command)
      return decodeDocument(PolicyVersion?.Document)
    },
    createPolicy: async (name, text) => {
      const { send, CreatePolicyCommand } = await load()
      const command = new CreatePolicyCommand({ PolicyName: name, PolicyDocument: text })
      await send(command)
    },
    createPolicyVersion: async (arn, text) => {
      const { send, CreatePolicyVersionCommand } = await load()
      const version = { PolicyArn: arn, PolicyDocument: text, SetAsDefault: true }
      await send(new CreatePolicyVersionCommand(version))
    },
    deletePolicyVersion: async (arn, version) => {
      const { send, DeletePolicyVersionCommand } = await load()
      const command = new DeletePolicyVersionCommand({ PolicyArn: arn, VersionId: version })
      await send(command)
    },
  }
}

async function undefinedIfMissing<T>(response: Promise<T>): Promise<T | undefined> {
  try {
    return await response
  } catch (error) {
    if (isNoSuchEntity(error)) return undefined
    throw error
  }
}
