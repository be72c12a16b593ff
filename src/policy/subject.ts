import type { NamedPolicy, PolicyRequest } from './evaluate.ts'

/** The user whose requests a policy is tried with. */
export interface Subject {
  readonly partition: string
  /** Twelve digits. */
  readonly account: string
  readonly user: string
}

/** Someone the policies may be about: of the partition and account their own ARNs name. */
export function subjectOf(policies: readonly NamedPolicy[]): Subject {
  const text = JSON.stringify(policies)
  return {
    partition: (/"arn:(aws[\w-]*):iam:/.exec(text) ?? /"arn:(aws[\w-]*):/.exec(text))?.[1] ?? 'aws',
    // Not a role's, which may well be in another account.
    account: /"arn:aws[\w-]*:iam::(\d{12}):(?:user|mfa)\//.exec(text)?.[1] ?? '123456789012',
    user: 'alice',
  }
}

export function iamArn(
  { partition, account }: Pick<Subject, 'partition' | 'account'>,
  rest: string,
): string {
  return `arn:${partition}:iam::${account}:${rest}`
}

export function ownArn(subject: Subject): string {
  return iamArn(subject, `user/${subject.user}`)
}

export const MFA = 'aws:MultiFactorAuthPresent'
export const MFA_AGE = 'aws:MultiFactorAuthAge'

/** What a request carries: long-term keys lack the MFA key, sessions say true or false. */
export const CREDENTIALS = {
  bareKey: {},
  sessionWithoutMfa: { [MFA]: 'false' },
  mfaSession: { [MFA]: 'true', [MFA_AGE]: '60' },
} as const

export type Credentials = keyof typeof CREDENTIALS

/** With the context keys that every request of a user has. */
export function requestOf(
  subject: Subject,
  action: string,
  resource: string,
  credentials: Credentials,
  more: Readonly<Record<string, string>> = {},
): PolicyRequest {
  const context = {
    'aws:username': subject.user,
    'aws:PrincipalArn': ownArn(subject),
    'aws:PrincipalAccount': subject.account,
    'aws:PrincipalType': 'User',
    'aws:SecureTransport': 'true',
    'aws:ViaAWSService': 'false',
  }
  return { action, resource, context: { ...context, ...CREDENTIALS[credentials], ...more } }
}
