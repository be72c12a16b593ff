import { expect, test } from 'vitest'
import { readPolicy } from '../../src/policy/read-document.ts'

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
        NotResource: ['a', 'b'],
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
        NotResource: ['a', 'b'],
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
  [{ Statement: { ...allow, NotAction: 'a:b' } }, 'needs either Action or NotAction'],
  [{ Statement: { Effect: 'Allow', Action: '*' } }, 'needs either Resource or NotResource'],
  [{ Statement: { ...allow, Action: [] } }, 'Statement 1: Action is empty'],
  [{ Statement: { ...allow, Action: [7] } }, 'Statement 1: Action must be text'],
  [{ Statement: { ...allow, Actions: '*' } }, 'Statement 1: unknown element "Actions"'],
  [{ Statement: { ...allow, Principal: '*' } }, 'an identity policy has no Principal'],
  [{ Statement: { ...allow, Condition: 'x' } }, 'Statement 1: Condition must be a JSON object'],
  [
    { Statement: { ...allow, Condition: { Bool: { k: {} } } } },
    'Statement 1: Condition: Bool: k must be text',
  ],
])('readPolicy refuses %j: %s', (policy, message) => {
  expect(() => readPolicy(policy)).toThrow(message)
})
