import { createRole, type Role } from '../../src/local-aws/index.ts'
import { allowAllPolicy } from '../../src/policy/documents.ts'

const IAM = 'arn:aws:iam::123456789012'
const policies = [{ name: 'everything', document: allowAllPolicy() }]
const WITH_MFA = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }

/** Roles with and without MFA in their trust policies; `now` in milliseconds since the epoch. */
export function rolesOfAudit(now: number): Role[] {
  const used = (days: number) => ({
    lastUsed: { at: now - days * 86_400_000, region: 'eu-west-1' },
  })
  const trusting = (Principal: unknown, Condition?: unknown): string =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Principal, Action: 'sts:AssumeRole', Condition },
    })
  const account = { AWS: `${IAM}:root` }
  return [
    createRole('admin', { policies, trustPolicy: trusting(account, WITH_MFA), ...used(1) }),
    createRole('deploy', {
      path: '/ci/',
      policies,
      trusts: [`${IAM}:user/trent`, `${IAM}:user/alice`],
      ...used(2),
    }),
    createRole('anyone', { policies, trustPolicy: trusting(account) }),
    // `BoolIfExists` lets long-term keys in, which lack the context key.
    createRole('loose', {
      policies,
      trustPolicy: trusting(account, { BoolIfExists: WITH_MFA.Bool }),
      ...used(400),
    }),
    createRole('on-call', {
      policies,
      trusts: [`${IAM}:user/wendy`],
      requiresMfa: true,
      externalId: 'on-call',
    }),
    createRole('server', { policies, ...used(0) }),
    createRole('single-sign-on', {
      policies,
      trustPolicy: JSON.stringify({
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Principal: { Federated: `${IAM}:saml-provider/company` },
          Action: 'sts:AssumeRoleWithSAML',
          Condition: { StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' } },
        },
      }),
    }),
    createRole('other-account', {
      policies,
      trustPolicy: trusting({ AWS: 'arn:aws:iam::210987654321:root' }),
    }),
  ]
}
