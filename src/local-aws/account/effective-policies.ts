import type { Account, Group, PolicyHolder, User } from './model.ts'
import type { NamedPolicy } from '../../policy/evaluate.ts'
import { policyName } from './policy-arn.ts'

/** What decides about a user: its own policies, inline and attached, and those of its groups. */
export function policiesOfUser(account: Account, user: User): NamedPolicy[] {
  return [user, ...groupsOf(account, user)].flatMap((holder) => policiesOfHolder(account, holder))
}

/** Inline policies, and the default versions of the attached ones. */
export function policiesOfHolder(
  { managedPolicies }: Account,
  { policies, attached }: PolicyHolder,
): NamedPolicy[] {
  const managed = attached.flatMap((arn) => {
    const policy = managedPolicies.find((each) => each.arn === arn)
    const version = policy?.versions.find(({ id }) => id === policy.defaultVersionId)
    return version ? [{ name: policyName(arn), document: version.document }] : []
  })
  return [...policies, ...managed]
}

export function groupsOf({ groups }: Account, { name }: User): Group[] {
  return groups.filter(({ members }) => members.includes(name))
}
