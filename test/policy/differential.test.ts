import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import type { PolicyRequest } from '../../src/policy/evaluate.ts'
import {
  arnPattern,
  ARNS,
  conditionOf,
  from,
  KEY,
  KINDS,
  oneOrMore,
  valueOf,
  type Kind,
} from '../support/conditions.ts'
import { decide, simulate } from '../support/simulate.ts'

/**
 * Compares the evaluator with an independent one, on cases of a fixed seed and of a new one, which a
 * failure prints. What iam-simulate decides differently from the IAM User Guide is listed in
 * differences.test.ts and left out here; so is what the guide does not say.
 */
const SEEDS = [1, Date.now() % 2 ** 31]

type Case = readonly [
  policies: readonly object[],
  request: PolicyRequest,
  boundary?: readonly object[],
]

function compare(
  arbitrary: fc.Arbitrary<Case>,
  { seed, runs }: { seed: number; runs: number },
): void {
  const seen = { allowed: 0, explicitDeny: 0, implicitDeny: 0 }
  fc.assert(
    fc.property(arbitrary, (each) => {
      const decision = decide(...each)
      seen[decision]++
      if (decision !== simulate(...each)) expect(decision).toBe(simulate(...each))
    }),
    { numRuns: runs, seed },
  )
  // Cases that nearly all have the same decision prove little.
  const [most = 0] = Object.values(seen).sort((a, b) => b - a)
  expect(most, JSON.stringify(seen)).toBeLessThan(runs * 0.9)
}

const policyOf = (statement: object) => ({ Version: '2012-10-17', Statement: [statement] })

const contextOf = (kind: Kind) =>
  fc.tuple(valueOf(kind.actual), fc.boolean()).map(([value, upper]): PolicyRequest['context'] => ({
    [upper ? KEY.toUpperCase() : KEY]: value,
    'aws:username': 'alice',
  }))

/** One statement with one or two conditions on a key. */
const conditionCase = (kind: Kind): fc.Arbitrary<Case> =>
  fc
    .tuple(conditionOf(kind), conditionOf(kind), from('Allow', 'Deny'), contextOf(kind))
    .map(([one, other, Effect, context]) => {
      const statement = { Effect, Action: '*', Resource: '*', Condition: { ...one, ...other } }
      const allow = { Effect: 'Allow', Action: '*', Resource: '*' }
      const policies = [policyOf(statement), ...(Effect === 'Deny' ? [policyOf(allow)] : [])]
      return [policies, { action: 'iam:GetUser', resource: ARNS[0]!, context }]
    })

const ACTIONS = ['iam:ListUsers', 'iam:GetUser', 's3:GetObject', 's3:ListAllMyBuckets']
const actionPattern = from(
  ...ACTIONS,
  '*',
  'iam:*',
  's3:*',
  'iam:List*',
  'iam:?etUser',
  'iam:getuser',
  's3:*Object',
)
const resourcePattern = fc.oneof(
  { weight: 4, arbitrary: arnPattern },
  from(
    '*',
    'arn:aws:s3',
    'arn:aws:iam::*:user/ops/${aws:username}',
    "arn:aws:iam::*:user/${aws:PrincipalTag/none, 'alice'}",
    'arn:aws:s3:::bucket/${aws:PrincipalTag/team}/*',
    'arn:aws:s3:::b?cket*/file',
    'arn:aws:s3:::*',
    'arn:aws:s3:::${*}/${?}${$}',
  ),
)
/** Without the patterns that match nothing for lack of a value, or of segments. */
const notResourcePattern = resourcePattern.filter((each) => !/^arn:aws:s3$|\/team\}/.test(each))

const resourceElement = fc.oneof(
  { weight: 2, arbitrary: fc.tuple(fc.constant('Resource'), oneOrMore(resourcePattern)) },
  fc.tuple(fc.constant('NotResource'), oneOrMore(notResourcePattern)),
)

const statementOf = (kind: Kind) =>
  fc
    .record({
      Effect: from('Allow', 'Allow', 'Deny'),
      action: fc.tuple(from('Action', 'Action', 'NotAction'), oneOrMore(actionPattern)),
      resource: resourceElement,
      Condition: fc.option(conditionOf(kind), { nil: undefined }),
    })
    .map(({ Effect, action: [action, actions], resource: [resource, resources], Condition }) => ({
      Effect,
      [action]: actions,
      [resource]: resources,
      ...(Condition && { Condition }),
    }))

const policiesOf = (kind: Kind) =>
  fc.array(
    fc
      .array(statementOf(kind), { minLength: 1, maxLength: 3 })
      .map((Statement) => ({ Version: '2012-10-17', Statement })),
    { minLength: 1, maxLength: 2 },
  )

const policiesCase: fc.Arbitrary<Case> = fc
  .constantFrom(...Object.values(KINDS))
  .chain((kind) =>
    fc.tuple(
      policiesOf(kind),
      from(...ACTIONS),
      from(...ARNS),
      contextOf(kind),
      from('alice', 'bucket'),
    ),
  )
  .map(([policies, action, resource, context, team]) => {
    return [policies, { action, resource, context: { ...context, 'aws:PrincipalTag/team': team } }]
  })

/** The second policy, where there is one, is a permissions boundary. */
const boundaryCase: fc.Arbitrary<Case> = policiesCase.map(([policies, request]) => [
  policies.slice(0, 1),
  request,
  policies.slice(1),
])

/** A resource is compared alone, so that nothing else hides what its patterns match. */
const resourceCase: fc.Arbitrary<Case> = fc
  .tuple(resourceElement, from(...ARNS), from('alice', 'ops/alice'))
  .map(([[element, patterns], resource, name]) => {
    const context = { 'aws:username': name }
    const Statement = { Effect: 'Allow', Action: '*', [element]: patterns }
    return [[policyOf(Statement)], { action: 'iam:GetUser', resource, context }]
  })

describe.each(SEEDS)('with the seed %i', (seed) => {
  test.each(Object.entries(KINDS))(
    'iam-simulate and the evaluator agree on conditions: %s',
    (_, kind) => {
      compare(conditionCase(kind), { seed, runs: 900 })
    },
  )

  it('has them agree on resources: wildcards in every segment, paths, variables', () => {
    compare(resourceCase, { seed, runs: 4500 })
  })

  it('has them agree on whole policies', () => {
    compare(policiesCase, { seed, runs: 3500 })
  })

  it('has them agree on policies within a permissions boundary', () => {
    compare(boundaryCase, { seed, runs: 3500 })
  })
})

it('covers every operator of IAM', () => {
  expect(new Set(Object.values(KINDS).flatMap(({ operators }) => operators)).size).toBe(27)
})
