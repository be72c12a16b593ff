import { isInRange } from './ip.ts'
import { resembles, type Lookup, type PatternRules } from './pattern.ts'

/** What a request has for a context key; a list makes it a multivalued key. */
export type ContextValue = string | readonly string[] | undefined

type Test = (actual: string, expected: string, lookup: Lookup | undefined) => boolean

interface Operator {
  readonly set: string | undefined
  readonly test: Test
  readonly negated: boolean
  readonly ifExists: boolean
}

const OPERATOR = /^(?:(forallvalues|foranyvalue):)?(.+?)(ifexists)?$/

const TESTS: Readonly<Record<string, Test>> = {
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
}

const NEGATIONS: Readonly<Record<string, string>> = {
  stringnotequals: 'stringequals',
  stringnotequalsignorecase: 'stringequalsignorecase',
  stringnotlike: 'stringlike',
  arnnotequals: 'arnequals',
  arnnotlike: 'arnlike',
  notipaddress: 'ipaddress',
  numericnotequals: 'numericequals',
  datenotequals: 'dateequals',
}

/** Undefined: the operator is not one we know. */
export function conditionHolds(
  operatorName: string,
  actual: ContextValue,
  expected: readonly string[],
  lookup: Lookup | undefined,
): boolean | undefined {
  const isAbsent = actual === undefined || actual.length === 0
  const name = operatorName.toLowerCase()
  if (name === 'null') return expected.some((value) => value.toLowerCase() === String(isAbsent))
  const operator = readOperator(name)
  if (operator === undefined) return undefined
  if (isAbsent) return holdsWhenAbsent(operator)

  const holds = (value: string) =>
    expected.some((each) => operator.test(value, each, lookup)) !== operator.negated
  if (operator.set === 'forallvalues') return [actual].flat().every(holds)
  if (operator.set === 'foranyvalue') return [actual].flat().some(holds)
  // IAM User Guide, "Multivalued context keys": they need a set operator.
  return typeof actual === 'string' && holds(actual)
}

function readOperator(name: string): Operator | undefined {
  const [, set, base = '', ifExists] = OPERATOR.exec(name) ?? []
  const positive = NEGATIONS[base]
  const test = TESTS[positive ?? base]
  return test && { set, test, negated: positive !== undefined, ifExists: ifExists !== undefined }
}

/** IAM User Guide, "Condition operators": negated ones hold for a key that is not there. */
function holdsWhenAbsent({ set, negated, ifExists }: Operator): boolean {
  if (ifExists || set === 'forallvalues') return true
  return set === undefined && negated
}

function text(rules: PatternRules): Test {
  return (actual, expected, lookup) => resembles(actual, expected, { ...rules, lookup })
}

/** Text that is no number or date compares as NaN, which no comparison holds for. */
function comparisons(prefix: string, read: (text: string) => number): Record<string, Test> {
  const test = (compare: (actual: number, expected: number) => boolean): Test => {
    return (actual, expected) => compare(read(actual), read(expected))
  }
  return {
    [`${prefix}equals`]: test((actual, expected) => actual === expected),
    [`${prefix}lessthan`]: test((actual, expected) => actual < expected),
    [`${prefix}lessthanequals`]: test((actual, expected) => actual <= expected),
    [`${prefix}greaterthan`]: test((actual, expected) => actual > expected),
    [`${prefix}greaterthanequals`]: test((actual, expected) => actual >= expected),
  }
}

/** ISO 8601, or seconds since the epoch (as `aws:EpochTime` has them). */
function readDate(value: string): number {
  return /^\d{5,}$/.test(value) ? Number(value) * 1000 : Date.parse(value)
}
