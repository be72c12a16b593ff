import { memoize } from '../memoize.ts'
import { isInRange } from './ip.ts'
import { matchesPattern, type PatternRules, type VariableLookup } from './pattern.ts'

/** A context key's value in a request; a list for a multivalued key; undefined if it is absent. */
export type ContextValue = string | readonly string[] | undefined

type Compare = (actual: string, expected: string, lookup: VariableLookup | undefined) => boolean

/** How an operator compares: text by patterns, numbers, dates or addresses by their order. */
interface Comparison {
  readonly kind: 'text' | 'number' | 'date' | 'address'
  readonly compare: Compare
  /** Of text that is a pattern. */
  readonly rules?: PatternRules
}

export interface Operator extends Comparison {
  readonly set: 'forallvalues' | 'foranyvalue' | undefined
  readonly isNegated: boolean
  readonly ifExists: boolean
}

const OPERATOR = /^(?:(forallvalues|foranyvalue):)?(.+?)(ifexists)?$/

/** A map, so that no operator is found on the prototype of an object. */
const COMPARISONS: ReadonlyMap<string, Comparison> = new Map(
  Object.entries({
    stringequals: text({ wildcards: 'none' }),
    stringequalsignorecase: text({ wildcards: 'none', ignoreCase: true }),
    stringlike: text({ wildcards: 'any' }),
    arnequals: text({ wildcards: 'arn' }),
    arnlike: text({ wildcards: 'arn' }),
    bool: text({ wildcards: 'none', ignoreCase: true }),
    binaryequals: { kind: 'text', compare: (actual, expected) => actual === expected },
    ipaddress: { kind: 'address', compare: isInRange },
    ...comparisons('numeric', 'number', readNumber),
    ...comparisons('date', 'date', readDate),
  } satisfies Record<string, Comparison>),
)

const NEGATION = /^(string|arn|numeric|date|)not(equals|equalsignorecase|like|ipaddress)$/

/** Undefined for `Null`, which compares nothing, and for an operator that IAM does not have. */
export const readOperator = memoize((name: string): Operator | undefined => {
  const [, set, base = '', ifExists] = OPERATOR.exec(name.toLowerCase()) ?? []
  const positive = base.replace(NEGATION, '$1$2')
  const comparison = COMPARISONS.get(positive)
  return (
    comparison && {
      ...comparison,
      set: set as Operator['set'],
      isNegated: positive !== base,
      ifExists: ifExists !== undefined,
    }
  )
})

export function isNullOperator(name: string): boolean {
  return name.toLowerCase() === 'null'
}

/** Undefined if the operator is unknown. */
export function conditionHolds(
  operatorName: string,
  actual: ContextValue,
  expected: readonly string[],
  lookup: VariableLookup | undefined,
): boolean | undefined {
  const isAbsent = actual === undefined || (Array.isArray(actual) && actual.length === 0)
  if (isNullOperator(operatorName)) {
    return expected.some((value) => value.toLowerCase() === String(isAbsent))
  }
  const operator = readOperator(operatorName)
  if (operator === undefined) return undefined
  const { set, isNegated, ifExists, compare } = operator
  // IAM User Guide, "Condition operators": a negated operator holds if the key is absent.
  if (isAbsent) return ifExists || (set ? set === 'forallvalues' : isNegated)

  const holds = (value: string) =>
    expected.some((each) => compare(value, each, lookup)) !== isNegated
  if (set === 'forallvalues') return [actual].flat().every(holds)
  if (set === 'foranyvalue') return [actual].flat().some(holds)
  // IAM User Guide, "Multivalued context keys": they need a set operator such as ForAnyValue.
  return typeof actual === 'string' && holds(actual)
}

function text(rules: PatternRules): Comparison {
  return {
    kind: 'text',
    rules,
    compare: (actual, expected, lookup) => matchesPattern(actual, expected, { ...rules, lookup }),
  }
}

/** Text that is no number or date becomes NaN, for which every comparison is false. */
function comparisons(
  prefix: string,
  kind: Comparison['kind'],
  read: (text: string) => number,
): Record<string, Comparison> {
  const by = (compare: (actual: number, expected: number) => boolean): Comparison => ({
    kind,
    compare: (actual, expected) => compare(read(actual), read(expected)),
  })
  return {
    [`${prefix}equals`]: by((actual, expected) => actual === expected),
    [`${prefix}lessthan`]: by((actual, expected) => actual < expected),
    [`${prefix}lessthanequals`]: by((actual, expected) => actual <= expected),
    [`${prefix}greaterthan`]: by((actual, expected) => actual > expected),
    [`${prefix}greaterthanequals`]: by((actual, expected) => actual >= expected),
  }
}

/** Number('') is 0, and Number reads hexadecimals, too. */
export function readNumber(text: string): number {
  return /^[+-]?\d+(\.\d*)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN
}

/** W3C's profile of ISO 8601 (IAM User Guide, "Date condition operators"). */
const DATE = /^\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?)?$/

/** Milliseconds. Digits alone are seconds since the epoch, as in `aws:EpochTime`. */
export function readDate(value: string): number {
  if (/^\d{5,}$/.test(value)) return Number(value) * 1000
  return DATE.test(value) ? Date.parse(value) : NaN
}
