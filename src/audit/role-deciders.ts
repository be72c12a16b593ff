/** What policies of users decide about taking roles, for all users at once about whom they decide alike; pure. */
import { actionApplies, resourcePatterns, type LocatedStatement } from '../policy/evaluate.ts'
import { withAnyValues } from '../policy/actions/overlap.ts'
import { matchesPattern } from '../policy/pattern.ts'
import { predict } from '../policy/predict.ts'
import type { CredentialKind } from '../policy/subject.ts'
import { contextOf } from './ask.ts'
import type { AccountFacts, UserFacts } from './model.ts'
import { looksAtUser } from './probes.ts'
import { ASSUME_ROLE, mayAllow } from './trust.ts'
import { hasUserName } from './resources.ts'
import type { UserClass } from './user-policies.ts'

interface RoleRequest {
  /** Its ARN. */
  readonly role: string
  readonly kind: CredentialKind
  readonly user: UserFacts
}

export interface RoleDecider {
  readonly users: readonly UserFacts[]
  /** Whether the decision about a role may be another one than for the other users. */
  readonly isSpecial: (role: string, user: UserFacts) => boolean
  /** Whether the user's policies may allow it. */
  readonly allows: (request: RoleRequest) => boolean
  /** Whether they deny it for certain. */
  readonly isDenied: (request: RoleRequest) => boolean
}

export function roleDeciders(classes: readonly UserClass[], facts: AccountFacts): RoleDecider[] {
  return mergeAlike(classes).map((group) => createDecider(group, facts))
}

/** Users whose policies decide alike about taking roles. */
interface AssumeClass {
  readonly statements: readonly LocatedStatement[]
  readonly users: readonly UserFacts[]
  /** Whether their policies allow some role. */
  readonly hasAllow: boolean
  /** Whether their policies decide about all roles alike. */
  readonly isSameForAll: boolean
  /** Whether their policies decide about a role by the user's name in its ARN. */
  readonly isByName: boolean
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

function namesVariable({ statement }: LocatedStatement) {
  return resourcePatterns(statement).some((each) => each.includes('$'))
}

function assumeClass({ statements, users }: UserClass): AssumeClass {
  const relevant = statements.filter(({ statement }) => actionApplies(statement, ASSUME_ROLE))
  return {
    // Without a boundary's statement, the evaluator takes it that there is none.
    statements: [...relevant, ...statements.filter(({ policy }) => policy.isBoundary)],
    users,
    hasAllow: relevant.some(
      ({ statement, policy }) => statement.Effect === 'Allow' && !policy.isBoundary,
    ),
    isSameForAll: relevant.every(({ statement: { Resource } }) => Resource?.join() === '*'),
    isByName: relevant.some(({ statement }) => resourcePatterns(statement).some(hasUserName)),
  }
}

function createDecider(group: AssumeClass, facts: AccountFacts): RoleDecider {
  const { statements, hasAllow, isSameForAll, isByName } = group
  const denies = statements.filter(({ statement }) => statement.Effect === 'Deny')
  const ask = (some: readonly LocatedStatement[], { role, kind, user }: RoleRequest) =>
    predict(some, {
      action: ASSUME_ROLE,
      resource: role,
      context: contextOf(user, facts, kind),
    })
  const isSpecial = (role: string, user: UserFacts): boolean => isByName && role.includes(user.name)
  const once = (decide: (request: RoleRequest) => boolean) => {
    const known = new Map<string, boolean>()
    return (request: RoleRequest): boolean => {
      const { role, kind, user } = request
      if (isSpecial(role, user)) return decide(request)
      const key = `${kind} ${isSameForAll ? '*' : role}`
      const decision = known.get(key) ?? decide(request)
      known.set(key, decision)
      return decision
    }
  }
  const allows = once((request) => mayAllow(ask(statements, request)))
  const isDenied = once((request) => ask(denies, request).decision === 'explicitDeny')
  const patterns = statements.flatMap(({ statement: { Effect, Resource = ['*'] } }) =>
    Effect === 'Allow' ? Resource : [],
  )
  const literal = new Set(patterns)
  // What is incomplete stands for all that starts like it.
  const open = patterns
    .filter((each) => /[*?$]/.test(each) || each.split(':').length < 6)
    .map((each) => ({ pattern: withAnyValues(each), hasName: hasUserName(each) }))
  // Cheaper than to ask the evaluator about each of them.
  const mayAllowRole = ({ role, user }: RoleRequest): boolean =>
    literal.has(role) ||
    open.some(
      ({ pattern, hasName }) =>
        (!hasName || isSpecial(role, user)) &&
        matchesPattern(role, pattern, { wildcards: 'resource' }),
    )
  return {
    users: group.users,
    isSpecial,
    allows: (request: RoleRequest) => hasAllow && mayAllowRole(request) && allows(request),
    isDenied: (request: RoleRequest) => denies.length > 0 && isDenied(request),
  }
}
