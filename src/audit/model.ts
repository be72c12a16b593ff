/** What an audit reads of an account. */
import type { NamedPolicy } from '../policy/evaluate.ts'

/** An account as it was read. Undefined stands for what could not be read. */
export interface AccountFacts {
  /** Twelve digits. */
  readonly account: string
  readonly partition: string
  /** Milliseconds since the epoch. */
  readonly readAt: number
  readonly root: RootFacts | undefined
  readonly users: readonly UserFacts[]
  readonly groups: readonly GroupFacts[]
  readonly roles: readonly RoleFacts[]
  /** By ARN; AWS managed policies only where something has them. */
  readonly policies: ReadonlyMap<string, ManagedPolicyFacts>
  readonly unread: readonly Unread[]
  /** Policies with documents that the evaluator cannot read, which are left out. */
  readonly unreadable: readonly UnreadablePolicy[]
}

export interface UnreadablePolicy {
  readonly policy: string
  /** The ARN of the managed policy, or of what has the inline policy. */
  readonly arn: string
  readonly problem: string
  /** Whether IAM names it and did not return it, as when it is deleted meanwhile. */
  readonly isMissing?: boolean
}

/** A call that was refused or failed, and what the report lacks without it. */
export interface Unread {
  /** The action a policy names, such as `iam:GetCredentialReport`. */
  readonly action: string
  /** AWS's error code. */
  readonly code: string
  readonly lacks: string
}

export interface IdentityFacts {
  readonly name: string
  readonly arn: string
  readonly path: string
  readonly inline: readonly NamedPolicy[]
  /** ARNs of managed policies. */
  readonly attached: readonly string[]
}

export type DeviceKind = 'authenticator' | 'hardware token' | 'security key'

export interface RootFacts {
  readonly hasMfa: boolean | undefined
  readonly hasKeys: boolean | undefined
  /** False where the organization manages root access centrally. */
  readonly hasPassword: boolean | undefined
  /** Milliseconds since the epoch; null if never. */
  readonly lastActivity: number | null | undefined
}

export interface UserFacts extends IdentityFacts {
  readonly tags: Readonly<Record<string, string>>
  readonly groups: readonly string[]
  /** ARN of the permissions boundary. */
  readonly boundary: string | undefined
  /** Empty for none. A kind is undefined where only the number of devices is known to be over zero. */
  readonly devices: readonly (DeviceKind | undefined)[] | undefined
  readonly password: PasswordFacts | undefined
  readonly keys: readonly KeyFacts[] | undefined
}

export interface PasswordFacts {
  readonly isEnabled: boolean
  /** Milliseconds since the epoch; null if never. */
  readonly lastUsed: number | null
  /** Whether the user must set a new one at the next sign-in. */
  readonly mustReset: boolean | undefined
}

export interface KeyFacts {
  readonly isActive: boolean
  /** Milliseconds since the epoch. */
  readonly createdAt: number | undefined
  /** Milliseconds since the epoch; null if never. */
  readonly lastUsed: number | null
  readonly lastService: string | null
}

export type GroupFacts = IdentityFacts

export interface RoleFacts extends IdentityFacts {
  /** The trust policy's JSON. */
  readonly trust: string
  /** Milliseconds since the epoch; null if never. */
  readonly lastUsed: number | null
}

export interface ManagedPolicyFacts extends NamedPolicy {
  readonly arn: string
}
