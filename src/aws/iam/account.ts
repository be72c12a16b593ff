import type {
  ManagedPolicyDetail,
  PolicyDetail as InlinePolicyDetail,
  RoleDetail,
  UserDetail,
} from './operations.ts'
import type * as Api from '../account-api.ts'
import { notAws, undefinedIfMissing } from '../errors/from-sdk.ts'
import { decodeDocument } from './documents.ts'
import { parseCredentialReport } from './credential-report.ts'
import type { LoadIam } from './iam-client.ts'
import { readTags } from './tags.ts'

export function accountCalls(load: LoadIam): Api.AccountCalls {
  return {
    authorizationDetails: async (next) => {
      const { send, detailsPageSize, GetAccountAuthorizationDetailsCommand } = await load()
      const request = { MaxItems: detailsPageSize, Marker: next }
      const page = await send(new GetAccountAuthorizationDetailsCommand(request))
      if (page.UserDetailList === undefined && page.Policies === undefined) {
        throw notAws('no users and policies in the answer; is a proxy in between?')
      }
      return {
        users: (page.UserDetailList ?? []).map(readUser),
        groups: (page.GroupDetailList ?? []).map((group) =>
          readIdentity(group, group.GroupName, group.GroupPolicyList),
        ),
        roles: (page.RoleDetailList ?? []).map(readRole),
        policies: (page.Policies ?? []).map(readPolicy),
        next: page.IsTruncated === true ? page.Marker : undefined,
      }
    },
    generateCredentialReport: async () => {
      const { send, GenerateCredentialReportCommand } = await load()
      await send(new GenerateCredentialReportCommand({}))
    },
    credentialReport: async () => {
      const { send, GetCredentialReportCommand } = await load()
      const { Content } = await send(new GetCredentialReportCommand({}))
      return parseCredentialReport(new TextDecoder().decode(Content))
    },
    loginProfile: async (UserName) => {
      const { send, GetLoginProfileCommand } = await load()
      const answer = await undefinedIfMissing(send(new GetLoginProfileCommand({ UserName })))
      if (answer === undefined) return undefined
      const { CreateDate, PasswordResetRequired = false } = answer.LoginProfile ?? {}
      return { createdAt: CreateDate?.getTime() ?? 0, mustReset: PasswordResetRequired }
    },
  }
}

function readUser(user: UserDetail): Api.UserDetail {
  return {
    ...readIdentity(user, user.UserName, user.UserPolicyList),
    groups: (user.GroupList ?? []).map(textOf),
    boundary: user.PermissionsBoundary?.PermissionsBoundaryArn,
    tags: readTags(user.Tags),
  }
}

function readRole(role: RoleDetail): Api.RoleDetail {
  return {
    ...readIdentity(role, role.RoleName, role.RolePolicyList),
    trustPolicy: decodeDocument(role.AssumeRolePolicyDocument),
    lastUsed: role.RoleLastUsed?.LastUsedDate?.getTime(),
  }
}

function readPolicy(policy: ManagedPolicyDetail): Api.PolicyDetail {
  const { PolicyName, Arn, DefaultVersionId, AttachmentCount = 0, PolicyVersionList = [] } = policy
  const version = PolicyVersionList.find(({ VersionId }) => VersionId === DefaultVersionId)
  return {
    name: textOf(PolicyName),
    arn: textOf(Arn),
    text: decodeDocument(version?.Document),
    attachments: AttachmentCount,
  }
}

function readIdentity(
  { Arn, Path, CreateDate, AttachedManagedPolicies = [] }: UserDetail,
  name: string | undefined,
  inline: readonly InlinePolicyDetail[] = [],
): Api.GroupDetail {
  return {
    name: textOf(name),
    arn: textOf(Arn),
    path: Path ?? '/',
    createdAt: CreateDate?.getTime() ?? 0,
    inline: inline.map(({ PolicyName, PolicyDocument }) => ({
      name: textOf(PolicyName),
      text: decodeDocument(PolicyDocument),
    })),
    attached: AttachedManagedPolicies.map(({ PolicyArn }) => textOf(PolicyArn)),
  }
}

/** An element with children where text belongs becomes an object, whatever the types say. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  throw notAws('a name is missing in the answer; is a proxy in between?')
}
