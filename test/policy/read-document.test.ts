import { expect, test } from 'vitest'
import { conditionHolds } from '../../src/policy/condition.ts'
import { OPERATOR_NAMES } from '../../src/policy/operators.ts'
import { readPolicy } from '../../src/policy/read-document.ts'
import { readPolicyText } from '../../src/policy/read-text.ts'

const allow = { Effect: 'Allow', Action: 's3:*', Resource: '*' }

test('readPolicy turns single values and a single statement into lists', () => {
  expect(
    readPolicy({
      Version: '2012-10-17',
      Id: 'x',
      Statement: {
        Sid: 'One',
        Effect: 'Deny',
        NotAction: 'iam:*',
        NotResource: ['*', 'arn:aws:s3:::b'],
        Condition: { Bool: { 'aws:SecureTransport': false, 'aws:ViaAWSService': ['true'] } },
      },
    }),
  ).toEqual({
    Version: '2012-10-17',
    Id: 'x',
    Statement: [
      {
        Sid: 'One',
        Effect: 'Deny',
        NotAction: ['iam:*'],
        NotResource: ['*', 'arn:aws:s3:::b'],
        Condition: { Bool: { 'aws:SecureTransport': ['false'], 'aws:ViaAWSService': ['true'] } },
      },
    ],
  })
})

test('readPolicy takes a missing Version for 2008-10-17', () => {
  expect(readPolicy({ Statement: [allow] }).Version).toBe('2008-10-17')
})

test.each([
  [null, 'Policy must be a JSON object'],
  ['{}', 'Policy must be a JSON object'],
  [{}, 'Statement 1 must be a JSON object'],
  [{ Statement: [] }, 'Policy: Statement is empty'],
  [{ Version: '2020-01-01', Statement: [allow] }, 'Policy: Version must be'],
  [{ Statements: [allow] }, 'Policy: unknown element "Statements"'],
  [{ Statement: [allow, { ...allow, Effect: 'allow' }] }, 'Statement 2: Effect must be'],
  [{ Statement: { Effect: 'Allow', Resource: '*' } }, 'needs either Action or NotAction'],
  [{ Statement: { ...allow, NotAction: 'a:b' } }, 'Statement 1: has both Action and NotAction'],
  [{ Statement: { ...allow, NotResource: '*' } }, 'Statement 1: has both Resource and NotResource'],
  [{ Statement: { Effect: 'Allow', Action: '*' } }, 'needs either Resource or NotResource'],
  [{ Statement: { ...allow, Action: [] } }, 'Statement 1: Action is empty'],
  [{ Statement: { ...allow, Action: [7] } }, 'Statement 1: Action must be text'],
  [{ Statement: { ...allow, Actions: '*' } }, 'Statement 1: unknown element "Actions"'],
  [{ Statement: { ...allow, Principal: '*' } }, 'an identity policy has no Principal'],
  [allow, 'This is a bare statement: put it into {"Version": "2012-10-17", "Statement": […]}'],
  [
    [allow],
    'This is a list of statements: put it into {"Version": "2012-10-17", "Statement": […]}',
  ],
  [
    { Statement: { ...allow, Sid: 'No blanks' } },
    'Sid "No blanks" may have letters and digits only',
  ],
  [
    { Statement: [allow, { ...allow, Sid: 'A' }, { ...allow, Sid: 'A' }] },
    'Statement 3: the Sid "A" appears a second time',
  ],
  [{ Statement: { ...allow, Action: 'ListUsers' } }, 'Action: "ListUsers" is not SERVICE:ACTION'],
  [{ Statement: { ...allow, Action: 'iam:' } }, 'Action: "iam:" is not SERVICE:ACTION'],
  [{ Statement: { ...allow, Action: 'iam:a:b' } }, 'Action: "iam:a:b" is not SERVICE:ACTION'],
  [{ Statement: { ...allow, Resource: 'user/x' } }, 'Resource: "user/x" is neither an ARN nor "*"'],
  [{ Statement: { ...allow, Condition: 'x' } }, 'Statement 1: Condition must be a JSON object'],
  [
    { Statement: { ...allow, Condition: { Bool: { k: {} } } } },
    'Statement 1: Condition: Bool: k must be text',
  ],
])('readPolicy refuses %j: %s', (policy, message) => {
  expect(() => readPolicy(policy)).toThrow(message)
})

test.each([
  ['BoolIfExist', 'write BoolIfExists'],
  ['StringEqual', 'write StringEquals'],
  ['StringNotEqualIfExists', 'write StringNotEqualsIfExists'],
  ['ForAnyValues:StringLike', 'write ForAnyValue:StringLike'],
  ['NullIfExists', 'Condition: no operator "NullIfExists"'],
  ['constructor', 'Condition: no operator "constructor"'],
])('readPolicy refuses the operator %s: %s', (operator, message) => {
  const Condition = { [operator]: { 'aws:MultiFactorAuthPresent': 'false' } }
  expect(() => readPolicy({ Statement: { ...allow, Condition } })).toThrow(message)
})

test('readPolicy takes each operator that it suggests, and the evaluator knows it', () => {
  expect(OPERATOR_NAMES.length).toBeGreaterThan(100)
  for (const operator of OPERATOR_NAMES) {
    const Condition = { [operator]: { key: ['1'] } }
    expect(readPolicy({ Statement: { ...allow, Condition } }).Statement[0]).toEqual({
      ...{ Effect: 'Allow', Action: ['s3:*'], Resource: ['*'] },
      Condition,
    })
    expect(conditionHolds(operator, undefined, ['1'], undefined), operator).toBeTypeOf('boolean')
  }
})

test('readPolicy takes several statements with an empty Sid', () => {
  expect(
    readPolicy({
      Statement: [
        { ...allow, Sid: '' },
        { ...allow, Sid: '' },
      ],
    }),
  ).toMatchObject({
    Statement: [{ Sid: '' }, { Sid: '' }],
  })
})

test.each([
  ['['.repeat(100_000), '1:101: nested more deeply than any policy'],
  [`{"a":${'{"a":'.repeat(100_000)}`, '1:501: nested more deeply than any policy'],
])('readPolicyText refuses deep nesting with line and column', (text, problem) => {
  expect(readPolicyText(text)).toEqual({ problem })
})

test('readPolicyText takes brackets in strings for text', () => {
  const Sid = '[{"'.repeat(50)
  const read = readPolicyText(JSON.stringify({ Statement: [{ ...allow, Sid }] }))
  expect('problem' in read ? read.problem : '').toContain('may have letters and digits only')
})
