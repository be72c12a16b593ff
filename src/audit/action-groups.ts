/** AWS's actions, and which of them statements do not tell apart; pure. */
import { actionsMatching, type KnownAction } from '../policy/actions/catalog.ts'
import {
  arnPattern,
  patternsOverlap,
  withAnyValues,
  WITHIN_PART,
} from '../policy/actions/overlap.ts'
import type { Statement } from '../policy/document.ts'
import { memoize } from '../memoize.ts'

/** Everyday services come first, as an example of one of these says most to a reader. */
const SERVICES = 's3 ec2 lambda iam sts dynamodb kms secretsmanager ssm sns sqs rds ecr logs'.split(
  ' ',
)

/** The group of the actions that no statement is about. */
export const UNLIMITED = 0

/** By an action's place in `allActions`. */
export interface ActionGroups {
  /** The number of its group. */
  readonly of: Uint32Array
  /** Whether a statement that is about it names resources. */
  readonly areForResources: readonly boolean[]
}

type Catalog = ReturnType<typeof readCatalog>

let catalog: Catalog | undefined

function readCatalog() {
  const rank = ({ name }: KnownAction): number => {
    const place = SERVICES.indexOf(name.split(':')[0] ?? '')
    return place < 0 ? SERVICES.length : place
  }
  const actions = actionsMatching('*')
    .map((action) => ({ action, rank: rank(action) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ action }) => action)
  const places = new Map(actions.map(({ name }, place) => [name, place]))
  return { actions, places, all: [...actions.keys()] }
}

function getCatalog(): Catalog {
  catalog ??= readCatalog()
  return catalog
}

export function allActions(): readonly KnownAction[] {
  return getCatalog().actions
}

/** The places of the actions that a pattern of a policy stands for, in order. */
export const placesMatching = memoize((pattern: string): readonly number[] => {
  const { places, all } = getCatalog()
  if (isAll(pattern)) return all
  return actionsMatching(pattern)
    .flatMap(({ name }) => places.get(name) ?? [])
    .sort((a, b) => a - b)
})

function isAll(pattern: string): boolean {
  return /^\*(:\*)?$/.test(pattern)
}

/** The places of the actions that a statement is about, in order. */
export function placesIn({ Action, NotAction = [] }: Statement): readonly number[] {
  if (Action?.some(isAll)) return getCatalog().all
  const named = new Set((Action ?? NotAction).flatMap(placesMatching))
  if (Action) return [...named].sort((a, b) => a - b)
  return getCatalog().all.filter((place) => !named.has(place))
}

/**
 * Actions in the same group: each of the statements is about all of them or none, as far as it names actions, and
 * resources that some of them take.
 */
export function groupActions(statements: readonly Statement[]): ActionGroups {
  const groupOf = new Uint32Array(allActions().length)
  const areForResources: boolean[] = []
  let last = UNLIMITED
  for (const statement of statements) {
    const splits = new Map<number, number>()
    for (const place of affectedBy(statement)) {
      const before = groupOf[place] ?? UNLIMITED
      const group = splits.get(before) ?? ++last
      splits.set(before, group)
      groupOf[place] = group
      areForResources[place] ||= !statement.Resource?.includes('*')
    }
  }
  return { of: groupOf, areForResources }
}

function affectedBy(statement: Statement): readonly number[] {
  const { Resource = ['*'] } = statement
  const places = placesIn(statement)
  if (Resource.includes('*')) return places
  const overlaps = Resource.map(overlapWith)
  return places.filter((place) => {
    const { resources = [] } = allActions()[place] ?? {}
    return overlaps.some((each) => each(resources))
  })
}

type OverlapTest = (resources: KnownAction['resources']) => boolean

/** Whether any of an action's resources matches what a policy names. */
export const overlapWith = memoize((pattern: string): OverlapTest => {
  if (pattern === '*') return () => true
  const own = arnPattern(withAnyValues(pattern))
  const [, , service = ''] = own.split(':')
  const start = /[*?]/.test(service) ? '' : `arn:${WITHIN_PART}:${service}:`
  const overlaps = memoize((each: string) => patternsOverlap(own, each))
  return (resources) => resources.some((each) => each.startsWith(start) && overlaps(each))
})
