import { isInRange } from './ip.ts'
import { matchesPattern, type PatternRules, type VariableLookup } from './pattern.ts'

/** A context key's value in a request; a list for a multivalued key. */
export type ContextValue = string | readonly string[] | undefined

type Comparison = (actual: string, expected: string, lookup: VariableLookup | undefined) => boolean

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
    binaryequals: (actual, expected) => actual === expected,
    ipaddress: isInRange,
    ...comparisons('numeric', Number),
    ...comparisons('date', readDate),
  }),
)

const NEGATION = /^(string|arn|numeric|date|)not(equals|equalsignorecase|like|ipaddress)$/

/** Undefined if the operator is unknown. */
export function conditionHolds(
  operatorName: string,
  actual: ContextValue,
  expected: readonly string[],
  lookup: VariableLookup | undefined,
): boolean | undefined {
  const isAbsent = actual === undefined || actual.length === 0
  const name = operatorName.toLowerCase()
  if (name === 'null') return expected.some((value) => value.toLowerCase() === String(isAbsent))
  const [, set, base = '', ifExists] = OPERATOR.exec(name) ?? []
  const positive = base.replace(NEGATION, '$1$2')
  const isNegated = positive !== base
  const compare = COMPARISONS.get(positive)
  if (compare === undefined) return undefined
  // IAM User Guide, "Condition operators": a negated operator holds if the key is absent.
  if (isAbsent) return Boolean(ifExists) || (set ? set === 'forallvalues' : isNegated)

  const holds = (value: string) =>
    expected.some((each) => compare(value, each, lookup)) !== isNegated
  if (set === 'forallvalues') return [actual].flat().every(holds)
  if (set === 'foranyvalue') return [actual].flat().some(holds)
  // IAM User Guide, "Multivalued context keys": they need a set operator such as ForAnyValue.
  return typeof actual === 'string' && holds(actual)
}

function text(rules: PatternRules): Comparison {
  return (actual, expected, lookup) => matchesPattern(actual, expected, { ...rules, lookup })
}

/** Text that is no number or date becomes NaN, for which every comparison is false. */
function comparisons(prefix: string, read: (text: string) => number): Record<string, Comparison> {
  const by =
    (compare: (actual: number, expected: number) => boolean): Comparison =>
    (actual, expected) =>
      compare(read(actual), read(expected))
  return {
    [`${prefix}equals`]: by((actual, expected) => actual === expected),
    [`${prefix}lessthan`]: by((actual, expected) => actual < expected),
    [`${prefix}lessthanequals`]: by((actual, expected) => actual <= expected),
    [`${prefix}greaterthan`]: by((actual, expected) => actual > expected),
    [`${prefix}greaterthanequals`]: by((actual, expected) => actual >= expected),
  }
}

/** ISO 8601, or seconds since the epoch (`aws:EpochTime`). */
function readDate(value: string): number {
  return /^\d{5,}$/.test(value) ? Number(value) * 1000 : Date.parse(value)
}
