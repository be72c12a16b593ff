/** Which policies apply to a user, and about which users they decide alike; pure. */
import { locateStatements, type LocatedStatement, type NamedPolicy } from '../policy/evaluate.ts'
import { memoize } from '../memoize.ts'
import type { AccountFacts, IdentityFacts, UserFacts } from './model.ts'
import { probesIn, type ProbesOf } from './probes.ts'
import type { Probe } from './resource-probes.ts'
import { unknownCollector } from './unknown-policies.ts'

/** Users about whom policies decide alike, where each request names its own user. */
export interface UserClass {
  readonly statements: readonly LocatedStatement[]
  /** Names of further policies that are not known, and may allow or deny anything. */
  readonly unknown: readonly string[]
  /** Stands for all of them. */
  readonly example: UserFacts
  readonly users: readonly UserFacts[]
}

/** Users with the same policies and path, and the same of whatever else these policies look at. */
export function classify(facts: AccountFacts): UserClass[] {
  const policiesOf = policyCollector(facts)
  const unknownOf = unknownCollector(facts)
  const classes = new Map<string, UserClass & { readonly users: UserFacts[] }>()
  for (const user of facts.users) {
    const policies = policiesOf(user)
    const probes = new Set(policies.flatMap((policy) => policy.probes))
    const seen = Array.from(probes, (probe) => probe(user))
    const unknown = unknownOf(user)
    const key = JSON.stringify([policies.map(({ id }) => id), user.path, seen, unknown])
    const known = classes.get(key)
    if (known) known.users.push(user)
    else {
      const statements = policies.flatMap((policy) => policy.statements)
      classes.set(key, { statements, unknown, example: user, users: [user] })
    }
  }
  return [...classes.values()]
}

interface KnownPolicy {
  readonly id: number
  /** Orders the policies of a user, whatever other users have. */
  readonly text: string
  readonly statements: readonly LocatedStatement[]
  readonly probes: readonly Probe[]
}

function policyCollector(facts: AccountFacts) {
  const { groups, policies } = facts
  const register = policyRegister(probesIn(facts))
  const managed = memoize((arn: string): KnownPolicy[] => {
    const policy = policies.get(arn)
    return policy ? [register({ name: policy.name, document: policy.document })] : []
  })
  const boundary = memoize((arn: string): KnownPolicy[] => {
    const policy = policies.get(arn)
    return policy
      ? [register({ name: policy.name, document: policy.document, isBoundary: true })]
      : []
  })
  const ofIdentity = ({ inline, attached }: IdentityFacts) => [
    ...inline.map(register),
    ...attached.flatMap(managed),
  ]
  const ofGroup = new Map(groups.map((group) => [group.name, ofIdentity(group)]))
  return (user: UserFacts): KnownPolicy[] => {
    const all = [
      ...ofIdentity(user),
      ...user.groups.flatMap((name) => ofGroup.get(name) ?? []),
      ...(user.boundary === undefined ? [] : boundary(user.boundary)),
    ]
    return [...new Set(all)].sort((a, b) => (a.text < b.text ? -1 : 1))
  }
}

/** Policies with the same name and text become one. */
function policyRegister(probesOf: ProbesOf): (policy: NamedPolicy) => KnownPolicy {
  const known = new Map<string, KnownPolicy>()
  return (policy) => {
    const text = JSON.stringify(policy)
    const found = known.get(text)
    if (found) return found
    const statements = locateStatements([policy])
    const created = { id: known.size, text, statements, probes: statements.flatMap(probesOf) }
    known.set(text, created)
    return created
  }
}
