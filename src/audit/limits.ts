/** What limits a user: Denies, and the statements of a permissions boundary; pure. */
import type { KnownAction } from '../policy/actions/catalog.ts'
import { mayStayOpen } from '../policy/checks/exemptions.ts'
import type { Statement } from '../policy/document.ts'
import { hasVariables, type LocatedStatement } from '../policy/evaluate.ts'
import { exempts, isMfaDeny } from '../policy/mfa-deny.ts'
import {
  allActions,
  groupActions,
  placesIn,
  UNLIMITED,
  type ActionGroups,
} from './action-groups.ts'
import type { NamedResource } from './resources.ts'

/** Stands for actions with the same resources that the limits do not tell apart, and that may stay open alike. */
interface SampleAction {
  readonly action: KnownAction
  /** The same number where the limits do not tell actions apart. */
  readonly group: number
  /** Whether the limits tell its resources apart. */
  readonly isForResources: boolean
}

export interface Limits {
  readonly statements: readonly LocatedStatement[]
  /** The first of each kind among the actions of a statement. */
  readonly samplesOf: (statement: Statement) => readonly SampleAction[]
  /** What Denies leave out, and what a boundary allows. */
  readonly leftOpen: readonly NamedResource[]
  /** Whether a gate leaves enrolling to everybody who is allowed it. */
  readonly exempts: (action: string) => boolean
}

/**
 * The limits among statements, by their texts: many policies have the same gate. MFA Denies come first, as the first
 * Deny that applies is the one that decides.
 */
export function limitsIn(statements: readonly LocatedStatement[]): Map<string, LocatedStatement> {
  const limits = new Map<string, LocatedStatement>()
  for (const each of statements) {
    if (each.statement.Effect !== 'Deny' && !each.policy.isBoundary) continue
    const text = textOf(each)
    if (!limits.has(text)) limits.set(text, each)
  }
  const isOther = (each: LocatedStatement) => Number(!isMfaDeny(each))
  return new Map([...limits].sort(([, one], [, other]) => isOther(one) - isOther(other)))
}

const texts = new WeakMap<LocatedStatement, string>()

/** Without the name of the policy. */
function textOf(each: LocatedStatement): string {
  const text =
    texts.get(each) ?? JSON.stringify([each.statement, each.policy.isBoundary, hasVariables(each)])
  texts.set(each, text)
  return text
}

export function createLimits(statements: readonly LocatedStatement[]): Limits {
  const gates = statements.filter(isMfaDeny)
  const isExempt = (action: string): boolean => gates.some((gate) => exempts(gate, action))
  return {
    statements,
    samplesOf: sampler(groupActions(statements.map(({ statement }) => statement)), isExempt),
    leftOpen: statements.flatMap(leftOpenBy),
    exempts: isExempt,
  }
}

function leftOpenBy(at: LocatedStatement): readonly NamedResource[] {
  const { Effect, Resource, NotResource } = at.statement
  const patterns = Effect === 'Deny' ? NotResource : Resource
  return patterns?.includes('*') ? [] : named(at, patterns)
}

function sampler(groups: ActionGroups, isExempt: (action: string) => boolean) {
  const known = new Map<string, readonly SampleAction[]>()
  return (statement: Statement): readonly SampleAction[] => {
    const key = JSON.stringify([statement.Action, statement.NotAction])
    const samples = known.get(key) ?? firstOfEach(placesIn(statement))
    known.set(key, samples)
    return samples
  }

  function firstOfEach(places: readonly number[]): readonly SampleAction[] {
    const samples = new Map<string, SampleAction>()
    for (const place of places) {
      const action = allActions()[place]
      if (action === undefined) continue
      const { name, resources } = action
      const group = groups.of[place] ?? UNLIMITED
      const mayStay = [mayStayOpen(name, true), mayStayOpen(name, false), isExempt(name)]
      const kind = [group, ...mayStay, ...resources].join(' ')
      if (!samples.has(kind)) {
        const isForResources = groups.areForResources[place] === true
        samples.set(kind, { action, group, isForResources })
      }
    }
    return [...samples.values()]
  }
}

export function named(
  at: LocatedStatement,
  patterns: readonly string[] = [],
): readonly NamedResource[] {
  return patterns.map((pattern) => ({ pattern, hasVariables: hasVariables(at) }))
}
