/** The roles that users may take without MFA; pure. */
import { KINDS_WITHOUT_MFA } from '../policy/checks/checked-policies.ts'
import type { CredentialKind } from '../policy/subject.ts'
import { contextOf } from './ask.ts'
import type { AccountFacts, RoleFacts, UserFacts } from './model.ts'
import type { RoleVerdict } from './report.ts'
import { roleDeciders, type RoleDecider } from './role-deciders.ts'
import { toDate } from './times.ts'
import { isTrusted, namedUsers, namesAll, readTrust, type Naming, type Trust } from './trust.ts'
import { ANYTHING } from './unknown-policies.ts'
import type { UserClass } from './user-policies.ts'

export function judgeRoles(
  facts: AccountFacts,
  classes: readonly UserClass[],
  onProblem: (role: RoleFacts, problem: string) => void,
): RoleVerdict[] {
  const trusts = facts.roles.flatMap((role) => {
    try {
      return [readTrust(role)]
    } catch (error) {
      onProblem(role, (error as Error).message)
      return []
    }
  })
  const deciders = roleDeciders(classes, facts)
  const unsure = roleDeciders(classes.flatMap(allowingAnything), facts)
  const toNames = sharedNames()
  return trusts.flatMap((trust) => {
    const sure = usersOf(trust, deciders, facts)
    const users = toNames(sure)
    const known = new Set(sure)
    const usersNotKnown = toNames(usersOf(trust, unsure, facts).filter((user) => !known.has(user)))
    const { name: role, arn, lastUsed } = trust.role
    if (users.length + usersNotKnown.length === 0) return []
    const userCount = users.length
    return [{ role, arn, users, userCount, usersNotKnown, lastUsed: toDate(lastUsed) }]
  })
}

/** Of users whose policies are not all known, the class with one that allows anything. */
function allowingAnything(each: UserClass): UserClass[] {
  return each.unknown.length === 0
    ? []
    : [{ ...each, statements: [...each.statements, ...ANYTHING] }]
}

/** Names in order. Roles that the same thousands of users may take share one list. */
function sharedNames(): (users: readonly UserFacts[]) => readonly string[] {
  const known = new Map<string, readonly string[]>()
  return (users) => {
    const names = users.map(({ name }) => name).sort()
    const key = names.join('\n')
    const shared = known.get(key) ?? names
    known.set(key, shared)
    return shared
  }
}

function usersOf(trust: Trust, deciders: readonly RoleDecider[], facts: AccountFacts): UserFacts[] {
  if (trust.statements.length === 0) return []
  const { arn } = trust.role
  const named = new Set(namedUsers(trust))
  const isForAll = namesAll(trust)
  const decide = (user: UserFacts, naming: Naming, kind: CredentialKind): boolean =>
    isTrusted(trust, user.arn, naming, contextOf(user, facts, kind))
  const mayTake = (user: UserFacts, { allows, isDenied }: RoleDecider): boolean =>
    KINDS_WITHOUT_MFA.some((kind) => {
      const request = { role: arn, kind, user }
      return (
        (allows(request) && decide(user, 'account', kind)) ||
        ((isForAll || named.has(user.arn)) && !isDenied(request) && decide(user, 'user', kind))
      )
    })
  return deciders.flatMap((each) => {
    let others: boolean | undefined
    return each.users.filter((user) =>
      trust.looksAtUser || named.has(user.arn) || each.isSpecial(arn, user)
        ? mayTake(user, each)
        : (others ??= mayTake(user, each)),
    )
  })
}
