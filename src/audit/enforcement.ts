/** Whether MFA is enforced for users about whom policies decide alike; pure. */
import { KINDS_WITHOUT_MFA } from '../policy/checks/checked-policies.ts'
import { referTo, type LocatedStatement, type StatementReference } from '../policy/evaluate.ts'
import { decide, type Decisions, type OpenRequest } from './decisions.ts'
import { createLimits, limitsIn } from './limits.ts'
import type { AccountFacts, UserFacts } from './model.ts'
import type { Enforced } from './report.ts'
import { probesIn } from './probes.ts'
import { ANYTHING } from './unknown-policies.ts'
import type { UserClass } from './user-policies.ts'

export interface Enforcement {
  readonly enforced: Enforced
  /** The statements that deny without MFA. */
  readonly by: readonly StatementReference[]
  /** The first request that gets through, or may. */
  readonly open: OpenRequest | undefined
  readonly dependsOn: readonly string[]
  /** Whether the policies allow anything, be it with MFA. */
  readonly isAllowedAnything: boolean
  /** Policies that are not known, on which it depends as well. */
  readonly unknown: readonly string[]
}

export type Judge = (each: UserClass) => Enforcement

/** Policies that are not known may allow anything, which does no harm where a Deny covers it. */
export function createJudge(facts: AccountFacts): Judge {
  const decisionsOf = rememberDecisions(facts)
  const judgeKnown = (each: UserClass) => combine(decisionsOf(each))
  return (each) => {
    const { statements, unknown } = each
    const known = judgeKnown(each)
    if (unknown.length === 0) return known
    if (known.enforced !== 'yes') return { ...known, unknown }
    const all = judgeKnown({ ...each, statements: [...statements, ...ANYTHING] })
    return all.enforced === 'yes' ? all : { ...known, enforced: 'partly', unknown }
  }
}

/** What the limits of a class of users, in order, make of each of its Allows. */
interface Limited {
  readonly limits: readonly LocatedStatement[]
  readonly decisions: readonly Decisions[]
}

/** Policies are few and classes many: decides once for all users who are the same to the limits and the Allow. */
function rememberDecisions(facts: AccountFacts): (each: UserClass) => Limited {
  const deciders = new Map<string, ReturnType<typeof createDecider>>()
  const probesOf = probesIn(facts)
  const look = (user: UserFacts, statements: readonly LocatedStatement[]): string =>
    JSON.stringify(Array.from(new Set(statements.flatMap(probesOf)), (probe) => probe(user)))
  const createDecider = (statements: readonly LocatedStatement[]) => {
    const limits = createLimits(statements)
    const known = new Map<LocatedStatement | undefined, Map<string, Decisions>>()
    return (allow: LocatedStatement | undefined, user: UserFacts): Decisions => {
      const ofAllow = known.get(allow) ?? new Map<string, Decisions>()
      known.set(allow, ofAllow)
      const seen = look(user, allow ? [allow] : [])
      const decisions = ofAllow.get(seen) ?? decide(allow, limits, user, facts)
      ofAllow.set(seen, decisions)
      return decisions
    }
  }
  return ({ statements, example }) => {
    const byText = limitsIn(statements)
    const limits = [...byText.values()]
    const key = JSON.stringify([[...byText.keys()], example.path, look(example, limits)])
    const decider = deciders.get(key) ?? createDecider(limits)
    deciders.set(key, decider)
    const allows = statements.filter(
      ({ statement, policy }) => statement.Effect === 'Allow' && !policy.isBoundary,
    )
    return { limits, decisions: [undefined, ...allows].map((allow) => decider(allow, example)) }
  }
}

function combine({ limits, decisions }: Limited): Enforcement {
  const open = decisions.flatMap((each) => each.open)
  const first = mostTelling(open)
  const gated = new Set(decisions.flatMap((each) => [...each.gated]))
  // Who has a key can do with it whatever one kind of credentials leaves open.
  const isUngated = open.some(({ kind }) => !gated.has(kind))
  const places = new Set(decisions.flatMap(({ deniedBy }) => [...deniedBy]))
  return {
    enforced: first === undefined ? 'yes' : isUngated ? 'no' : 'partly',
    by: [...places]
      .toSorted((a, b) => a - b)
      .flatMap((place) => limits[place] ?? [])
      .map(referTo),
    open: first,
    dependsOn: [...new Set(open.flatMap(({ keys }) => keys))],
    isAllowedAnything: open.length > 0 || decisions.some((each) => each.isAnythingAllowed()),
    unknown: [],
  }
}

/** What is certain says most, then what takes no session, then everyday work. */
function mostTelling(open: readonly OpenRequest[]): OpenRequest | undefined {
  const kinds: readonly string[] = KINDS_WITHOUT_MFA
  const [first] = open.toSorted(
    (a, b) =>
      Number(a.keys.length > 0) - Number(b.keys.length > 0) ||
      kinds.indexOf(a.kind) - kinds.indexOf(b.kind) ||
      a.rank - b.rank,
  )
  return first
}
