import type { NamedPolicy } from './evaluate.ts'
import type { OpenRequest } from './predict.ts'
import { credentialContext, DIRECT_CALL, userContext, type OpenContext } from './request-context.ts'

/** The user for whom policies are checked. */
export interface Subject {
  readonly partition: string
  /** Twelve digits. */
  readonly account: string
  readonly user: string
  /** The user's IAM path, such as `/team/`; without it, `/`. */
  readonly path?: string
  /** All tags of the user; undefined if they are not known. */
  readonly tags?: Readonly<Record<string, string>>
  /** The time of the requests. */
  readonly now: Date
}

/** A user of the partition and account that the policies' ARNs name. */
export function inferSubject(policies: readonly NamedPolicy[], now: Date): Subject {
  const text = JSON.stringify(policies)
  return {
    partition: (/"arn:(aws[\w-]*):iam:/.exec(text) ?? /"arn:(aws[\w-]*):/.exec(text))?.[1] ?? 'aws',
    // The ARN of a role may name another account.
    account: /"arn:aws[\w-]*:iam::(\d{12}):(?:user|mfa)\//.exec(text)?.[1] ?? '123456789012',
    user: 'alice',
    now,
  }
}

export function iamArn(
  { partition, account }: Pick<Subject, 'partition' | 'account'>,
  rest: string,
): string {
  return `arn:${partition}:iam::${account}:${rest}`
}

export function ownArn(subject: Subject): string {
  return iamArn(subject, `user${subject.path ?? '/'}${subject.user}`)
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

/** A request of the user; a session with MFA is a fresh one. */
export function createRequest(
  subject: Subject,
  action: string,
  resource: string,
  kind: CredentialKind,
  moreContext?: OpenContext,
): OpenRequest {
  const context = contextOf(subject, kind)
  return { action, resource, context: moreContext ? { ...context, ...moreContext } : context }
}

const contexts = new WeakMap<Subject, Partial<Record<CredentialKind, OpenContext>>>()

/** The same object each time, about which the evaluator remembers what it has read. */
function contextOf(subject: Subject, kind: CredentialKind): OpenContext {
  const known = contexts.get(subject) ?? {}
  contexts.set(subject, known)
  const { user: name, account, tags, now } = subject
  return (known[kind] ??= {
    ...credentialContext(kind, now),
    ...MFA_CONTEXT[kind],
    ...DIRECT_CALL,
    ...userContext({ name, arn: ownArn(subject), account, tags }),
  })
}
