import type { NamedPolicy } from '../../policy/evaluate.ts'
import { readPolicy } from '../../policy/read-document.ts'
import { DescriptionProblem, type Place } from './problem.ts'

/** Inline or managed policies by name. Throws a DescriptionProblem. */
export function readPolicies(policies: Readonly<Record<string, object>>, place: Place) {
  return Object.entries(policies).map(([name, policy]): NamedPolicy & { text: string } => {
    const document = checkPolicy(policy, [...place, name])
    return { name, document, text: JSON.stringify(policy, undefined, 2) }
  })
}

function checkPolicy(policy: object, place: Place) {
  try {
    return readPolicy(policy)
  } catch (reason) {
    const { message } = reason as Error
    const [, statement] = /^Statement (\d+)/.exec(message) ?? []
    const isList = Array.isArray((policy as { Statement?: unknown }).Statement)
    const inside = statement !== undefined && isList ? ['Statement', Number(statement) - 1] : []
    throw new DescriptionProblem([...place, ...inside], `: ${message}`, place)
  }
}

/** The trust policy as JSON: a policy without resources whose statements have principals. */
export function checkTrustPolicy(policy: object, place: Place): string {
  const { Statement = [] } = policy as { Statement?: unknown }
  const statements = [Statement].flat().map((each: unknown, index) => {
    const { Principal, ...statement } = Object(each) as { Principal?: unknown }
    if (Principal !== undefined) return { ...statement, Resource: '*' }
    throw new DescriptionProblem(place, `: Statement ${index + 1} has no Principal`)
  })
  checkPolicy({ ...policy, Statement: statements }, place)
  return JSON.stringify(policy, undefined, 2)
}
