/** Conditions with every operator of IAM, at random. */
import fc from 'fast-check'
import type { ContextValue } from '../../src/policy/condition.ts'

export const oneOrMore = <T>(each: fc.Arbitrary<T>) =>
  fc.oneof(each, fc.array(each, { minLength: 1, maxLength: 3 }))
export const from = (...values: string[]) => fc.constantFrom(...values)

const TEXTS = ['', 'alice', 'bob', 'al', 'Alice', 'a*', 'ops/alice', 'a:b']
const VARIABLES = ['${aws:username}', "${aws:PrincipalTag/team, 'bob'}", '${aws:PrincipalTag/none}']
const ADDRESSES = ['10.0.0.1', '10.0.0.255', '11.0.0.1', '2001:db8::1', '2001:db8:0:1::1']
export const ARNS = [
  'arn:aws:iam::123456789012:user/alice',
  'arn:aws:iam::123456789012:user/ops/alice',
  'arn:aws:iam::123456789012:mfa/alice',
  'arn:aws-cn:iam::210987654321:user/alice',
  'arn:aws:lambda:us-east-1:123456789012:function:work:1',
  'arn:aws:s3:::bucket/alice/file',
]

/** A pattern for the segment of an ARN. */
const segmentPattern = (segment: string) =>
  from(
    segment,
    segment,
    '*',
    `${segment.slice(0, 2)}*`,
    `*${segment.slice(2)}`,
    segment.replace(/.$/, '?'),
    `${segment}?`,
    segment.replace(/alice/, '${aws:username}'),
  )

/** The type of a resource, such as `user/`, has no wildcards: IAM's guide does not allow them. */
export const arnPattern = from(...ARNS).chain((arn) => {
  const [, partition = '', service = '', region = '', account = '', ...rest] = arn.split(':')
  const end = rest.join(':').search(/[/:]/) + 1
  const [type, name] = [rest.join(':').slice(0, end), rest.join(':').slice(end)]
  return fc
    .tuple(
      segmentPattern(partition),
      segmentPattern(service),
      segmentPattern(region),
      segmentPattern(account),
      fc.oneof(
        { weight: 6, arbitrary: fc.tuple(fc.constant(type), segmentPattern(name)) },
        fc.constant<[string, string]>(['', '*']),
      ),
    )
    .filter((segments) => !segments.slice(0, 4).some((each) => each.includes('${')))
    .map(([first, second, third, fourth, last]) =>
      ['arn', first, second, third, fourth, last.join('')].join(':'),
    )
})

export interface Kind {
  readonly operators: readonly string[]
  readonly expected: fc.Arbitrary<string>
  readonly actual: readonly string[]
}

const by = (prefix: string, ...suffixes: string[]) => suffixes.map((each) => prefix + each)
const ORDER = ['Equals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals']
const [POSITIVE_TEXT, NEGATED_TEXT] = [
  by('String', 'Equals', 'EqualsIgnoreCase'),
  by('String', 'NotEquals', 'NotEqualsIgnoreCase', 'NotLike'),
]

/** Every operator, with values of its kind. */
export const KINDS: Readonly<Record<string, Kind>> = {
  text: { operators: POSITIVE_TEXT, expected: from(...TEXTS, ...VARIABLES), actual: TEXTS },
  'negated text': { operators: NEGATED_TEXT, expected: from(...TEXTS, '?l*'), actual: TEXTS },
  pattern: {
    operators: ['StringLike'],
    expected: from(
      ...TEXTS,
      ...VARIABLES,
      '*',
      '?l*',
      '*e',
      'a*e',
      '${*}',
      'a${*}',
      '*${aws:username}',
    ),
    actual: TEXTS,
  },
  number: {
    operators: by('Numeric', ...ORDER, 'NotEquals'),
    expected: from('9', '9.5', '10', '-1', '11.25'),
    actual: ['9', '9.5', '10', '0', '11.25'],
  },
  date: {
    operators: by('Date', ...ORDER, 'NotEquals'),
    expected: from('2026-01-01', '2026-01-01T00:00:00Z', '2026-06-30T12:00:00+02:00'),
    actual: ['2026-01-01T00:00:00Z', '2026-06-30T10:00:00Z', '2027-01-01T00:00:00.5Z'],
  },
  epoch: {
    operators: by('Date', ...ORDER, 'NotEquals'),
    expected: from('1767225600', '1767225601'),
    actual: ['1767225600', '1767225599', '1767225601'],
  },
  boolean: {
    operators: ['Bool'],
    expected: from('true', 'false', 'True'),
    actual: ['true', 'false'],
  },
  binary: { operators: ['BinaryEquals'], expected: from('QUJD', 'qujd'), actual: ['QUJD', 'QQ=='] },
  address: {
    operators: ['IpAddress', 'NotIpAddress'],
    expected: from('10.0.0.0/8', '10.0.0.1/32', '10.0.0.128/25', '2001:db8::/64', '::/0'),
    actual: ADDRESSES,
  },
  arn: { operators: by('Arn', 'Like', 'Equals'), expected: arnPattern, actual: ARNS },
  'negated arn': {
    operators: by('Arn', 'NotLike', 'NotEquals'),
    expected: arnPattern.filter((pattern) => !pattern.includes('${')),
    actual: ARNS,
  },
  presence: { operators: ['Null'], expected: from('true', 'false'), actual: TEXTS },
}

/** A set operator, an operator and IfExists; without ForAnyValue with IfExists, of which iam-simulate knows nothing. */
const operatorOf = ({ operators }: Kind) =>
  fc
    .tuple(from('', '', 'ForAllValues:', 'ForAnyValue:'), from(...operators), from('', 'IfExists'))
    .map(([set, name, ifExists]) => {
      if (name === 'Null') return name
      return set + name + (set === 'ForAnyValue:' ? '' : ifExists)
    })

export const valueOf = (values: readonly string[]): fc.Arbitrary<ContextValue> =>
  fc.oneof(
    { weight: 4, arbitrary: from(...values) },
    { weight: 2, arbitrary: fc.constant(undefined) },
    fc.array(from(...values), { minLength: 1, maxLength: 3 }),
  )

export const KEY = 'aws:PrincipalTag/any'
export const conditionOf = (kind: Kind) =>
  fc
    .tuple(operatorOf(kind), oneOrMore(kind.expected))
    .map(([operator, expected]) => ({ [operator]: { [KEY]: expected } }))
