/** The requests by which an audit judges a user; pure. */
import type { KnownAction } from '../policy/actions/catalog.ts'
import { WITHIN_PART } from '../policy/actions/overlap.ts'
import { mayStayOpen } from '../policy/checks/exemptions.ts'
import { hasVariables, resourceApplies, type LocatedStatement } from '../policy/evaluate.ts'
import { everydayRequests, exempts, isMfaDeny, type ActionOnResource } from '../policy/mfa-deny.ts'
import { readPattern, variablesIn, type VariableLookup } from '../policy/pattern.ts'
import { contextReader, isUnknown, type OpenContext } from '../policy/request-context.ts'
import { ownArn, type Subject } from '../policy/subject.ts'
import {
  allActions,
  groupActions,
  overlapWith,
  placesIn,
  placesMatching,
  type ActionGroups,
} from './action-groups.ts'

/** Stands for the name of the user; no name has it. */
const NAME = '\u0001'

/** The user who stands for all of a class. */
interface Asker {
  readonly subject: Subject
  readonly context: OpenContext
}

/**
 * Everyday work, and examples of everything that Allow statements name, a boundary's too: one for each resource and each
 * group of actions that Denies do not tell apart. Without what may stay open. Resources have a mark for the user's name.
 */
export function requestsFor(
  statements: readonly LocatedStatement[],
  asker: Asker,
): ActionOnResource[] {
  const limits = limitsOf(statements)
  const all = [
    ...everydayRequests({ ...asker.subject, user: NAME }),
    ...statements
      .filter(({ statement }) => statement.Effect === 'Allow')
      .flatMap((allow) => examplesOf(allow, limits, asker)),
  ]
  const unique = new Map(all.map((request) => [request.join(' '), request]))
  return [...unique.values()]
}

/** The resource of a request of this user. */
export function forUser(resource: string, name: string): string {
  return resource.replaceAll(NAME, () => name)
}

/** A resource as a policy names it. */
interface NamedResource {
  readonly pattern: string
  /** Whether `${...}` in it are variables. */
  readonly hasVariables: boolean
}

/** What Denies and boundaries tell apart. */
interface Limits {
  readonly groups: ActionGroups
  /** What Denies leave out. */
  readonly leftOut: readonly NamedResource[]
  /** Whether resources matter. */
  readonly areForResources: boolean
  /** Whether a gate leaves enrolling to everybody who is allowed it. */
  readonly exempts: (action: string) => boolean
  /** A statement is the same for many users. */
  readonly examples: WeakMap<LocatedStatement, readonly ActionOnResource[]>
}

const knownLimits = new Map<string, Limits>()
const MOST_LIMITS = 500

function limitsOf(statements: readonly LocatedStatement[]): Limits {
  const limiting = statements.filter(
    ({ statement, policy }) => statement.Effect === 'Deny' || policy.isBoundary,
  )
  const key = JSON.stringify(
    limiting.map((each) => [each.statement, isMfaDeny(each), hasVariables(each)]),
  )
  const known = knownLimits.get(key)
  if (known) return known
  if (knownLimits.size >= MOST_LIMITS) knownLimits.clear()
  const created = createLimits(limiting)
  knownLimits.set(key, created)
  return created
}

function createLimits(limiting: readonly LocatedStatement[]): Limits {
  const gates = limiting.filter(isMfaDeny)
  return {
    groups: groupActions(limiting.map(({ statement }) => statement)),
    leftOut: limiting.flatMap((each) => named(each, each.statement.NotResource)),
    areForResources: limiting.some(({ statement: { Resource } }) => !Resource?.includes('*')),
    exempts: (action) => gates.some((gate) => exempts(gate, action)),
    examples: new WeakMap(),
  }
}

function named(at: LocatedStatement, patterns: readonly string[] = []): NamedResource[] {
  return patterns.map((pattern) => ({ pattern, hasVariables: hasVariables(at) }))
}

function examplesOf(
  allow: LocatedStatement,
  limits: Limits,
  asker: Asker,
): readonly ActionOnResource[] {
  const known = limits.examples.get(allow)
  if (known) return known
  const own = named(allow, allow.statement.Resource ?? ['*'])
  const resources = [...own, ...limits.leftOut]
  const found = resources.flatMap((resource) => [
    ...examplesOn(resource, allow, limits, asker),
    ...unknownActions(resource, allow, asker),
  ])
  const examples = found.length > 0 ? found : anyExample(allow, own, limits, asker)
  if (!resources.some(isPersonal)) limits.examples.set(allow, examples)
  return examples
}

/** Whether it differs from user to user, but for the name. */
function isPersonal({ pattern }: NamedResource): boolean {
  return pattern.includes(':user/') || variablesIn(pattern).some((name) => !isName(name))
}

function isName(key: string): boolean {
  return key.toLowerCase() === 'aws:username'
}

/** For each group, the first action that takes the resource and must not stay open. */
function examplesOn(
  resource: NamedResource,
  allow: LocatedStatement,
  limits: Limits,
  asker: Asker,
): ActionOnResource[] {
  const isTaken = overlapWith(resource.pattern)
  const found = new Map<number, ActionOnResource[]>()
  for (const place of placesIn(allow.statement)) {
    const action = allActions()[place]
    const group = limits.groups[place] ?? 0
    if (action === undefined || found.has(group) || !isTaken(action.resources)) continue
    const requests = targetsOf(action, resource, limits, asker)
      .filter((target) => isWithin(allow, target, asker))
      .map((target): ActionOnResource => [action.name, target])
      .filter((request) => isHarmful(request, limits, asker))
    if (requests.length > 0) found.set(group, requests)
  }
  return [...found.values()].flat()
}

/** Examples of the resource; of those that an action takes where the policy names none. */
function targetsOf(
  { resources }: KnownAction,
  resource: NamedResource,
  { areForResources }: Limits,
  asker: Asker,
): string[] {
  if (resource.pattern !== '*') return concrete(resource, asker)
  if (resources.length === 0) return ['*']
  const some = areForResources ? resources : resources.slice(0, 1)
  return some.flatMap((pattern) => concrete({ pattern, hasVariables: false }, asker))
}

function isWithin(allow: LocatedStatement, target: string, asker: Asker): boolean {
  return (
    allow.statement.NotResource === undefined ||
    resourceApplies(allow.statement, target, hasVariables(allow) ? lookupFor(asker) : undefined)
  )
}

function isHarmful([action, target]: ActionOnResource, limits: Limits, asker: Asker): boolean {
  const isOwn = target.split('/').at(-1) === NAME || target === ownArn(asker.subject)
  return !mayStayOpen(action, isOwn || limits.exempts(action))
}

/** Actions that AWS's reference does not have. */
function unknownActions(
  resource: NamedResource,
  { statement: { Action = [] } }: LocatedStatement,
  asker: Asker,
): ActionOnResource[] {
  return Action.filter((pattern) => placesMatching(pattern).length === 0)
    .map((pattern) => pattern.replaceAll('*', 'Any').replaceAll('?', 'x'))
    .flatMap((action) => concrete(resource, asker).map((target) => [action, target] as const))
}

/** Where the reference knows no action that takes the resources, it may be wrong. */
function anyExample(
  allow: LocatedStatement,
  resources: readonly NamedResource[],
  limits: Limits,
  asker: Asker,
): ActionOnResource[] {
  const targets = resources.flatMap((resource) => concrete(resource, asker)).slice(0, 1)
  return targets.flatMap((target) => {
    const place = placesIn(allow.statement).find((each) =>
      isHarmful([allActions()[each]?.name ?? '', target], limits, asker),
    )
    const action = allActions()[place ?? -1]
    return action === undefined ? [] : [[action.name, target] as const]
  })
}

/** Stand for wildcards, as values of variables may have the characters. */
const [ANY, ONE] = ['\u0002', '\u0003']

/** An ARN that the pattern matches; none if a variable in it has no value. */
function concrete({ pattern, hasVariables: hasAny }: NamedResource, asker: Asker): string[] {
  if (pattern === '*') return ['*']
  const { partition, account } = asker.subject
  const lookup = hasAny ? lookupFor(asker) : undefined
  const parts = readPattern(pattern.replaceAll(WITHIN_PART, '*'), { wildcards: 'resource', lookup })
  const text = parts?.map((part) =>
    'text' in part ? part.text : part.wildcard === '*' ? ANY : ONE,
  )
  const usual = ['arn', partition, 'x', 'us-east-1', account]
  const filled = text
    ?.join('')
    .split(':')
    .map((part, index) => (part === ANY ? usual[index] : part.replaceAll(WILDCARDS, 'x')) ?? 'x')
    .join(':')
  return filled === undefined ? [] : [filled]
}

const WILDCARDS = new RegExp(`[${ANY}${ONE}]`, 'g')

/** For a key whose value is not known, the evaluator finds the value that matches. */
function lookupFor({ context }: Asker): VariableLookup {
  const read = contextReader(context)
  return (key) => {
    if (isName(key)) return NAME
    const known = read(key)
    if (isUnknown(known)) return 'x'
    return typeof known === 'string' ? known : undefined
  }
}
