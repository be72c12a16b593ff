/** Resources of requests that stand for all that a pattern of a policy matches; pure. */
import {
  arnPattern,
  patternsOverlap,
  withAnyValues,
  WITHIN_PART,
} from '../policy/actions/overlap.ts'
import { matchesPattern, readPattern, variablesIn, type VariableLookup } from '../policy/pattern.ts'
import { contextReader, isUnknown, type OpenContext } from '../policy/request-context.ts'
import type { Subject } from '../policy/subject.ts'
import { findWitnesses } from '../policy/witness.ts'

/** Stand for the name of the user, and for whatever a wildcard leaves open; no name, tag or policy has them. */
export const NAME = '\u0001'
const ANY = '\u0002'

/** The user who stands for all of a class. */
export interface Asker {
  readonly subject: Subject
  readonly context: OpenContext
}

/** A resource as a policy names it. */
export interface NamedResource {
  readonly pattern: string
  /** Whether `${...}` in it are variables. */
  readonly hasVariables: boolean
}

/** The resource of a request of this user. */
export function forUser(resource: string, name: string): string {
  return resource.replaceAll(NAME, () => name)
}

/** The same for people, who read `x` for anything. */
export function describeResource(resource: string, name: string): string {
  return forUser(resource, name).replaceAll(ANY, 'x')
}

/** An ARN that the pattern matches; none if a variable in it has no value. */
export function concrete({ pattern, hasVariables: hasAny }: NamedResource, asker: Asker): string[] {
  if (pattern === '*') return ['*']
  const { partition, account } = asker.subject
  const lookup = hasAny ? lookupFor(asker) : undefined
  const parts = readPattern(pattern.replaceAll(WITHIN_PART, '*'), { wildcards: 'resource', lookup })
  const usual = ['arn', partition, ANY, 'us-east-1', account]
  const filled = parts
    ?.map((part) => ('text' in part ? part.text : ANY))
    .join('')
    .split(':')
    .map((part, index) => (part === ANY ? (usual[index] ?? ANY) : part))
    .join(':')
  return filled === undefined ? [] : [filled]
}

/** A resource that two patterns match; none where an example of one of them is such a resource. */
export function meet(one: NamedResource, other: NamedResource, asker: Asker): NamedResource[] {
  if (one.pattern === '*') return []
  const [left, right] = [withUsual(one, other, asker), withUsual(other, one, asker)]
  if (!mayMeet(left, right) || hasExampleIn(left, right, asker)) return []
  if (hasExampleIn(right, left, asker)) return []
  const groups = [left, right].map(({ pattern, hasVariables }) => {
    const lookup = hasVariables ? lookupFor(asker) : undefined
    const parts = readPattern(pattern, { wildcards: 'resource', lookup })
    return parts === undefined ? [] : [{ parts, ignoreCase: false }]
  })
  const found = findWitnesses(groups)?.find((text) =>
    [left, right].every((each) => isIn(text, each, asker)),
  )
  return found === undefined ? [] : [{ pattern: found, hasVariables: false }]
}

function mayMeet({ pattern: left }: NamedResource, { pattern: right }: NamedResource): boolean {
  return patternsOverlap(arnPattern(withAnyValues(left)), arnPattern(withAnyValues(right)))
}

function hasExampleIn(one: NamedResource, other: NamedResource, asker: Asker): boolean {
  return concrete(one, asker).every((each) => isIn(each, other, asker))
}

function isIn(resource: string, { pattern, hasVariables }: NamedResource, asker: Asker): boolean {
  const lookup = hasVariables ? lookupFor(asker) : undefined
  return matchesPattern(resource, pattern, { wildcards: 'resource', lookup })
}

/** With the usual partition, region and account where both patterns leave them open. */
function withUsual(
  { pattern, hasVariables }: NamedResource,
  other: NamedResource,
  { subject: { partition, account } }: Asker,
): NamedResource {
  const usual = [undefined, partition, undefined, 'us-east-1', account]
  const theirs = other.pattern.split(':')
  const parts = pattern
    .split(':')
    .map(
      (part, index) => (part === '*' && theirs[index] === '*' ? usual[index] : undefined) ?? part,
    )
  return { pattern: parts.join(':'), hasVariables }
}

/** For a key whose value is not known, the evaluator finds the value that matches. */
export function lookupFor({ context }: Asker): VariableLookup {
  const read = contextReader(context)
  return (key) => {
    if (isUserName(key)) return NAME
    const known = read(key)
    if (isUnknown(known)) return ANY
    return typeof known === 'string' ? known : undefined
  }
}

export function isUserName(key: string): boolean {
  return key.toLowerCase() === 'aws:username'
}

export function hasUserName(pattern: string): boolean {
  return variablesIn(pattern).some(isUserName)
}
