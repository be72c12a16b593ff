import { isAwsManaged, policyName } from '../account/arns.ts'
import type { Account, IamIdentity, ManagedPolicy, Role, User } from '../account/model.ts'
import { countAttachments, groupsByUser } from '../account/usage.ts'
import { listParam } from '../protocol/query-protocol.ts'
import { validationError } from '../protocol/service-error.ts'
import type { OperationCall, Operations } from '../protocol/service.ts'
import type { XmlContent } from '../protocol/xml.ts'
import { describeBoundary } from './boundaries.ts'
import { describeUser } from './entities.ts'
import { describeGroup } from './groups.ts'
import { policyText } from './inline-policies.ts'
import { policyDescriber } from './managed-policies.ts'
import { takePage } from './pages.ts'
import { encodePolicyDocument } from './policy-document.ts'
import { describeVersion } from './policy-versions.ts'
import { describeLastUse, describeRole } from './roles.ts'
import { describeTags } from './tags.ts'

/** IAM API reference, EntityType. */
const ENTITY_TYPES = ['User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy'] as const
type EntityType = (typeof ENTITY_TYPES)[number]

const LISTS = {
  User: 'UserDetailList',
  Group: 'GroupDetailList',
  Role: 'RoleDetailList',
  LocalManagedPolicy: 'Policies',
  AWSManagedPolicy: 'Policies',
} as const satisfies Record<EntityType, string>

/** An entity of the account, described only if it is on the page. */
interface Entry {
  readonly type: EntityType
  readonly describe: () => XmlContent
}

export const authorizationDetailOperations: Operations = {
  /** One list of all entities, in pages; each page sorts its part by kind. */
  GetAccountAuthorizationDetails: {
    resource: () => '*',
    run(call) {
      const types = entityTypes(call)
      const entries = entriesOf(call.state.account).filter(({ type }) => types.includes(type))
      const { pageItems, pagination } = takePage(call, entries)
      const describe = (list: string) =>
        pageItems.filter(({ type }) => LISTS[type] === list).map((entry) => entry.describe())
      return {
        ...Object.fromEntries(Object.values(LISTS).map((list) => [list, describe(list)])),
        ...pagination,
      }
    },
  },
}

function entityTypes({ params }: OperationCall): readonly string[] {
  const types = listParam(params, 'Filter')
  if (types.every((type) => (ENTITY_TYPES as readonly string[]).includes(type))) {
    return types.length === 0 ? ENTITY_TYPES : types
  }
  throw validationError(
    `1 validation error detected: Value '[${types.join(', ')}]' at 'filter' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [${ENTITY_TYPES.join(', ')}]]`,
  )
}

function entriesOf(account: Account): Entry[] {
  // Pages need some of these, and few need all.
  const groups = once(() => groupsByUser(account))
  const attachments = once(() => countAttachments(account))
  const describePolicy = once(() => policyDescriber(account))
  const users = account.users.filter(({ isRoot }) => !isRoot)
  // AWS returns its own policies only where something has them (darkbitio/aws-recon#21).
  const policies = account.managedPolicies.filter(
    ({ arn }) => !isAwsManaged(arn) || attachments().has(arn),
  )
  return [
    ...users.map((user) => ({
      type: 'User' as const,
      describe: () => userDetail(account, user, groups().get(user.name) ?? []),
    })),
    ...account.groups.map((group) => ({
      type: 'Group' as const,
      describe: () => ({ ...describeGroup(group, account), ...policiesOf('Group', group) }),
    })),
    ...account.roles.map((role) => ({
      type: 'Role' as const,
      describe: () => roleDetail(account, role),
    })),
    ...policies.map((policy) => ({
      type: isAwsManaged(policy.arn)
        ? ('AWSManagedPolicy' as const)
        : ('LocalManagedPolicy' as const),
      describe: () => ({ ...describePolicy()(policy), ...versionsOf(policy) }),
    })),
  ]
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined
  return () => (made ??= { value: make() }).value
}

function userDetail(account: Account, user: User, groups: readonly string[]) {
  return {
    ...describeUser(user, account),
    // Not part of a UserDetail (IAM API reference).
    PasswordLastUsed: undefined,
    ...policiesOf('User', user),
    GroupList: groups,
    ...describeBoundary(user),
    Tags: describeTags(user),
  }
}

function roleDetail(account: Account, role: Role) {
  return {
    ...describeRole(role, account),
    InstanceProfileList: [],
    ...policiesOf('Role', role),
    Tags: [],
    RoleLastUsed: describeLastUse(role),
  }
}

/** Inline and attached policies of an identity. */
function policiesOf(kind: 'User' | 'Group' | 'Role', { policies, attached }: IamIdentity) {
  return {
    [`${kind}PolicyList`]: policies.map((policy) => ({
      PolicyName: policy.name,
      PolicyDocument: encodePolicyDocument(policyText(policy)),
    })),
    AttachedManagedPolicies: attached.map((arn) => ({
      PolicyName: policyName(arn),
      PolicyArn: arn,
    })),
  }
}

function versionsOf(policy: ManagedPolicy) {
  return {
    Description: policy.description,
    PolicyVersionList: policy.versions.toReversed().map((version) => ({
      Document: encodePolicyDocument(version.text),
      ...describeVersion(policy, version),
    })),
  }
}
