import type { NamedPolicy, PolicyRequest } from './evaluate.ts'

/** The user for whom policies are checked. */
export interface Subject {
  readonly partition: string
  /** Twelve digits. */
  readonly account: string
  readonly user: string
}

/** A user of the partition and account that the policies' ARNs name. */
export function inferSubject(policies: readonly NamedPolicy[]): Subject {
  const text = JSON.stringify(policies)
  return {
    partition: (/"arn:(aws[\w-]*):iam:/.exec(text) ?? /"arn:(aws[\w-]*):/.exec(text))?.[1] ?? 'aws',
    // The ARN of a role may name another account.
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

/**
 * The MFA context keys of a request (IAM User Guide, "AWS global condition context keys"): absent for
 * long-term keys, true or false for sessions.
 */
export const MFA_CONTEXT = {
  bareKey: {},
  sessionWithoutMfa: { [MFA]: 'false' },
  mfaSession: { [MFA]: 'true', [MFA_AGE]: '60' },
} as const

export type CredentialKind = keyof typeof MFA_CONTEXT

/** A request with the context keys that every request of a user has, and some more. */
export function createRequest(
  subject: Subject,
  action: string,
  resource: string,
  kind: CredentialKind,
  moreContext: Readonly<Record<string, string>> = {},
): PolicyRequest {
  const userContext = {
    'aws:username': subject.user,
    'aws:PrincipalArn': ownArn(subject),
    'aws:PrincipalAccount': subject.account,
    'aws:PrincipalType': 'User',
    'aws:SecureTransport': 'true',
    'aws:ViaAWSService': 'false',
  }
  return { action, resource, context: { ...userContext, ...MFA_CONTEXT[kind], ...moreContext } }
}
