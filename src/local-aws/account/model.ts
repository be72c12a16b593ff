import type { PolicyDocument } from '../../policy/document.ts'
import type { NamedPolicy } from '../../policy/evaluate.ts'
import type { Device } from './device.ts'

export interface Account {
  /** Twelve digits. */
  id: string
  partition: string
  users: User[]
  groups: Group[]
  roles: Role[]
  /** Customer managed policies, and the AWS managed policies that a test needs. */
  managedPolicies: ManagedPolicy[]
  /** Virtual devices that are not enabled for a user. */
  unassignedDevices: Device[]
  /** Base32 seeds for the next virtual devices; when used up, seeds are random. */
  seeds: string[]
  buckets: string[]
  quotas: Quotas
  /** How long AWS works on a credential report, in milliseconds. */
  credentialReportMs: number
}

/** By the names of GetAccountSummary. */
export interface Quotas {
  AttachedPoliciesPerGroupQuota: number
  AttachedPoliciesPerUserQuota: number
  PoliciesQuota: number
  /** Characters without whitespace. */
  PolicySizeQuota: number
  VersionsPerPolicyQuota: number
}

/** An IAM identity that policies can be embedded in and attached to. */
export interface IamIdentity {
  name: string
  /** Begins and ends with a slash; IAM has no folders, only names with a path before them. */
  path: string
  id: string
  createdAt: number
  /** Inline policies. */
  policies: InlinePolicy[]
  /** ARNs of attached managed policies. */
  attached: string[]
}

export interface InlinePolicy extends NamedPolicy {
  /** As it was sent; AWS returns it byte for byte. */
  readonly text?: string
}

export interface User extends IamIdentity {
  /** The root user: no policy applies to it, and its name appears in no ARN. */
  isRoot: boolean
  keys: AccessKey[]
  devices: Device[]
  /** Console password, if the user has one. */
  password?: string
  /** When the password was set; by default, when the user was created. */
  passwordSetAt?: number
  /** Absent until the password is used. */
  passwordLastUsed?: number
  /** The user has to set a new password at the next sign-in. */
  mustResetPassword?: boolean
  tags: Record<string, string>
  /** ARN of the managed policy that is the permissions boundary. */
  boundary?: string | undefined
}

export interface Group extends IamIdentity {
  /** User names. */
  members: string[]
}

export interface AccessKey {
  accessKeyId: string
  secretAccessKey: string
  status: 'Active' | 'Inactive'
  createdAt: number
  /** Absent until the key is used. */
  lastUsed?: { at: number; service: string; region: string }
}

export interface ManagedPolicy {
  /** Contains the path and the name; see arns.ts. */
  arn: string
  id: string
  description: string | undefined
  createdAt: number
  updatedAt: number
  versions: PolicyVersion[]
  defaultVersionId: string
  /** The highest version number so far; AWS does not reuse the number of a deleted version. */
  lastVersion: number
}

export interface PolicyVersion {
  /** `v1`, `v2` and so on. */
  id: string
  /** As it was sent; AWS returns it byte for byte. */
  text: string
  document: PolicyDocument
  createdAt: number
}

export interface Role extends IamIdentity {
  /** The trust policy as it was sent; without it, the fields up to `allowsMarks` say what it is. */
  trustPolicy?: string
  /** ARNs of the users and roles that the trust policy allows. */
  trusts: string[]
  /** The trust policy has the condition `Bool aws:MultiFactorAuthPresent true`. */
  requiresMfa: boolean
  /** The trust policy has a condition on `sts:ExternalId`. */
  externalId?: string
  /** The trust policy requires `sts:RoleSessionName` to be `${aws:username}`. */
  requiresUserName?: boolean
  /** False where the trust policy allows neither sts:TagSession nor sts:SetSourceIdentity. */
  allowsMarks?: boolean
  maxSessionSeconds: number
  /** Absent until a session of the role makes a call. */
  lastUsed?: { at: number; region: string }
}
