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
    partition: /"arn:(aws[\w-]*):/.exec(text)?.[1] ?? 'aws',
    account: /"arn:aws[\w-]*:iam::(\d{12}):/.exec(text)?.[1] ?? '123456789012',
    user: 'alice',
  }
}

export function iamArn({ partition, account }: Subject, rest: string): string {
  return `arn:${partition}:iam::${account}:${rest}`
}

export function ownArn(subject: Subject): string {
  return iamArn(subject, `user/${subject.user}`)
}

export const MFA = 'aws:MultiFactorAuthPresent'

/** What a request carries: long-term keys lack the MFA key, sessions say true or false. */
export const CREDENTIALS = {
  bareKey: {},
  sessionWithoutMfa: { [MFA]: 'false' },
  mfaSession: { [MFA]: 'true' },
} as const

export type Credentials = keyof typeof CREDENTIALS

export function requestOf(
  { user }: Subject,
  action: string,
  resource: string,
  credentials: Credentials,
  more: Readonly<Record<string, string>> = {},
): PolicyRequest {
  const context = { 'aws:username': user, 'aws:ViaAWSService': 'false' }
  return { action, resource, context: { ...context, ...CREDENTIALS[credentials], ...more } }
}
