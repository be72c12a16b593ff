import type { NamedPolicy } from '../../policy/evaluate.ts'
import { policyName } from './arns.ts'
import type { Account, Group, IamIdentity, User } from './model.ts'

/** The policies in effect for a user: its own and those of its groups, inline and attached. */
export function policiesOfUser(account: Account, user: User): NamedPolicy[] {
  return [user, ...groupsOf(account, user)].flatMap((each) => policiesOfIdentity(account, each))
}

/** Inline policies, and the default versions of attached policies. */
export function policiesOfIdentity(
  account: Account,
  { policies, attached }: IamIdentity,
): NamedPolicy[] {
  return [...policies, ...attached.flatMap((arn) => managedPolicy(account, arn))]
}

/** Undefined without a permissions boundary; nothing is allowed by one that does not exist. */
export function boundaryOfUser(account: Account, { boundary }: User): NamedPolicy[] | undefined {
  return boundary === undefined ? undefined : managedPolicy(account, boundary)
}

/** The default version of a managed policy, if it exists. */
function managedPolicy({ managedPolicies }: Account, arn: string): NamedPolicy[] {
  const policy = managedPolicies.find((each) => each.arn === arn)
  const version = policy?.versions.find(({ id }) => id === policy.defaultVersionId)
  return version ? [{ name: policyName(arn), document: version.document }] : []
}

export function groupsOf({ groups }: Account, { name }: User): Group[] {
  return groups.filter(({ members }) => members.includes(name))
}
