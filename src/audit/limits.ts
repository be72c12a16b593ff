/** What limits a user: Denies, and the statements of a permissions boundary; pure. */
import type { KnownAction } from '../policy/actions/catalog.ts'
import { mayStayOpen } from '../policy/checks/exemptions.ts'
import type { Statement } from '../policy/document.ts'
import { hasVariables, type LocatedStatement } from '../policy/evaluate.ts'
import { exempts, isMfaDeny } from '../policy/mfa-deny.ts'
import { allActions, groupActions, placesIn, type ActionGroups } from './action-groups.ts'

/** A resource as a policy names it. */
export interface NamedResource {
  readonly pattern: string
  /** Whether `${...}` in it are variables. */
  readonly hasVariables: boolean
}

/** Stands for actions with the same resources that the limits do not tell apart, and that may stay open alike. */
interface SampleAction {
  readonly action: KnownAction
  /** The same number where the limits do not tell actions apart. */
  readonly group: number
}

export interface Limits {
  readonly statements: readonly LocatedStatement[]
  /** The first of each kind among the actions of a statement. */
  readonly samplesOf: (statement: Statement) => readonly SampleAction[]
  /** What Denies leave out. */
  readonly leftOut: readonly NamedResource[]
  /** Whether resources matter. */
  readonly areForResources: boolean
  /** Whether a gate leaves enrolling to everybody who is allowed it. */
  readonly exempts: (action: string) => boolean
}

/** The limits among statements, by their texts: many policies have the same gate. */
export function limitsIn(statements: readonly LocatedStatement[]): Map<string, LocatedStatement> {
  const limits = new Map<string, LocatedStatement>()
  for (const each of statements) {
    if (each.statement.Effect !== 'Deny' && !each.policy.isBoundary) continue
    const text = textOf(each)
    if (!limits.has(text)) limits.set(text, each)
  }
  return limits
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
    leftOut: statements.flatMap((each) => named(each, each.statement.NotResource)),
    areForResources: statements.some(({ statement: { Resource } }) => !Resource?.includes('*')),
    exempts: isExempt,
  }
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
      const group = groups[place] ?? 0
      const mayStay = [mayStayOpen(name, true), mayStayOpen(name, false), isExempt(name)]
      const kind = [group, ...mayStay, ...resources].join(' ')
      if (!samples.has(kind)) samples.set(kind, { action, group })
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
