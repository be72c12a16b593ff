import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { evaluate, locateStatements } from '../../src/policy/evaluate.ts'
import { predict } from '../../src/policy/predict.ts'
import { readPolicy } from '../../src/policy/read-document.ts'
import {
  credentialContext,
  DIRECT_CALL,
  PRESENT,
  UNKNOWN,
  userContext,
  type Credentials,
  type OpenContext,
} from '../../src/policy/request-context.ts'
import { conditionOf, KEY, KINDS, valueOf } from '../support/conditions.ts'

const NOW = new Date('2026-11-27T12:00:00Z')
const ALICE = 'arn:aws:iam::123456789012:user/alice'
const allow = (parts: object = {}) => ({ Effect: 'Allow', Action: '*', Resource: '*', ...parts })
const deny = (Condition: object, parts: object = {}) => ({
  ...allow({ Condition, ...parts }),
  Effect: 'Deny',
})

function contextOf(kind: Credentials, more: OpenContext = {}, tags?: Record<string, string>) {
  const user = { name: 'alice', arn: ALICE, account: '123456789012', ...(tags && { tags }) }
  return { ...credentialContext(kind, NOW), ...DIRECT_CALL, ...userContext(user), ...more }
}

function ask(
  statements: object[],
  context: OpenContext = contextOf('bareKey'),
  resource = ALICE,
): ReturnType<typeof predict> {
  const document = readPolicy({ Version: '2012-10-17', Statement: statements })
  const located = locateStatements([{ name: 'p', document }])
  return predict(located, { action: 'iam:GetUser', resource, context })
}

const OFFICE = { 'aws:SourceIp': ['203.0.113.0/24'] }

describe('a decision on keys that are not known', () => {
  it('depends on the key, and names the statement and what can happen', () => {
    expect(ask([allow({ Sid: 'A' }), deny({ NotIpAddress: OFFICE }, { Sid: 'Office' })])).toEqual({
      decision: 'depends',
      keys: ['aws:SourceIp'],
      statement: { policy: 'p', sid: 'Office', index: 1 },
      outcomes: [
        { decision: 'explicitDeny', statement: { policy: 'p', sid: 'Office', index: 1 } },
        { decision: 'allowed', statement: { policy: 'p', sid: 'A', index: 0 } },
      ],
    })
  })

  it('depends on what a permissions boundary asks for, even where none of it applies for certain', () => {
    const policyOf = (statement: object, isBoundary = false) => ({
      name: isBoundary ? 'limit' : 'p',
      document: readPolicy({ Version: '2012-10-17', Statement: statement }),
      isBoundary,
    })
    const decide = (limit: object) => {
      const statements = locateStatements([policyOf(allow()), policyOf(limit, true)])
      const request = { action: 'iam:GetUser', resource: ALICE, context: contextOf('bareKey') }
      return predict(statements, request)
    }
    const inOffice = allow({ Condition: { IpAddress: OFFICE } })
    expect(decide(inOffice)).toMatchObject({ decision: 'depends', keys: ['aws:SourceIp'] })
    expect(decide(allow({ Action: 's3:*' })).decision).toBe('implicitDeny')
    expect(decide(allow()).decision).toBe('allowed')
  })

  it('is certain if it is the same for every value', () => {
    const both = [deny({ NotIpAddress: OFFICE }), deny({ IpAddress: OFFICE })]
    expect(ask([allow(), ...both]).decision).toBe('explicitDeny')
    const one = { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } }
    const others = { StringNotEquals: { 'aws:RequestedRegion': 'eu-west-1' } }
    expect(ask([allow({ Condition: one }), allow({ Condition: others })]).decision).toBe('allowed')
    expect(ask([allow({ Condition: { ...one, ...others } })]).decision).toBe('implicitDeny')
  })

  it('names only the keys that make a difference', () => {
    const region = { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } }
    const gate = deny({ ...region, StringNotLike: { 'aws:UserAgent': '*' } })
    const prediction = ask([allow(), gate, deny({ NotIpAddress: OFFICE })])
    expect(prediction).toMatchObject({ decision: 'depends', keys: ['aws:SourceIp'] })
  })

  it('gives a key one value in all statements', () => {
    const team = (name: string) => ({ 'aws:PrincipalTag/team': name })
    const denies = [
      deny({ StringLike: team('a*') }),
      deny({ StringNotLike: team('a*') }, { Action: 's3:*' }),
    ]
    expect(ask([allow({ Condition: { StringLike: team('ab*') } }), ...denies]).decision).not.toBe(
      'allowed',
    )
    const { decision, ...rest } = ask([allow({ Condition: { StringLike: team('*b') } }), ...denies])
    expect(decision).toBe('depends')
    expect(rest).toMatchObject({
      outcomes: [
        { decision: 'explicitDeny' },
        { decision: 'allowed' },
        { decision: 'implicitDeny' },
      ],
    })
  })

  it('is not known if there are too many cases', () => {
    const keys = Array.from({ length: 13 }, (_, index) => `aws:PrincipalTag/t${index}`)
    const denies = keys.map((key) => deny({ StringEquals: { [key]: 'x' } }))
    expect(ask([allow(), ...denies])).toEqual({ decision: 'notKnown', keys })
    // A Deny that applies for certain decides, whatever else there is.
    expect(ask([allow(), ...denies, deny({})]).decision).toBe('explicitDeny')
  })
})

describe('the keys that requests carry by IAM’s guide', () => {
  const never = 'allowed'
  const always = 'explicitDeny'
  test.each<[condition: object, bare: string, without: string, withMfa: string]>([
    [{ Bool: { 'aws:MultiFactorAuthPresent': 'false' } }, never, always, never],
    [{ BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } }, always, always, never],
    [{ Null: { 'aws:MultiFactorAuthPresent': 'true' } }, always, never, never],
    [{ Null: { 'aws:MultiFactorAuthAge': 'true' } }, always, always, never],
    [{ Null: { 'aws:TokenIssueTime': 'true' } }, always, never, never],
    [{ NumericGreaterThan: { 'aws:MultiFactorAuthAge': '3600' } }, never, never, 'depends'],
    [{ NumericGreaterThan: { 'aws:MultiFactorAuthAge': '129600' } }, never, never, never],
    [
      { DateLessThan: { 'aws:TokenIssueTime': '2026-11-27T09:00:00Z' } },
      never,
      'depends',
      'depends',
    ],
    [{ DateLessThan: { 'aws:TokenIssueTime': '2026-11-20' } }, never, never, never],
    [{ DateGreaterThan: { 'aws:TokenIssueTime': '2026-11-28' } }, never, never, never],
    [{ DateLessThan: { 'aws:CurrentTime': '2026-11-27' } }, never, never, never],
    [{ NumericLessThan: { 'aws:EpochTime': '1900000000' } }, always, always, always],
    [{ Bool: { 'aws:ViaAWSService': 'false' } }, always, always, always],
    [
      { 'ForAnyValue:StringEquals': { 'aws:CalledVia': 'athena.amazonaws.com' } },
      never,
      never,
      never,
    ],
    [{ Null: { 'aws:RequestedRegion': 'true' } }, never, never, never],
    [{ StringEquals: { 'aws:RequestedRegion': 'us-east-1' } }, 'depends', 'depends', 'depends'],
    [{ Null: { 'aws:SourceIp': 'true' } }, 'depends', 'depends', 'depends'],
    [{ StringEquals: { 'aws:username': 'alice' } }, always, always, always],
    [{ StringEquals: { 'aws:PrincipalTag/x': 'y' } }, 'depends', 'depends', 'depends'],
  ])('a Deny on %j: %s, %s, %s', (condition, ...decisions) => {
    const kinds = ['bareKey', 'sessionWithoutMfa', 'mfaSession'] as const
    const all = kinds.map((kind) => ask([allow(), deny(condition)], contextOf(kind)).decision)
    expect(all).toEqual(decisions)
  })

  it('say nothing of tags unless all tags of the user are given', () => {
    const tagged = deny({ StringEquals: { 'aws:PrincipalTag/human': 'yes' } })
    const decisions = [undefined, {}, { human: 'no' }, { human: 'yes' }].map(
      (tags) => ask([allow(), tagged], contextOf('bareKey', {}, tags)).decision,
    )
    expect(decisions).toEqual(['depends', 'allowed', 'allowed', 'explicitDeny'])
  })
})

describe('a variable whose key is not known', () => {
  const own = allow({ Resource: 'arn:aws:iam::*:user/${aws:PrincipalTag/name}' })

  it('may have the value by which a resource matches, and others', () => {
    expect(ask([own])).toMatchObject({ decision: 'depends', keys: ['aws:PrincipalTag/name'] })
    expect(ask([own], contextOf('bareKey'), 'arn:aws:s3:::bucket').decision).toBe('implicitDeny')
    const named = contextOf('bareKey', {}, { name: 'alice' })
    expect(ask([own], named).decision).toBe('allowed')
    expect(ask([own], contextOf('bareKey', {}, {})).decision).toBe('implicitDeny')
  })

  it('has the value that its key has elsewhere', () => {
    const other = deny({ StringNotEquals: { 'AWS:PrincipalTag/Name': 'bob' } })
    expect(ask([own, other])).toMatchObject({
      decision: 'depends',
      outcomes: [{ decision: 'explicitDeny' }, { decision: 'implicitDeny' }],
    })
  })

  it('is compared with keys that are not known either', () => {
    const equal = { StringEquals: { 'aws:PrincipalTag/a': '${aws:ResourceTag/a}' } }
    const differ = { StringNotEquals: { 'aws:PrincipalTag/a': '${aws:ResourceTag/a}' } }
    expect(ask([allow(), deny(equal), deny(differ)]).decision).toBe('explicitDeny')
    expect(ask([allow(), deny(equal)]).decision).toBe('depends')
    const chain = {
      ...equal,
      StringLike: { 'aws:ResourceTag/a': 'team-${aws:PrincipalTag/b}', 'aws:PrincipalTag/b': 'x' },
    }
    const matched = { StringEquals: { 'aws:PrincipalTag/a': 'team-x' } }
    expect(ask([allow({ Condition: chain }), deny(matched)])).toMatchObject({
      outcomes: [{ decision: 'explicitDeny' }, { decision: 'implicitDeny' }],
    })
  })

  it('has its default where the key is absent', () => {
    const Resource = "arn:aws:iam::*:user/${aws:PrincipalTag/name, 'alice'}"
    expect(ask([allow({ Resource })]).decision).toBe('depends')
    expect(ask([allow({ Resource })], contextOf('bareKey', {}, {})).decision).toBe('allowed')
  })
})

const RUNS = 1500
const OTHER = 'aws:PrincipalTag/other'

test(`what is predicted for unknown keys is what happens, for ${RUNS} policies and contexts`, () => {
  const seen = { allowed: 0, explicitDeny: 0, implicitDeny: 0, depends: 0, notKnown: 0 }
  const cases = fc.constantFrom(...Object.values(KINDS)).chain((kind) => {
    const single = valueOf(kind.actual).filter((value) => !Array.isArray(value))
    const statement = fc
      .tuple(fc.constantFrom('Allow', 'Deny'), conditionOf(kind), conditionOf(kind), fc.boolean())
      .map(([Effect, one, two, isOther]) => {
        const Condition = { ...one, ...(isOther ? onOther(two) : two) }
        return { Effect, Action: '*', Resource: '*', Condition }
      })
    return fc.record({
      statements: fc.array(statement, { minLength: 1, maxLength: 4 }),
      values: fc.tuple(single, single),
      known: fc.tuple(fc.boolean(), fc.boolean()),
    })
  })
  fc.assert(
    fc.property(cases, ({ statements, values, known }) => {
      const document = readPolicy({ Version: '2012-10-17', Statement: statements })
      const happens = { 'aws:username': 'alice', [KEY]: values[0], [OTHER]: values[1] }
      const unknown = values.map((value) => (value === undefined ? UNKNOWN : PRESENT))
      const context: OpenContext = {
        ...happens,
        [KEY]: known[0] ? values[0] : unknown[0],
        [OTHER]: known[1] ? values[1] : unknown[1],
      }
      const request = { action: 'iam:GetUser', resource: ALICE }
      const policies = [{ name: 'p', document }]
      const prediction = predict(locateStatements(policies), { ...request, context })
      const { decision } = evaluate(policies, { ...request, context: happens })
      seen[prediction.decision]++
      if (prediction.decision === 'notKnown') return
      const outcomes = prediction.decision === 'depends' ? prediction.outcomes : [prediction]
      expect(outcomes.map((each) => each.decision)).toContain(decision)
    }),
    { numRuns: RUNS },
  )
  for (const decision of ['allowed', 'explicitDeny', 'implicitDeny', 'depends'] as const) {
    expect(seen[decision], decision).toBeGreaterThan(RUNS / 40)
  }
  expect(seen.notKnown).toBeLessThan(RUNS / 20)
})

/** The condition on the other key, and with it as a variable. */
function onOther(condition: Record<string, Record<string, string | string[]>>) {
  const text = JSON.stringify(condition).replaceAll('aws:username', OTHER)
  const [operator = '', keys = {}] = Object.entries(JSON.parse(text) as typeof condition)[0] ?? []
  return { [operator]: { [OTHER]: keys[KEY]! } }
}
