import { conditionHolds, type ContextValue } from './condition.ts'
import type { Conditions, PolicyDocument, Statement } from './document.ts'
import { resembles, type Lookup } from './pattern.ts'

export interface NamedPolicy {
  readonly name: string
  readonly document: PolicyDocument
}

export interface PolicyRequest {
  /** `service:Action`, as in `iam:ListUsers`. */
  readonly action: string
  /** An ARN, or `*` for actions that have no resource. */
  readonly resource: string
  /** Keys are compared without regard to case. */
  readonly context: Readonly<Record<string, ContextValue>>
}

export interface Evaluation {
  readonly decision: 'allowed' | 'explicitDeny' | 'implicitDeny'
  /** The statement that decided; none for an implicit deny. */
  readonly statement?: StatementName
}

export interface StatementName {
  readonly policy: string
  readonly sid: string | undefined
  /** Counted from 0 in its policy. */
  readonly index: number
}

interface Facts extends PolicyRequest {
  readonly valueOf: (key: string) => ContextValue
  readonly lookup: Lookup | undefined
}

/**
 * What identity policies decide about a request; an explicit deny beats every allow.
 * It errs on the side of denying: a condition whose operator is unknown here never holds
 * in an Allow and always holds in a Deny.
 */
export function evaluate(policies: readonly NamedPolicy[], request: PolicyRequest): Evaluation {
  const matching = policies.flatMap(({ name, document }) => {
    const facts = factsFor(document, request)
    return document.Statement.flatMap((statement, index) =>
      applies(statement, facts)
        ? [{ effect: statement.Effect, statement: { policy: name, sid: statement.Sid, index } }]
        : [],
    )
  })
  const deny = matching.find(({ effect }) => effect === 'Deny')
  if (deny) return { decision: 'explicitDeny', statement: deny.statement }
  const [allow] = matching
  return allow ? { decision: 'allowed', statement: allow.statement } : { decision: 'implicitDeny' }
}

function factsFor(document: PolicyDocument, request: PolicyRequest): Facts {
  const context = new Map(
    Object.entries(request.context).map(([key, value]) => [key.toLowerCase(), value]),
  )
  const valueOf = (key: string) => context.get(key.toLowerCase())
  const lookup = (name: string) => {
    const value = valueOf(name)
    return typeof value === 'string' ? value : undefined
  }
  // IAM User Guide, "Policy variables": Version 2008-10-17 takes them as plain text.
  return { ...request, valueOf, lookup: document.Version === '2012-10-17' ? lookup : undefined }
}

function applies(statement: Statement, facts: Facts): boolean {
  return (
    actionApplies(statement, facts) &&
    resourceApplies(statement, facts) &&
    conditionsHold(statement.Condition ?? {}, statement.Effect, facts)
  )
}

function actionApplies({ Action, NotAction }: Statement, { action }: Facts): boolean {
  const isNamed = (pattern: string) =>
    resembles(action, pattern, { wildcards: 'any', ignoreCase: true })
  return Action ? Action.some(isNamed) : !(NotAction ?? []).some(isNamed)
}

function resourceApplies({ Resource, NotResource }: Statement, facts: Facts): boolean {
  const isNamed = (pattern: string) =>
    pattern === '*' ||
    resembles(facts.resource, pattern, { wildcards: 'resource', lookup: facts.lookup })
  return Resource ? Resource.some(isNamed) : !(NotResource ?? []).some(isNamed)
}

function conditionsHold(
  conditions: Conditions,
  effect: Statement['Effect'],
  { valueOf, lookup }: Facts,
): boolean {
  return Object.entries(conditions).every(([operator, keys]) =>
    Object.entries(keys).every(
      ([key, expected]) =>
        conditionHolds(operator, valueOf(key), expected, lookup) ?? effect === 'Deny',
    ),
  )
}
