/** What applies to users and is not known; pure. */
import { allowAllPolicy } from '../policy/documents.ts'
import { locateStatements } from '../policy/evaluate.ts'
import { iamArn } from '../policy/subject.ts'
import type { AccountFacts, IdentityFacts, UnreadablePolicy, UserFacts } from './model.ts'
import { memoize } from '../memoize.ts'

/** What a policy that is not known may allow. */
export const ANYTHING = locateStatements([{ name: '', document: allowAllPolicy() }])

/** Policies, boundaries and groups that IAM names but does not return. */
export function findMissing(
  facts: Omit<AccountFacts, 'unreadable'>,
  unreadable: readonly UnreadablePolicy[],
): UnreadablePolicy[] {
  const { users, groups, policies } = facts
  const known = new Set([...policies.keys(), ...unreadable.map(({ arn }) => arn)])
  const names = new Set(groups.map(({ name }) => name))
  const policyArns = [
    ...[...users, ...groups].flatMap(({ attached }) => attached),
    ...users.flatMap(({ boundary }) => boundary ?? []),
  ]
  const groupNames = users.flatMap((user) => user.groups)
  const missing = { problem: 'IAM did not return it', isMissing: true }
  return [
    ...[...new Set(policyArns)]
      .filter((arn) => !known.has(arn))
      .map((arn) => ({ policy: nameIn(arn), arn, ...missing })),
    ...[...new Set(groupNames)]
      .filter((name) => !names.has(name))
      .map((name) => ({
        policy: `The group ${name}`,
        arn: iamArn(facts, `group/${name}`),
        ...missing,
      })),
  ]
}

/** For each user, the names of what may allow or deny anything. A boundary, which allows nothing, is not among them. */
export function unknownCollector({ groups, policies, unreadable }: AccountFacts) {
  const inline = new Map<string, UnreadablePolicy[]>()
  for (const each of unreadable) inline.set(each.arn, [...(inline.get(each.arn) ?? []), each])
  const ofIdentity = ({ arn, attached }: IdentityFacts): string[] => [
    ...(inline.get(arn) ?? []).map(({ policy }) => policy),
    ...attached.filter((each) => !policies.has(each)).map(nameIn),
  ]
  const byName = new Map(groups.map((group) => [group.name, group]))
  const ofGroup = memoize((name: string): string[] => {
    const group = byName.get(name)
    return group ? ofIdentity(group) : [`the group ${name}`]
  })
  return (user: UserFacts): string[] => [
    ...new Set([...ofIdentity(user), ...user.groups.flatMap(ofGroup)]),
  ]
}

function nameIn(arn: string): string {
  return arn.split('/').at(-1) ?? arn
}
