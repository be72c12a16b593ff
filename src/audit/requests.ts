/** The requests by which an audit judges a user; pure. */
import type { KnownAction } from '../policy/actions/catalog.ts'
import { WITHIN_PART } from '../policy/actions/overlap.ts'
import { mayStayOpen } from '../policy/checks/exemptions.ts'
import { hasVariables, resourceApplies, type LocatedStatement } from '../policy/evaluate.ts'
import { everydayRequests, type ActionOnResource } from '../policy/mfa-deny.ts'
import { readPattern, type VariableLookup } from '../policy/pattern.ts'
import { contextReader, isUnknown, type OpenContext } from '../policy/request-context.ts'
import { ownArn, type Subject } from '../policy/subject.ts'
import { allActions, overlapWith, placesIn, placesMatching } from './action-groups.ts'
import { named, type Limits, type NamedResource } from './limits.ts'

/** Stands for the name of the user; no name has it. */
const NAME = '\u0001'

/** The user who stands for all of a class. */
export interface Asker {
  readonly subject: Subject
  readonly context: OpenContext
}

/** Everyday work. Resources have a mark for the user's name. */
export function everydayRequestsOf({ subject }: Asker): readonly ActionOnResource[] {
  return everydayRequests({ ...subject, user: NAME })
}

/** The resource of a request of this user. */
export function forUser(resource: string, name: string): string {
  return resource.replaceAll(NAME, () => name)
}

/**
 * Examples of everything that an Allow names: one for each resource and each group of actions that the limits do not tell
 * apart. Without what may stay open. Resources have a mark for the user's name.
 */
export function examplesOf(
  allow: LocatedStatement,
  limits: Limits,
  asker: Asker,
): readonly ActionOnResource[] {
  const own = named(allow, allow.statement.Resource ?? ['*'])
  const found = [...own, ...limits.leftOut].flatMap((resource) => [
    ...examplesOn(resource, allow, limits, asker),
    ...unknownActions(resource, allow, asker),
  ])
  return found.length > 0 ? found : anyExample(allow, own, limits, asker)
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
  for (const { action, group } of limits.samplesOf(allow.statement)) {
    if (found.has(group) || !isTaken(action.resources)) continue
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
