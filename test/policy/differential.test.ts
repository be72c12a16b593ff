import { runUnsafeSimulation } from '@cloud-copilot/iam-simulate'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ContextValue } from '../../src/policy/condition.ts'
import { readPolicy } from '../../src/policy/read-document.ts'
import { evaluate } from '../../src/policy/evaluate.ts'

/**
 * Compares the evaluator with an independent one. The generated policies leave out what the two
 * decide differently on purpose, or what AWS does not document: negated operators and NotResource
 * over variables without a value or over incomplete ARNs (such a value equals nothing, so they hold
 * here and not there), `${*}` outside wildcard operators, `ForAnyValue` with `IfExists`, and Version
 * 2008-10-17 (iam-simulate ignores it).
 */
const RUNS = 5000

const WORDS = ['alice', 'bob', 'al', 'Alice', '10', '9.5', 'true', 'false'] as const
const KEYS = ['aws:username', 'aws:PrincipalTag/team', 'aws:MultiFactorAuthPresent', 'aws:age']
const ACTIONS = ['iam:ListUsers', 'iam:GetUser', 's3:GetObject', 's3:ListAllMyBuckets']
const RESOURCES = [
  'arn:aws:iam::123456789012:user/alice',
  'arn:aws:iam::123456789012:user/bob',
  'arn:aws:iam::123456789012:mfa/alice',
  'arn:aws:s3:::bucket/alice/file',
  'arn:aws:s3:::bucket/${x}.txt',
]

const actionPattern = fc.constantFrom(
  ...ACTIONS,
  '*',
  'iam:*',
  's3:*',
  'iam:List*',
  'iam:?etUser',
  'iam:getuser',
  's3:*Object',
)
const FIXED_PATTERNS = [
  ...RESOURCES.slice(0, 4),
  '*',
  "arn:aws:iam::*:user/${aws:PrincipalTag/none, 'bob'}",
  'arn:aws:iam::1234?6789012:user/*',
  'arn:aws:s3:::bucket/${$}{x}.txt',
  'arn:aws:s3:::bucket/*.?xt',
  'arn:*:*:*:*:*',
]
const fixedPattern = fc.constantFrom(...FIXED_PATTERNS)
const resourcePattern = fc.constantFrom(
  ...FIXED_PATTERNS,
  'arn:aws:s3',
  'arn:aws:iam::*:user/${aws:username}',
  'arn:aws:iam::*:mfa/${aws:username}',
  "arn:aws:iam::*:user/${aws:PrincipalTag/team, 'bob'}",
  'arn:aws:s3:::bucket/${aws:PrincipalTag/team}/*',
)

const oneOrMore = <T>(each: fc.Arbitrary<T>) =>
  fc.oneof(each, fc.array(each, { minLength: 1, maxLength: 3 }))

const text = fc.constantFrom(...WORDS)
const withVariables = fc.oneof(
  text,
  fc.constantFrom('${aws:username}', "${aws:PrincipalTag/team, 'bob'}", '${aws:PrincipalTag/team}'),
)
const like = fc.oneof(withVariables, fc.constantFrom('*', 'a*', '?l*', '*e', '${aws:username}*'))
const likeText = fc.oneof(text, fc.constantFrom('*', 'a*', '?l*', '*e'))
const number = fc.constantFrom('9', '9.5', '10', '11')

const SETS = ['', 'ForAllValues:', 'ForAnyValue:']
function conditionOf(operators: readonly string[], value: fc.Arbitrary<string>) {
  return fc
    .record({
      set: fc.constantFrom(...SETS),
      name: fc.constantFrom(...operators),
      ifExists: fc.constantFrom('', 'IfExists'),
      key: fc.constantFrom(...KEYS),
      values: oneOrMore(value),
    })
    .map(({ set, name, ifExists, key, values }) => ({
      operator: set + name + (set === 'ForAnyValue:' ? '' : ifExists),
      key,
      values,
    }))
}

const arn = fc.constantFrom(
  'arn:aws:iam::*:user/*',
  'arn:aws:iam::123456789012:user/bob',
  'arn:*:iam::*:user/?lice',
  'arn:aws:iam::*:*/alice',
)
const arnOrScrap = fc.oneof(arn, fc.constant('arn:aws:*:user/alice'))

function arnCondition(operators: readonly string[], value: fc.Arbitrary<string>) {
  return fc.record({
    operator: fc.constantFrom(...operators),
    key: fc.constant('aws:PrincipalArn'),
    values: oneOrMore(value),
  })
}

const condition = fc.oneof(
  conditionOf(['StringEquals', 'StringEqualsIgnoreCase'], withVariables),
  conditionOf(['StringNotEquals', 'StringNotEqualsIgnoreCase'], text),
  conditionOf(['StringLike'], like),
  conditionOf(['StringNotLike'], likeText),
  conditionOf(['Bool'], fc.constantFrom('true', 'false')),
  conditionOf(
    [
      'NumericEquals',
      'NumericLessThan',
      'NumericLessThanEquals',
      'NumericGreaterThan',
      'NumericGreaterThanEquals',
    ],
    number,
  ),
  arnCondition(['ArnLike', 'ArnEquals'], arnOrScrap),
  arnCondition(['ArnNotLike', 'ArnNotEquals'], arn),
  fc.record({
    operator: fc.constant('Null'),
    key: fc.constantFrom(...KEYS),
    values: oneOrMore(fc.constantFrom('true', 'false')),
  }),
)

const statement = fc
  .record({
    Effect: fc.constantFrom('Allow', 'Allow', 'Deny'),
    action: fc.tuple(fc.constantFrom('Action', 'Action', 'NotAction'), oneOrMore(actionPattern)),
    resource: fc.oneof(
      { weight: 2, arbitrary: fc.tuple(fc.constant('Resource'), oneOrMore(resourcePattern)) },
      fc.tuple(fc.constant('NotResource'), oneOrMore(fixedPattern)),
    ),
    conditions: fc.array(condition, { maxLength: 2 }),
  })
  .map(({ Effect, action: [action, actions], resource: [resource, resources], conditions }) => ({
    Effect,
    [action]: actions,
    [resource]: resources,
    ...(conditions.length === 0 ? {} : { Condition: collect(conditions) }),
  }))

function collect(conditions: { operator: string; key: string; values: string | string[] }[]) {
  const all: Record<string, Record<string, string | string[]>> = {}
  for (const { operator, key, values } of conditions) {
    all[operator] = { ...all[operator], [key]: values }
  }
  return all
}

const policy = fc.record({
  Version: fc.constant('2012-10-17'),
  Statement: fc.array(statement, { minLength: 1, maxLength: 3 }),
})

const value = fc.oneof(
  { weight: 3, arbitrary: text },
  fc.array(text, { minLength: 1, maxLength: 3 }),
  fc.constant(undefined),
)

const request = fc.record({
  action: fc.constantFrom(...ACTIONS),
  resource: fc.constantFrom(...RESOURCES),
  context: fc.record({
    'aws:username': fc.constantFrom<ContextValue[]>('alice', 'bob', undefined),
    'aws:PrincipalTag/team': value,
    'AWS:MultiFactorAuthPresent': fc.constantFrom<ContextValue[]>('true', 'false', undefined),
    'aws:age': value,
    'aws:PrincipalArn': fc.constantFrom<ContextValue[]>(...RESOURCES.slice(0, 3), undefined),
  }),
})

const DECISIONS = {
  Allowed: 'allowed',
  ExplicitlyDenied: 'explicitDeny',
  ImplicitlyDenied: 'implicitDeny',
} as const

test(`the evaluation agrees with iam-simulate on ${RUNS} policies and requests`, () => {
  const seen = { allowed: 0, explicitDeny: 0, implicitDeny: 0 }
  fc.assert(
    fc.property(fc.array(policy, { minLength: 1, maxLength: 2 }), request, (raws, requested) => {
      const policies = raws.map((raw, index) => ({
        name: `p${index}`,
        document: readPolicy(raw),
      }))
      const { decision } = evaluate(policies, requested)
      seen[decision]++
      expect(decision).toBe(simulate(raws, requested))
    }),
    { numRuns: RUNS },
  )
  // Cases that nearly all have the same decision prove little.
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(RUNS / 20)
})

function simulate(
  raws: readonly object[],
  requested: { action: string; resource: string; context: Record<string, ContextValue> },
) {
  const known = Object.entries(requested.context).filter(([, each]) => each !== undefined)
  const result = runUnsafeSimulation(
    {
      request: {
        principal: 'arn:aws:iam::123456789012:user/alice',
        action: requested.action,
        resource: { resource: requested.resource, accountId: '123456789012' },
        contextVariables: Object.fromEntries(known) as Record<string, string | string[]>,
      },
      identityPolicies: raws.map((raw, index) => ({ name: `p${index}`, policy: raw })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  )
  return DECISIONS[result]
}
