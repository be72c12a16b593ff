/** What an audit reports; the names of its fields are those of the JSON output. */
import type { StatementReference } from '../policy/evaluate.ts'
import type { PolicyFinding } from '../policy/findings.ts'
import type { CredentialKind } from '../policy/subject.ts'
import type { DeviceKind, Unread } from './model.ts'

export interface AuditReport {
  readonly account: { readonly id: string; readonly partition: string }
  /** ISO 8601, as all times of the report. */
  readonly readAt: string
  /** The users that the report is limited to; null for all of them, and root. */
  readonly scope: AuditScope | null
  readonly summary: Summary
  /** Root first, then by name. */
  readonly users: readonly UserVerdict[]
  /** Roles that a user may take without MFA. */
  readonly roles: readonly RoleVerdict[]
  /** Policies that are MFA gates. */
  readonly policies: readonly GateVerdict[]
  readonly findings: readonly AuditFinding[]
  /** What to do next, in this order. */
  readonly next: readonly NextStep[]
  readonly unread: readonly Unread[]
}

export interface AuditScope {
  readonly kind: 'user' | 'group'
  readonly name: string
}

export const ENFORCED = ['yes', 'partly', 'no'] as const
export type Enforced = (typeof ENFORCED)[number]

/** What becomes of a user if the strict policy applied today, the worst last but for what is not known. */
export const IF_ENFORCED = [
  'works as before',
  'must enroll first',
  'works in the console only',
  'locked out',
  'breaks',
  'not known',
] as const
export type IfEnforced = (typeof IF_ENFORCED)[number]

export interface Summary {
  /** Without root. */
  readonly users: number
  readonly enforced: Readonly<Record<Enforced, number>>
  readonly ifEnforced: Readonly<Record<IfEnforced, number>>
  readonly withoutDevice: number
  readonly securityKeyOnly: number
  readonly withPassword: number
  /** Active keys. */
  readonly keys: number
  readonly rolesWithoutMfa: number
  readonly exceptions: number
}

export interface UserVerdict {
  /** `<root_account>` for root. */
  readonly user: string
  readonly arn: string
  readonly path: string
  readonly groups: readonly string[]
  /** Null where not known, as elsewhere in the report. */
  readonly devices: readonly (DeviceKind | null)[] | null
  readonly password: {
    readonly isEnabled: boolean
    readonly lastUsed: string | null
    readonly mustReset: boolean | null
  } | null
  readonly keys:
    | readonly {
        readonly isActive: boolean
        /** Days since it was created. */
        readonly age: number | null
        readonly lastUsed: string | null
        readonly lastService: string | null
      }[]
    | null
  readonly lastActivity: string | null
  readonly enforced: Enforced
  /** The statements that deny without MFA. */
  readonly by: readonly StatementReference[]
  /** The first action that gets through without MFA. */
  readonly open: OpenAction | null
  /** Context keys that decide whether something gets through. */
  readonly dependsOn: readonly string[]
  /** The exceptions from MFA that cover this user. */
  readonly exceptions: readonly ExceptionVerdict[]
  /** Whether MFA is not enforced only because of exceptions, all of which end. */
  readonly isExcused: boolean
  readonly ifEnforced: IfEnforced
  /** Of users who must enroll first: whether their policies let them today; null of others. */
  readonly canEnroll: boolean | null
  /** One sentence: why. */
  readonly why: string
}

export interface OpenAction {
  readonly action: string
  readonly resource: string
  readonly credentials: CredentialKind
  /** The Allow; null where the root user needs none. */
  readonly by: StatementReference | null
}

/** A condition that takes a user out of an MFA Deny until a day. */
export interface ExceptionVerdict {
  readonly policy: string
  readonly statement: string
  readonly kind: 'path' | 'tag' | 'user'
  /** The path, `key=value` of the tag, or the name. */
  readonly match: string
  /** ISO 8601; null if it has no end. */
  readonly until: string | null
}

export interface RoleVerdict {
  readonly role: string
  readonly arn: string
  /** Users that may take it without MFA. */
  readonly users: readonly string[]
  readonly userCount: number
  /** Users of whom it depends on policies that could not be read. */
  readonly usersNotKnown: readonly string[]
  readonly lastUsed: string | null
}

export interface GateVerdict {
  readonly policy: string
  /** Null for an inline policy. */
  readonly arn: string | null
  /** What has it: `group developers`, `user alice`. */
  readonly attachedTo: readonly string[]
  readonly findings: readonly PolicyFinding[]
}

export interface AuditFinding {
  readonly code: string
  readonly severity: PolicyFinding['severity']
  /** A user, role or policy by its ARN. */
  readonly subject: string
  readonly message: string
  readonly remedy: string
}

export interface NextStep {
  /** A sentence: what, and for how many. */
  readonly what: string
  /** The commands that do it, one after the other; none where only AWS’s own pages can. */
  readonly commands: readonly string[]
  readonly users: readonly string[]
}
