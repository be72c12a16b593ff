import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { canEverHold, canHold } from '../../src/policy/can-hold.ts'
import { conditionHolds } from '../../src/policy/condition.ts'
import { clausesOf } from '../../src/policy/evaluate.ts'
import { credentialContext } from '../../src/policy/request-context.ts'
import { readPolicy } from '../../src/policy/read-document.ts'
import { conditionOf, KINDS } from '../support/conditions.ts'

const NOW = new Date('2026-11-27T12:00:00Z')

type Raw = Record<string, Record<string, string | string[]>>
function read(Condition: Raw) {
  const Statement = { Effect: 'Deny', Action: '*', Resource: '*', Condition }
  return readPolicy({ Version: '2012-10-17', Statement }).Statement[0]!.Condition!
}

const tag = (values: string | string[]) => ({ 'aws:PrincipalTag/t': values })
const tags = (values: string | string[]) => ({ 'aws:TagKeys': values })
const MFA = 'aws:MultiFactorAuthPresent'
const AGE = 'aws:MultiFactorAuthAge'

test.each<[conditions: Raw, holds: 'yes' | 'no']>([
  [{ Bool: { [MFA]: 'false' }, Null: { [MFA]: 'true' } }, 'no'],
  [{ BoolIfExists: { [MFA]: 'false' }, Null: { [MFA]: 'true' } }, 'yes'],
  [{ Bool: { [MFA]: 'true' }, BoolIfExists: { [MFA]: 'false' } }, 'no'],
  [{ Bool: { [MFA]: 'yes' } }, 'no'],
  [{ Bool: { [MFA]: 'true' }, Null: { [AGE]: 'true' } }, 'no'],
  [{ Bool: { [MFA]: 'false' }, Null: { [AGE]: 'true' } }, 'yes'],
  [{ Bool: { [MFA]: 'false' }, NumericLessThan: { [AGE]: '60' } }, 'no'],
  [{ Bool: { [MFA]: 'true' }, Null: { 'aws:TokenIssueTime': 'true' } }, 'no'],
  [{ NumericGreaterThan: { [AGE]: '129600' } }, 'no'],
  [{ NumericGreaterThanEquals: { [AGE]: '129600' } }, 'yes'],
  [{ NumericLessThan: { [AGE]: '0' } }, 'no'],
  [{ NumericLessThanIfExists: { [AGE]: '0' } }, 'yes'],
  [{ DateLessThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' } }, 'no'],
  [{ DateGreaterThan: { 'aws:CurrentTime': '2030-01-01T00:00:00Z' } }, 'yes'],
  [{ DateGreaterThan: { 'aws:CurrentTime': '2020-01-01' } }, 'yes'],
  [{ DateGreaterThan: { 'aws:EpochTime': '1900000000' } }, 'yes'],
  [{ DateLessThan: { 'aws:EpochTime': '1700000000' } }, 'no'],
  [{ NumericGreaterThan: { 'aws:EpochTime': '1700000000' } }, 'yes'],
  [{ DateLessThan: { 'aws:TokenIssueTime': '2026-11-01' } }, 'no'],
  [{ DateLessThanIfExists: { 'aws:TokenIssueTime': '2026-11-01' } }, 'yes'],
  [{ NumericLessThan: { 's3:max-keys': '5' }, NumericGreaterThan: { 's3:max-keys': '10' } }, 'no'],
  [{ NumericLessThan: { 's3:max-keys': '5' }, NumericGreaterThan: { 's3:max-keys': '4' } }, 'yes'],
  [{ NumericEquals: { k: ['5', '7'] }, NumericNotEquals: { k: ['5', '7'] } }, 'no'],
  [{ NumericEquals: { k: ['5', '7'] }, NumericNotEquals: { k: '5' } }, 'yes'],
  [{ DateEquals: { k: '2026-01-01' }, DateNotEquals: { k: '2026-01-01T00:00:00Z' } }, 'no'],
  [{ StringEquals: tag('a'), StringNotEquals: tag('a') }, 'no'],
  [{ StringEqualsIfExists: tag('a'), StringNotEquals: tag('a') }, 'yes'],
  [{ StringEqualsIfExists: tag('a'), StringNotEquals: tag('a'), Null: tag('false') }, 'no'],
  [{ StringEquals: tag('A'), StringNotEqualsIgnoreCase: tag('a') }, 'no'],
  [{ StringNotEquals: tag('a'), StringEqualsIgnoreCase: tag('a') }, 'yes'],
  [{ StringLike: tag('a*'), StringNotLike: tag('*b') }, 'yes'],
  [{ StringLike: tag(['a*', 'b']), StringNotLike: tag(['?*', 'c']) }, 'no'],
  [{ StringLike: tag('ab?'), StringNotLike: tag('*b*') }, 'no'],
  [{ StringLike: tag('*x*y*'), StringNotLike: tag(['*x', '*y']) }, 'yes'],
  [{ StringEquals: tag('') }, 'yes'],
  [{ ArnLike: tag('arn:aws:iam::*:user/*'), ArnNotLike: tag('arn:*:iam::*:*') }, 'no'],
  [{ ArnLike: tag('arn:aws:iam::*:*'), ArnNotEquals: tag('arn:aws:iam::*:user/*') }, 'yes'],
  [{ ArnLike: tag('arn:aws:*:user/*') }, 'no'],
  [{ StringLike: tag('arn:aws:iam::?:x'), ArnNotLike: tag('arn:aws:iam::?:x') }, 'yes'],
  [{ IpAddress: { k: '10.0.0.0/8' }, NotIpAddress: { k: '10.0.0.0/7' } }, 'no'],
  [{ IpAddress: { k: '10.0.0.0/7' }, NotIpAddress: { k: ['10.0.0.0/8', '11.1.0.0/16'] } }, 'yes'],
  [{ IpAddress: { k: '::/0' }, NotIpAddress: { k: '0.0.0.0/0' } }, 'yes'],
  [{ NotIpAddress: { k: ['::/0', '0.0.0.0/0'] }, Null: { k: 'true' } }, 'yes'],
  [{ BinaryEquals: { k: 'QQ==' }, Null: { k: 'true' } }, 'no'],
  [{ Null: { k: ['true', 'false'] } }, 'yes'],
  [{ Null: { 'aws:RequestedRegion': 'true' } }, 'no'],
  [{ 'ForAllValues:StringEquals': tags('a'), 'ForAnyValue:StringEquals': tags('b') }, 'no'],
  [
    { 'ForAllValues:StringEquals': tags(['a', 'b']), 'ForAnyValue:StringNotEquals': tags('a') },
    'yes',
  ],
  [{ 'ForAllValues:StringEquals': tags('a'), 'ForAllValues:StringNotEquals': tags('a') }, 'yes'],
  [
    {
      'ForAllValues:StringEquals': tags('a'),
      'ForAllValues:StringNotEquals': tags('a'),
      Null: tags('false'),
    },
    'no',
  ],
  [{ 'ForAnyValue:StringEquals': tags('a'), 'ForAnyValue:StringNotEquals': tags('a') }, 'yes'],
  [{ 'ForAnyValue:StringLike': tags('a'), Null: tags('true') }, 'no'],
  [{ StringEquals: tags('a') }, 'no'],
  [{ StringNotEquals: tags('a') }, 'yes'],
  [{ 'ForAnyValue:StringEquals': tag('a'), 'ForAnyValue:StringEqualsIgnoreCase': tag('b') }, 'no'],
  [{ StringEquals: { a: "${b, 'z'}" }, Null: { b: 'true' } }, 'yes'],
  [{ StringEquals: { a: '${b}' }, Null: { b: 'true' } }, 'no'],
  [{ StringEquals: { a: '${b}' }, StringNotEquals: { b: '${a}' } }, 'no'],
  [{ StringEquals: { a: '${b}', b: 'x' }, StringNotEquals: { a: 'y' } }, 'yes'],
  [{ StringEquals: { a: '${b}', b: 'x' }, StringNotEquals: { a: 'x' } }, 'no'],
])('the conditions %j can hold together: %s', (conditions, holds) => {
  expect(canEverHold(read(conditions), NOW).holds).toBe(holds)
})

describe('conditions that never hold together', () => {
  const clause = (operator: string, key: string, ...values: string[]) => ({ operator, key, values })

  it('are named, the fewest that do not', () => {
    const conditions = read({
      Bool: { 'aws:SecureTransport': 'true', [MFA]: 'false' },
      StringLike: { 'aws:PrincipalTag/team': 'a*' },
      Null: { [MFA]: 'true' },
    })
    const conflict = [clause('Bool', MFA, 'false'), clause('Null', MFA, 'true')]
    expect(canEverHold(conditions, NOW)).toEqual({ holds: 'no', conflict })
  })

  it('are one if it never holds alone', () => {
    const conditions = read({
      StringLike: { 'aws:PrincipalTag/team': 'a*' },
      DateLessThan: { 'aws:CurrentTime': '2020-01-01' },
    })
    const conflict = [clause('DateLessThan', 'aws:CurrentTime', '2020-01-01')]
    expect(canEverHold(conditions, NOW)).toEqual({ holds: 'no', conflict })
  })

  it('are all if any two can', () => {
    const conditions = read({ StringEquals: { a: '${b}', b: 'x' }, StringNotEquals: { a: 'x' } })
    expect(canEverHold(conditions, NOW).conflict).toEqual(clausesOf(conditions))
  })

  it('depend on the credentials', () => {
    const bare = read({ Null: { [MFA]: 'true' } })
    const holds = (kind: Parameters<typeof credentialContext>[0]) =>
      canHold(bare, credentialContext(kind, NOW)).holds
    expect(holds('bareKey')).toBe('yes')
    expect(holds('mfaSession')).toBe('no')
    expect(holds('roleSession')).toBe('yes')
  })

  it('are literal text in Version 2008-10-17', () => {
    const conditions = read({ StringEquals: { a: '${b}', b: 'x' }, StringNotEquals: { a: 'x' } })
    expect(canEverHold(conditions, NOW, '2008-10-17').holds).toBe('yes')
  })
})

it('is not known of too many sets of values', () => {
  const seven = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
  const conditions = read({
    'ForAnyValue:StringLike': tags(seven),
    'ForAllValues:StringLike': tags(['a', '*b', 'c*']),
    'ForAnyValue:StringEquals': tags(['a', 'c', 'e']),
    'ForAllValues:StringNotLike': tags(['a?', '??', 'd']),
    'ForAllValues:StringEquals': tags(['f', 'b', 'a', 'e']),
  })
  expect(canEverHold(conditions, NOW).holds).toBe('unknown')
})

const RUNS = 3000

test(`no value meets conditions of which it is said that none does, in ${RUNS} cases`, () => {
  const seen = { yes: 0, no: 0, unknown: 0 }
  const cases = fc.constantFrom(...Object.values(KINDS)).chain((kind) =>
    fc.tuple(
      fc.array(conditionOf(kind), { minLength: 2, maxLength: 4 }),
      fc.array(fc.oneof(kind.expected, fc.constantFrom(...kind.actual), fc.string()), {
        minLength: 5,
        maxLength: 20,
      }),
    ),
  )
  const lookup = (name: string) => (name === 'aws:username' ? 'alice' : undefined)
  fc.assert(
    fc.property(cases, ([all, texts]) => {
      const conditions = read(Object.assign({}, ...all) as Raw)
      const context = { 'aws:username': 'alice', 'aws:PrincipalTag/team': undefined }
      const none = { 'aws:PrincipalTag/none': undefined }
      const { holds } = canHold(conditions, { ...context, ...none })
      seen[holds]++
      if (holds !== 'no') return
      for (const value of [...texts, undefined]) {
        const meets = clausesOf(conditions).every(({ operator, values }) =>
          conditionHolds(operator, value, values, lookup),
        )
        expect(meets, value).toBe(false)
      }
    }),
    { numRuns: RUNS },
  )
  expect(seen.yes).toBeGreaterThan(RUNS / 10)
  expect(seen.no).toBeGreaterThan(RUNS / 10)
  expect(seen.unknown).toBeLessThan(RUNS / 20)
})
