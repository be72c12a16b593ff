/** The requests by which an audit judges a user; pure. */
import { mayStayOpen } from '../policy/checks/exemptions.ts'
import { hasVariables, resourceApplies, type LocatedStatement } from '../policy/evaluate.ts'
import { everydayRequests, type ActionOnResource } from '../policy/mfa-deny.ts'
import { ownArn } from '../policy/subject.ts'
import { allActions, overlapWith, placesIn, placesMatching } from './action-groups.ts'
import { named, type Limits } from './limits.ts'
import { concrete, lookupFor, meet, NAME, type Asker, type NamedResource } from './resources.ts'

/** Everyday work. Resources have a mark for the user's name. */
export function everydayRequestsOf({ subject }: Asker): readonly ActionOnResource[] {
  return everydayRequests({ ...subject, user: NAME })
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
  const both = own.flatMap((one) => limits.leftOpen.flatMap((other) => meet(one, other, asker)))
  const found = [...own, ...limits.leftOpen, ...both].flatMap((resource) => [
    ...examplesOn(resource, allow, limits, asker),
    ...unknownActions(resource, allow, asker),
  ])
  return found.length > 0 ? found : anyExample(allow, own, limits, asker)
}

/** For each group, the first action that takes the resource and must not stay open; for each example of it that matters. */
function examplesOn(
  resource: NamedResource,
  allow: LocatedStatement,
  limits: Limits,
  asker: Asker,
): ActionOnResource[] {
  const isTaken = overlapWith(resource.pattern)
  const leavesOut = allow.statement.NotResource !== undefined
  const known = new Set<string>()
  return limits.samplesOf(allow.statement).flatMap((sample): ActionOnResource[] => {
    const { action, group } = sample
    const isForResources = resource.pattern === '*' && (leavesOut || sample.isForResources)
    const keyOf = (target: string): string => (isForResources ? `${group} ${target}` : `${group}`)
    if (known.has(`${group}`) || !isTaken(action.resources)) return []
    const some = isForResources ? action.resources : action.resources.slice(0, 1)
    const targets = targetsOf(some, resource, asker)
      .filter((target) => !known.has(keyOf(target)) && isWithin(allow, target, asker))
      .filter((target) => isHarmful([action.name, target], limits, asker))
    for (const target of targets) known.add(keyOf(target))
    return targets.map((target) => [action.name, target])
  })
}

/** Examples of the resource; of those that an action takes where the policy names none. */
function targetsOf(taken: readonly string[], resource: NamedResource, asker: Asker): string[] {
  if (resource.pattern !== '*') return concrete(resource, asker)
  if (taken.length === 0) return ['*']
  return taken.flatMap((pattern) => concrete({ pattern, hasVariables: false }, asker))
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
