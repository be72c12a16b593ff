/** The managed policies of the account to audit. */
import { createManagedPolicy } from '../../src/local-aws/index.ts'
import type { PolicyDocument } from '../../src/policy/document.ts'
import { allowAllPolicy, classicPolicy, strictPolicy } from '../../src/policy/documents.ts'
import { withExceptions } from '../../src/policy/with-exceptions.ts'
import { changed, GATE } from './policies.ts'

const IAM = 'arn:aws:iam::123456789012'
export const policyArn = (name: string): string => `${IAM}:policy/${name}`
export const AWS_MANAGED = (name: string): string => `arn:aws:iam::aws:policy/${name}`

/** Until when the exceptions of `mfa-support` hold. */
export const EXCEPTION_END = '2027-03-31T00:00:00Z'

export const allow = (...actions: string[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: actions, Resource: ['*'] }],
})
/** `Bool` does not match long-term keys, which lack the context key. */
const boolPolicy = changed(GATE, (gate) => ({
  ...gate,
  Condition: { Bool: { 'aws:MultiFactorAuthPresent': ['false'] } },
}))

/** Denies enrollment, too. */
const frozenPolicy: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'DenyAllWithoutMfa',
      Effect: 'Deny',
      Action: ['*'],
      Resource: ['*'],
      Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': ['false'] } },
    },
  ],
}

const exceptions = {
  paths: ['/machines/'],
  tags: [{ key: 'mfa', value: 'exempt' }],
  until: EXCEPTION_END,
}

export function managedPolicies() {
  const strict = createManagedPolicy(policyArn('mfa-strict'), classicPolicy())
  const text = JSON.stringify(strictPolicy())
  strict.versions.push({ ...strict.versions[0]!, id: 'v2', text, document: strictPolicy() })
  Object.assign(strict, { defaultVersionId: 'v2', lastVersion: 2 })
  const others = {
    mfa_mandatory: classicPolicy(),
    'mfa-bool': boolPolicy,
    'mfa-support': withExceptions(strictPolicy(), exceptions, 'aws'),
    'mfa-frozen': frozenPolicy,
    'mfa-boundary': {
      ...strictPolicy(),
      Statement: [...allowAllPolicy().Statement, ...strictPolicy().Statement],
    },
    'limit-to-s3': allow('s3:*'),
  }
  return [
    strict,
    ...Object.entries(others).map(([name, each]) => createManagedPolicy(policyArn(name), each)),
    createManagedPolicy(AWS_MANAGED('AdministratorAccess'), allowAllPolicy()),
    // The part of it that matters here.
    createManagedPolicy(
      AWS_MANAGED('SecurityAudit'),
      allow('iam:GenerateCredentialReport', 'iam:Get*', 'iam:List*', 's3:ListAllMyBuckets'),
    ),
  ]
}
