/** Actions that AWS does not have, and resources that an action never has. */
import {
  actionsMatching,
  closestAction,
  resourcesOf,
  type KnownAction,
} from '../actions/catalog.ts'
import { arnPattern, patternsOverlap } from '../actions/overlap.ts'
import type { PolicyProblem } from '../findings.ts'
import { locateStatements, type LocatedStatement } from '../mfa-deny.ts'
import type { CheckedPolicies } from './checked-policies.ts'

export function checkActions({ policies }: CheckedPolicies): PolicyProblem[] {
  return locateStatements(policies).flatMap((at) => [...findUnknown(at), ...findUnreached(at)])
}

function findUnknown(at: LocatedStatement): PolicyProblem[] {
  const { Action = [], NotAction = [] } = at.statement
  return [...Action, ...NotAction]
    .filter((action) => actionsMatching(action).length === 0)
    .map((action) => ({ code: 'unknown-action', at, action, near: closestAction(action) }))
}

/** Actions of the statement that none of its resources can be asked for with. */
function findUnreached(at: LocatedStatement): PolicyProblem[] {
  const { Action = [], Resource = ['*'] } = at.statement
  if (Resource.includes('*')) return []
  // A variable stands for any text, but not for none.
  const patterns = Resource.map((each) => arnPattern(each.replace(/\$\{[^}]*\}/g, '?*')))
  const unreached = Action.flatMap((action): [string, KnownAction[]][] => {
    const known = actionsMatching(action)
    const isReached = known.length === 0 || known.some((each) => isReachedBy(each, patterns))
    return isReached ? [] : [[action, known]]
  })
  if (unreached.length === 0) return []
  const resources = [
    ...new Set(unreached.flatMap(([, known]) => known.flatMap((each) => each.resources))),
  ]
  const actions = unreached.map(([action]) => action)
  return [{ code: 'resource-never-matches', at, actions, resources }]
}

/**
 * Actions without a resource of their own take `*` only (IAM JSON policy elements: Resource). Some that list
 * are asked for with the ARN of all that they list, as in `arn:aws:iam::123456789012:user/`.
 */
function isReachedBy({ name, resources }: KnownAction, patterns: readonly string[]): boolean {
  const [service = '', action = ''] = name.split(':')
  const isList = resources.length === 0 && action.startsWith('List')
  const all = isList ? resourcesOf(service).map((each) => each.replace(/\*$/, '')) : resources
  return all.some((each) => patterns.some((pattern) => patternsOverlap(pattern, each)))
}
