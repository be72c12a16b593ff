/** The roles that users may take without MFA; pure. */
import { KINDS_WITHOUT_MFA } from '../policy/checks/checked-policies.ts'
import { actionApplies, type LocatedStatement } from '../policy/evaluate.ts'
import { matchesPattern } from '../policy/pattern.ts'
import { predict } from '../policy/predict.ts'
import type { CredentialKind } from '../policy/subject.ts'
import { contextOf } from './ask.ts'
import { memoize } from '../memoize.ts'
import type { AccountFacts, RoleFacts, UserFacts } from './model.ts'
import type { RoleVerdict } from './report.ts'
import { looksAtUser } from './probes.ts'
import { toDate } from './times.ts'
import {
  ASSUME_ROLE,
  isTrusted,
  mayAllow,
  namedUsers,
  namesAll,
  readTrust,
  type Naming,
  type Trust,
} from './trust.ts'
import { ANYTHING } from './unknown-policies.ts'
import type { UserClass } from './user-policies.ts'

/** Users whose policies decide alike about taking roles. */
interface AssumeClass {
  readonly statements: readonly LocatedStatement[]
  readonly users: readonly UserFacts[]
  /** Stands for all of them. */
  readonly example: UserFacts
  /** Whether their policies allow some role. */
  readonly hasAllow: boolean
  /** Whether their policies decide about all roles alike. */
  readonly isSameForAll: boolean
}

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
  const decidersOf = (some: readonly UserClass[]) =>
    mergeAlike(some).map((group) => decider(group, facts))
  const [deciders, unsure] = [decidersOf(classes), decidersOf(classes.flatMap(allowingAnything))]
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

/** Classes whose policies differ, but not about taking roles. */
function mergeAlike(classes: readonly UserClass[]): AssumeClass[] {
  const ids = new Map<LocatedStatement, number>()
  const idOf = (each: LocatedStatement): number => {
    const id = ids.get(each) ?? ids.size
    ids.set(each, id)
    return id
  }
  const merged = new Map<string, AssumeClass & { readonly users: UserFacts[] }>()
  for (const [index, each] of classes.entries()) {
    const group = assumeClass(each)
    const isOwn = group.statements.some((one) => looksAtUser(one) || namesVariable(one))
    const key = JSON.stringify([group.statements.map(idOf), isOwn ? index : null])
    const known = merged.get(key)
    if (known) known.users.push(...group.users)
    else merged.set(key, { ...group, users: [...group.users] })
  }
  return [...merged.values()]
}

function namesVariable({ statement: { Resource = [], NotResource = [] } }: LocatedStatement) {
  return [...Resource, ...NotResource].some((each) => each.includes('$'))
}

function assumeClass({ statements, example, users }: UserClass): AssumeClass {
  const relevant = statements.filter(({ statement }) => actionApplies(statement, ASSUME_ROLE))
  return {
    // Without a boundary's statement, the evaluator takes it that there is none.
    statements: [...relevant, ...statements.filter(({ policy }) => policy.isBoundary)],
    users,
    example,
    hasAllow: relevant.some(
      ({ statement, policy }) => statement.Effect === 'Allow' && !policy.isBoundary,
    ),
    isSameForAll: relevant.every(({ statement: { Resource } }) => Resource?.join() === '*'),
  }
}

/** An AssumeClass with what its policies decide about a role. */
function decider(group: AssumeClass, facts: AccountFacts) {
  const { statements, example, hasAllow, isSameForAll } = group
  const denies = statements.filter(({ statement }) => statement.Effect === 'Deny')
  const ask = (role: string, kind: CredentialKind) => ({
    action: ASSUME_ROLE,
    resource: role,
    context: contextOf(example, facts, kind),
  })
  const allows = memoizeByKind((role, kind) => mayAllow(predict(statements, ask(role, kind))))
  const isDenied = memoizeByKind(
    (role, kind) => predict(denies, ask(role, kind)).decision === 'explicitDeny',
  )
  const key = (role: string) => (isSameForAll ? '*' : role)
  const patterns = statements.flatMap(({ statement: { Effect, Resource = ['*'] } }) =>
    Effect === 'Allow' ? Resource : [],
  )
  const literal = new Set(patterns)
  const open = patterns.filter((each) => /[*?$]/.test(each))
  // Cheaper than to ask the evaluator about each of them.
  const mayAllowRole = (role: string): boolean =>
    literal.has(role) ||
    open.some((each) => each.includes('$') || matchesPattern(role, each, { wildcards: 'resource' }))
  return {
    users: group.users,
    allows: (role: string, kind: CredentialKind) =>
      hasAllow && mayAllowRole(role) && allows(key(role), kind),
    isDenied: (role: string, kind: CredentialKind) =>
      denies.length > 0 && isDenied(key(role), kind),
  }
}

function memoizeByKind(compute: (role: string, kind: CredentialKind) => boolean) {
  const ofKind = memoize((kind: CredentialKind) => memoize((role: string) => compute(role, kind)))
  return (role: string, kind: CredentialKind): boolean => ofKind(kind)(role)
}

function usersOf(
  trust: Trust,
  deciders: readonly ReturnType<typeof decider>[],
  facts: AccountFacts,
): UserFacts[] {
  if (trust.statements.length === 0) return []
  const { arn } = trust.role
  const named = new Set(namedUsers(trust))
  const isForAll = namesAll(trust)
  const decide = (user: UserFacts, naming: Naming, kind: CredentialKind): boolean =>
    isTrusted(trust, user.arn, naming, contextOf(user, facts, kind))
  const mayTake = (user: UserFacts, { allows, isDenied }: (typeof deciders)[number]): boolean =>
    KINDS_WITHOUT_MFA.some(
      (kind) =>
        (allows(arn, kind) && decide(user, 'account', kind)) ||
        ((isForAll || named.has(user.arn)) && !isDenied(arn, kind) && decide(user, 'user', kind)),
    )
  return deciders.flatMap((each) => {
    let others: boolean | undefined
    return each.users.filter((user) =>
      trust.looksAtUser || named.has(user.arn)
        ? mayTake(user, each)
        : (others ??= mayTake(user, each)),
    )
  })
}
