import { conditionHolds, type ContextValue } from './condition.ts'
import type { Conditions, PolicyDocument, Statement } from './document.ts'
import { matchesAction, matchesPattern, type VariableLookup } from './pattern.ts'

export interface NamedPolicy {
  readonly name: string
  readonly document: PolicyDocument
}

export interface PolicyRequest {
  /** `service:Action`, as in `iam:ListUsers`. */
  readonly action: string
  /** An ARN, or `*` for actions without a resource. */
  readonly resource: string
  /** The case of keys does not matter. */
  readonly context: Readonly<Record<string, ContextValue>>
}

export interface Evaluation {
  readonly decision: 'allowed' | 'explicitDeny' | 'implicitDeny'
  /** The statement that decided; none for an implicit deny. */
  readonly statement?: {
    readonly policy: string
    readonly sid: string | undefined
    /** Counted from 0 in its policy. */
    readonly index: number
  }
}

interface PreparedRequest extends PolicyRequest {
  readonly valueOf: (key: string) => ContextValue
  readonly lookup: VariableLookup | undefined
}

/**
 * What identity policies decide about a request (IAM User Guide, "Policy evaluation logic"): an
 * explicit deny overrides every allow. A condition with an unknown operator never holds in an Allow
 * and always holds in a Deny.
 */
export function evaluate(policies: readonly NamedPolicy[], request: PolicyRequest): Evaluation {
  const matching = policies.flatMap(({ name, document }) => {
    const prepared = prepare(document, request)
    return document.Statement.flatMap((statement, index) =>
      applies(statement, prepared)
        ? [{ effect: statement.Effect, statement: { policy: name, sid: statement.Sid, index } }]
        : [],
    )
  })
  const deny = matching.find(({ effect }) => effect === 'Deny')
  if (deny) return { decision: 'explicitDeny', statement: deny.statement }
  const [allow] = matching
  return allow ? { decision: 'allowed', statement: allow.statement } : { decision: 'implicitDeny' }
}

function prepare(document: PolicyDocument, request: PolicyRequest): PreparedRequest {
  const context = new Map(
    Object.entries(request.context).map(([key, value]) => [key.toLowerCase(), value]),
  )
  const valueOf = (key: string) => context.get(key.toLowerCase())
  const lookup = (name: string) => {
    const value = valueOf(name)
    return typeof value === 'string' ? value : undefined
  }
  // IAM User Guide, "Policy variables": Version 2008-10-17 treats them as literal text.
  return { ...request, valueOf, lookup: document.Version === '2012-10-17' ? lookup : undefined }
}

function applies(statement: Statement, request: PreparedRequest): boolean {
  return (
    actionApplies(statement, request) &&
    resourceApplies(statement, request) &&
    conditionsHold(statement.Condition ?? {}, statement.Effect, request)
  )
}

function actionApplies({ Action, NotAction }: Statement, { action }: PreparedRequest): boolean {
  const matches = (pattern: string) => matchesAction(action, pattern)
  return Action ? Action.some(matches) : !(NotAction ?? []).some(matches)
}

function resourceApplies(
  { Resource, NotResource }: Statement,
  { resource, lookup }: PreparedRequest,
): boolean {
  const matches = (pattern: string) =>
    pattern === '*' || matchesPattern(resource, pattern, { wildcards: 'resource', lookup })
  return Resource ? Resource.some(matches) : !(NotResource ?? []).some(matches)
}

function conditionsHold(
  conditions: Conditions,
  effect: Statement['Effect'],
  { valueOf, lookup }: PreparedRequest,
): boolean {
  return Object.entries(conditions).every(([operator, keys]) =>
    Object.entries(keys).every(
      ([key, expected]) =>
        conditionHolds(operator, valueOf(key), expected, lookup) ?? effect === 'Deny',
    ),
  )
}
