import { conditionHolds, type ContextValue } from './condition.ts'
import type { Conditions, PolicyDocument, Statement } from './document.ts'
import { matchesAction, matchesPattern, type VariableLookup } from './pattern.ts'

export interface NamedPolicy {
  readonly name: string
  readonly document: PolicyDocument
  /** Whether it is a permissions boundary, which allows nothing by itself. */
  readonly isBoundary?: boolean
}

/** A statement and where it is. */
export interface LocatedStatement {
  readonly statement: Statement
  /** Counted from 0 in its policy. */
  readonly index: number
  readonly policy: NamedPolicy
}

export interface PolicyRequest {
  /** `service:Action`, as in `iam:ListUsers`. */
  readonly action: string
  /** An ARN, or `*` for actions without a resource. */
  readonly resource: string
  /** The case of keys does not matter. A key that is not here is absent. */
  readonly context: Readonly<Record<string, ContextValue>>
}

export interface StatementReference {
  readonly policy: string
  readonly sid: string | undefined
  /** Counted from 0 in its policy. */
  readonly index: number
}

export interface Evaluation {
  readonly decision: 'allowed' | 'explicitDeny' | 'implicitDeny'
  /** The statement that decided; none for an implicit deny. */
  readonly statement?: StatementReference
}

export function locateStatements(policies: readonly NamedPolicy[]): LocatedStatement[] {
  return policies.flatMap((policy) =>
    policy.document.Statement.map((statement, index) => ({ statement, index, policy })),
  )
}

/**
 * What identity policies and a permissions boundary decide about a request (IAM User Guide, "Policy
 * evaluation logic"): an explicit deny in any of them overrides every allow, and both must allow. A
 * condition with an unknown operator never holds in an Allow and always holds in a Deny.
 */
export function evaluate(policies: readonly NamedPolicy[], request: PolicyRequest): Evaluation {
  return evaluateStatements(locateStatements(policies), request)
}

export function isLimited(statements: readonly LocatedStatement[]): boolean {
  return statements.some(({ policy }) => policy.isBoundary)
}

/** `hasBoundary` is for statements from which those that do not matter are left out. */
export function evaluateStatements(
  statements: readonly LocatedStatement[],
  { action, resource, context }: PolicyRequest,
  hasBoundary = isLimited(statements),
): Evaluation {
  const valueOf = valueReader(context)
  const applying = statements.filter((located) => {
    const { statement } = located
    const lookup = hasVariables(located) ? variableLookup(valueOf) : undefined
    return (
      actionApplies(statement, action) &&
      resourceApplies(statement, resource, lookup) &&
      clausesOf(statement.Condition).every(({ operator, key, values }) => {
        const holds = conditionHolds(operator, valueOf(key), values, lookup)
        return holds ?? statement.Effect === 'Deny'
      })
    )
  })
  const deny = applying.find(({ statement }) => statement.Effect === 'Deny')
  if (deny) return { decision: 'explicitDeny', statement: referTo(deny) }
  const allow = applying.find(({ policy }) => !policy.isBoundary)
  const isWithin = !hasBoundary || applying.some(({ policy }) => policy.isBoundary)
  return allow && isWithin
    ? { decision: 'allowed', statement: referTo(allow) }
    : { decision: 'implicitDeny' }
}

/** One condition of a statement: it holds if the operator does for the key and any of the values. */
export interface Clause {
  readonly operator: string
  readonly key: string
  readonly values: readonly string[]
}

export function clausesOf(conditions: Conditions = {}): Clause[] {
  return Object.entries(conditions).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => ({ operator, key, values })),
  )
}

export function actionApplies({ Action, NotAction }: Statement, action: string): boolean {
  const matches = (pattern: string) => matchesAction(action, pattern)
  return Action ? Action.some(matches) : !(NotAction ?? []).some(matches)
}

export function resourceApplies(
  { Resource, NotResource }: Statement,
  resource: string,
  lookup: VariableLookup | undefined,
): boolean {
  const matches = (pattern: string) =>
    pattern === '*' || matchesPattern(resource, pattern, { wildcards: 'resource', lookup })
  return Resource ? Resource.some(matches) : !(NotResource ?? []).some(matches)
}

/** What a statement names as resources, be it to leave them out. */
export function resourcePatterns({ Resource = [], NotResource = [] }: Statement): string[] {
  return [...Resource, ...NotResource]
}

/** IAM User Guide, "Policy variables": Version 2008-10-17 treats them as literal text. */
export function hasVariables({ policy }: LocatedStatement): boolean {
  return policy.document.Version === '2012-10-17'
}

/** Only a single value replaces a variable (IAM User Guide, "Multivalued context keys"). */
export function variableLookup(valueOf: (key: string) => ContextValue): VariableLookup {
  return (name) => {
    const value = valueOf(name)
    return typeof value === 'string' ? value : undefined
  }
}

const readers = new WeakMap<PolicyRequest['context'], (key: string) => ContextValue>()

/** The values of a context by key in any case. */
export function valueReader(context: PolicyRequest['context']): (key: string) => ContextValue {
  const reader = readers.get(context) ?? createReader(context)
  readers.set(context, reader)
  return reader
}

function createReader(context: PolicyRequest['context']): (key: string) => ContextValue {
  const values = new Map(
    Object.entries(context).map(([key, value]) => [key.toLowerCase(), value] as const),
  )
  return (key) => values.get(key.toLowerCase())
}

const references = new WeakMap<LocatedStatement, StatementReference>()

/** The same object for the same statement, as policies of the same name may be two. */
export function referTo(located: LocatedStatement): StatementReference {
  const { statement, index, policy } = located
  const known = references.get(located) ?? { policy: policy.name, sid: statement.Sid, index }
  references.set(located, known)
  return known
}
