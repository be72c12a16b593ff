import { expect, test } from 'vitest'
import type { ContextValue } from '../../src/policy/condition.ts'
import { readPolicy } from '../../src/policy/read-document.ts'
import { evaluate } from '../../src/policy/evaluate.ts'

const ALICE = 'arn:aws:iam::123456789012:user/alice'
const context = { 'aws:username': 'alice' }

function decide(
  statements: unknown,
  request: { action?: string; resource?: string; context?: Record<string, ContextValue> } = {},
  version = '2012-10-17',
) {
  const document = readPolicy({ Version: version, Statement: statements })
  return evaluate([{ name: 'p', document }], {
    action: 'iam:GetUser',
    resource: ALICE,
    context,
    ...request,
  })
}

const allow = (parts: object = {}) => ({ Effect: 'Allow', Action: '*', Resource: '*', ...parts })

test('an explicit deny overrides every allow in any order, and is named', () => {
  const deny = { Sid: 'No', Effect: 'Deny', Action: 'iam:*', Resource: '*' }
  for (const statements of [
    [allow(), deny],
    [deny, allow()],
  ]) {
    expect(decide(statements)).toEqual({
      decision: 'explicitDeny',
      statement: { policy: 'p', sid: 'No', index: statements.indexOf(deny) },
    })
  }
})

test('a deny in another policy counts, and the first allow is named', () => {
  const one = readPolicy({ Statement: allow({ Sid: 'A' }) })
  const two = readPolicy({ Statement: { Effect: 'Deny', Action: 's3:*', Resource: '*' } })
  const policies = [
    { name: 'one', document: one },
    { name: 'two', document: two },
  ]
  const ask = (action: string) => evaluate(policies, { action, resource: '*', context: {} })
  expect(ask('s3:GetObject')).toEqual({
    decision: 'explicitDeny',
    statement: { policy: 'two', sid: undefined, index: 0 },
  })
  expect(ask('ec2:RunInstances')).toEqual({
    decision: 'allowed',
    statement: { policy: 'one', sid: 'A', index: 0 },
  })
})

test('within a permissions boundary, both must allow, and a deny of either counts', () => {
  const boundaryOf = (...statements: object[]) => ({
    name: 'limit',
    document: readPolicy({ Version: '2012-10-17', Statement: statements }),
    isBoundary: true,
  })
  const policy = {
    name: 'p',
    document: readPolicy({ Statement: allow({ Action: ['s3:*', 'ec2:*'] }) }),
  }
  const limit = boundaryOf(allow({ Action: ['s3:*', 'iam:*'] }), {
    ...allow({ Action: 's3:DeleteObject' }),
    Effect: 'Deny',
  })
  const ask = (action: string) => evaluate([limit, policy], { action, resource: '*', context: {} })
  expect(ask('s3:GetObject')).toEqual({
    decision: 'allowed',
    statement: { policy: 'p', sid: undefined, index: 0 },
  })
  expect(ask('ec2:RunInstances').decision).toBe('implicitDeny')
  expect(ask('iam:GetUser').decision).toBe('implicitDeny')
  expect(ask('s3:DeleteObject').statement?.policy).toBe('limit')
})

test('a request that no statement allows is denied', () => {
  expect(decide(allow({ Action: 's3:*' }))).toEqual({ decision: 'implicitDeny' })
  expect(evaluate([], { action: 'a:b', resource: '*', context }).decision).toBe('implicitDeny')
})

test.each([
  ['iam:GetUser', true],
  ['IAM:getuser', true],
  ['iam:Get*', true],
  ['iam:GetUse?', true],
  ['iam:*User', true],
  ['iam:GetUsers', false],
  ['iam:Get', false],
  ['iam:GetUser?', false],
  ['i.m:GetUser', false],
])('the action %s matches iam:GetUser: %s', (pattern, named) => {
  expect(decide(allow({ Action: pattern })).decision === 'allowed').toBe(named)
  const negated = { Effect: 'Allow', NotAction: ['x:y', pattern], Resource: '*' }
  expect(decide(negated).decision === 'allowed').toBe(!named)
})

test.each([
  ['*', true],
  [ALICE, true],
  ['arn:aws:iam::*:user/alice', true],
  ['arn:*:iam::123456789012:user/al?ce', true],
  ['arn:aws:iam::*', true],
  ['arn:aws:iam', true],
  ['arn:aws:iam::123456789012:user/*', true],
  ['arn:aws:iam::123456789012:user/${aws:username}', true],
  ['arn:aws:iam::123456789012:user/${AWS:UserName}', true],
  ["arn:aws:iam::123456789012:user/${aws:username, 'bob'}", true],
  ["arn:aws:iam::123456789012:user/${aws:PrincipalTag/n, 'alice'}", true],
  ['arn:aws:iam::123456789012:user/${aws:PrincipalTag/n}', false],
  ["arn:aws:iam::123456789012:user/${aws:PrincipalTag/n, 'bob'}", false],
  ['arn:aws:iam::123456789012:user/Alice', false],
  ['arn:aws:iam::123456789012:user/al', false],
  ['arn:aws:iam:*:user/alice', true],
  ['arn:aws:iam:*:user/*', true],
  ['arn:aws:*:user/alice', true],
  ['arn:aws:*:user/bob', false],
  ['arn:aws:iam:*2:user/alice', false],
  ['arn:aws:iam:?123456789012:user/alice', false],
  ['arn:aws:s3', false],
  ['arn:aws:iam::123456789012:user/${*}', false],
])('the resource %s matches the user: %s', (pattern, named) => {
  expect(decide(allow({ Resource: pattern })).decision === 'allowed').toBe(named)
  const negated = { Effect: 'Allow', Action: '*', NotResource: ['arn:aws:s3:::b', pattern] }
  expect(decide(negated).decision === 'allowed').toBe(!named)
})

test.each([
  ['${*}', '*', true],
  ['${?}', '?', true],
  ['${$}', '$', true],
  ['${*}', 'x', false],
  ['${', '${', true],
  ['a$b', 'a$b', true],
])('%s in a resource matches the text %s: %s', (pattern, name, named) => {
  const resource = (end: string) => `arn:aws:s3:::bucket/${end}`
  const { decision } = decide(allow({ Resource: resource(pattern) }), { resource: resource(name) })
  expect(decision === 'allowed').toBe(named)
})

// IAM User Guide, "IAM JSON policy elements: Resource".
test.each([
  ['arn:*:*:*:*:user/alice', 'allowed'],
  ['arn:aws:s3:::*user/alice', 'allowed'],
  ['arn:aws:s3*::x:user/alice', 'allowed'],
  ['arn:aws:s*3:::x:user/alice', 'allowed'],
  ['arn:aws:*x:user/alice', 'implicitDeny'],
  ['arn:aws:s3:??x:user/alice', 'implicitDeny'],
])(
  '%s: a star at the end of a segment matches colons, no other wildcard: %s',
  (Resource, decision) => {
    const request = { resource: 'arn:aws:s3:::x:user/alice' }
    expect(decide(allow({ Resource }), request).decision).toBe(decision)
  },
)

test('the value of a variable is not a pattern', () => {
  const own = allow({ Resource: 'arn:aws:iam::*:user/${aws:username}' })
  expect(decide(own, { context: { 'aws:username': '*' } }).decision).toBe('implicitDeny')
})

test('Version 2008-10-17 treats variables as text', () => {
  const own = allow({ Resource: 'arn:aws:s3:::b/${aws:username}' })
  const at = (end: string, version: string) =>
    decide(own, { resource: `arn:aws:s3:::b/${end}` }, version).decision
  expect(at('alice', '2008-10-17')).toBe('implicitDeny')
  expect(at('${aws:username}', '2008-10-17')).toBe('allowed')
  expect(at('alice', '2012-10-17')).toBe('allowed')
})

test('a request without a resource matches only `*`', () => {
  const request = { resource: '*' }
  expect(decide(allow(), request).decision).toBe('allowed')
  expect(decide(allow({ Resource: 'arn:aws:s3:::*' }), request).decision).toBe('implicitDeny')
})

type Row = [operator: string, expected: string | string[], actual: ContextValue, holds: boolean]

const rows: Row[] = [
  ['StringEquals', 'a', 'a', true],
  ['StringEquals', ['x', 'a'], 'a', true],
  ['StringEquals', 'a', 'A', false],
  ['StringEquals', 'a*', 'ab', false],
  ['StringEquals', 'a*', 'a*', true],
  ['StringEquals', '${aws:username}', 'alice', true],
  ['StringEquals', '${aws:none}', '${aws:none}', false],
  ['StringEquals', 'a', undefined, false],
  ['StringEqualsIfExists', 'a', undefined, true],
  ['StringEqualsIfExists', 'a', 'b', false],
  ['StringNotEquals', 'a', 'b', true],
  ['StringNotEquals', ['a', 'b'], 'b', false],
  ['StringNotEquals', 'a', undefined, true],
  ['StringNotEquals', '${aws:none}', 'x', true],
  ['StringEqualsIgnoreCase', 'aB', 'Ab', true],
  ['StringNotEqualsIgnoreCase', 'aB', 'Ab', false],
  ['StringNotEqualsIgnoreCase', 'aB', 'c', true],
  ['stringlike', 'a?c*', 'abcd', true],
  ['StringLike', 'a?c', 'ac', false],
  ['StringLike', 'a*', 'a:b\nc', true],
  ['StringNotLike', 'a*', 'abc', false],
  ['StringNotLike', 'a*', 'b', true],
  ['Bool', 'true', 'true', true],
  ['Bool', 'True', 'true', true],
  ['Bool', 'false', 'true', false],
  ['Bool', 'false', undefined, false],
  ['BoolIfExists', 'false', undefined, true],
  ['BoolIfExists', 'false', 'true', false],
  ['Null', 'true', undefined, true],
  ['Null', 'true', 'x', false],
  ['Null', 'false', 'x', true],
  ['Null', 'false', undefined, false],
  ['ArnLike', 'arn:aws:iam::*:user/*', ALICE, true],
  ['ArnLike', 'arn:aws:*:user/*', ALICE, false],
  ['ArnLike', 'arn:aws:iam', ALICE, false],
  ['ArnEquals', 'arn:aws:iam::*:user/${aws:username}', ALICE, true],
  ['ArnEquals', 'arn:aws:iam::*:role/*', ALICE, false],
  ['ArnNotLike', 'arn:aws:iam::*:user/*', ALICE, false],
  ['ArnNotEquals', 'arn:aws:iam::*:role/*', ALICE, true],
  ['ArnNotEquals', 'arn:aws:iam::*:role/*', undefined, true],
  ['NumericEquals', '10', '10.0', true],
  ['NumericNotEquals', '10', '11', true],
  ['NumericLessThan', '10', '9', true],
  ['NumericLessThan', '10', '10', false],
  ['NumericLessThanEquals', '10', '10', true],
  ['NumericGreaterThan', '10', '9', false],
  ['NumericGreaterThanEquals', '10', '10', true],
  ['NumericLessThan', '3600', undefined, false],
  ['NumericLessThan', '3600', 'soon', false],
  ['NumericLessThanIfExists', '3600', undefined, true],
  ['DateLessThan', '2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z', true],
  ['DateGreaterThan', '2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z', false],
  ['DateEquals', '2026-01-01T00:00:00Z', '1767225600', true],
  ['DateNotEquals', '2026-01-01T00:00:00Z', '1767225600', false],
  ['DateGreaterThanEquals', '2026-01-01', '2026-01-01T00:00:00Z', true],
  ['DateLessThanEquals', '2025-12-31', '2026-01-01T00:00:00Z', false],
  ['IpAddress', '192.0.2.0/24', '192.0.2.9', true],
  ['IpAddress', '192.0.2.0/24', '192.0.3.9', false],
  ['IpAddress', '192.0.2.9', '192.0.2.9', true],
  ['IpAddress', '0.0.0.0/0', '8.8.8.8', true],
  ['IpAddress', '0.0.0.0/0', '::1', false],
  ['IpAddress', '2001:db8::/32', '2001:db8:1::5', true],
  ['IpAddress', '2001:db8::/32', '2001:db9::5', false],
  ['IpAddress', '::1', '0:0:0:0:0:0:0:1', true],
  ['IpAddress', '192.0.2.0/33', '192.0.2.0', false],
  ['IpAddress', '192.0.2.0/24', '192.0.2.256', false],
  ['NotIpAddress', ['10.0.0.0/8', '192.0.2.0/24'], '192.0.2.9', false],
  ['NotIpAddress', '10.0.0.0/8', '192.0.2.9', true],
  ['BinaryEquals', 'QUJD', 'QUJD', true],
  ['BinaryEquals', 'QUJD', 'qujd', false],
  ['ForAnyValue:StringEquals', ['a', 'b'], ['c', 'b'], true],
  ['ForAnyValue:StringEquals', 'a', ['c', 'b'], false],
  ['ForAnyValue:StringEquals', 'a', undefined, false],
  ['ForAnyValue:StringEquals', 'a', [], false],
  ['ForAnyValue:StringNotEquals', 'a', ['a', 'b'], true],
  ['ForAnyValue:StringNotEquals', 'a', undefined, false],
  ['ForAnyValue:StringEqualsIfExists', 'a', undefined, true],
  ['ForAllValues:StringLike', 'a*', ['ab', 'ac'], true],
  ['ForAllValues:StringLike', 'a*', ['ab', 'b'], false],
  ['ForAllValues:StringEquals', 'a', undefined, true],
  ['ForAllValues:StringEquals', 'a', 'a', true],
  ['ForAllValues:StringNotEquals', 'a', ['a', 'b'], false],
  ['StringEquals', 'a', ['a'], false],
]

test.each(rows)('%s %j holds for %j: %s', (operator, expected, actual, holds) => {
  const Condition = { [operator]: { 'aws:Some/Key': expected } }
  const request = { context: { ...context, 'AWS:some/key': actual } }
  expect(decide(allow({ Condition }), request).decision === 'allowed').toBe(holds)
})

test('every operator and every key must hold', () => {
  const Condition = { StringEquals: { a: '1', b: '2' }, Bool: { c: 'true' } }
  const decision = (values: Record<string, string>) =>
    decide(allow({ Condition }), { context: values }).decision
  expect(decision({ a: '1', b: '2', c: 'true' })).toBe('allowed')
  expect(decision({ a: '1', b: '3', c: 'true' })).toBe('implicitDeny')
  expect(decision({ a: '1', b: '2', c: 'false' })).toBe('implicitDeny')
})
