import { closest } from '../closest.ts'

/** IAM User Guide, "IAM JSON policy elements: Condition operators". */
const OPERATORS = [
  ...['StringEquals', 'StringNotEquals', 'StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase'],
  ...['StringLike', 'StringNotLike'],
  ...['Numeric', 'Date'].flatMap((type) =>
    ['Equals', 'NotEquals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'].map(
      (comparison) => type + comparison,
    ),
  ),
  ...['Bool', 'BinaryEquals', 'IpAddress', 'NotIpAddress'],
  ...['ArnEquals', 'ArnNotEquals', 'ArnLike', 'ArnNotLike'],
]
const SETS = ['', 'ForAllValues:', 'ForAnyValue:']

/** Every operator that IAM takes. */
export const OPERATOR_NAMES = [
  ...SETS.flatMap((set) =>
    OPERATORS.flatMap((name) => ['', 'IfExists'].map((ending) => set + name + ending)),
  ),
  'Null',
]
const KNOWN = new Set(OPERATOR_NAMES.map((name) => name.toLowerCase()))

/** What is wrong with an operator's name; undefined if IAM takes it. */
export function describeOperatorProblem(name: string): string | undefined {
  if (KNOWN.has(name.toLowerCase())) return undefined
  const near = closest(name, OPERATOR_NAMES)
  return `no operator "${name}"${near === undefined ? '' : `; write ${near}`}`
}
