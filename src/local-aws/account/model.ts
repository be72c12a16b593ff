import { randomBytes, randomInt } from 'node:crypto'
import { allowAllPolicy, classicPolicy } from '../../policy/documents.ts'
import type { PolicyDocument } from '../../policy/document.ts'
import type { NamedPolicy } from '../../policy/evaluate.ts'
import { createVirtualDevice, type Device } from './device.ts'

export interface Account {
  /** Twelve digits. */
  id: string
  partition: string
  users: User[]
  groups: Group[]
  roles: Role[]
  /** The account's own, and those of AWS that are to be there. */
  managedPolicies: ManagedPolicy[]
  /** Virtual devices that were created and not enabled. */
  unassignedDevices: Device[]
  /** Seeds (base32) of the virtual devices to be created next; then they are random. */
  seeds: string[]
  buckets: string[]
}

/** What policies can be put in and attached to. */
export interface PolicyHolder {
  name: string
  id: string
  createdAt: number
  /** Inline. */
  policies: InlinePolicy[]
  /** ARNs of managed policies. */
  attached: string[]
}

export interface InlinePolicy extends NamedPolicy {
  /** As it was put; AWS gives it back byte for byte. */
  readonly text?: string
}

export interface User extends PolicyHolder {
  /** The account's owner: no policy applies, and the name is only for people. */
  isRoot: boolean
  keys: AccessKey[]
  devices: Device[]
  /** Of the console; left out, the user has none. */
  password?: string
}

export interface Group extends PolicyHolder {
  /** Names of users. */
  members: string[]
}

export interface AccessKey {
  accessKeyId: string
  secretAccessKey: string
  status: 'Active' | 'Inactive'
  createdAt: number
  /** Left out: never. */
  lastUsed?: { at: number; service: string; region: string }
}

export interface ManagedPolicy {
  /** Holds the path and the name; AWS's own have `aws` for the account. */
  arn: string
  id: string
  description: string | undefined
  createdAt: number
  updatedAt: number
  versions: PolicyVersion[]
  defaultVersionId: string
  /** The highest number given so far: a deleted version's is not given again. */
  lastVersion: number
}

export interface PolicyVersion {
  /** As in `v1`. */
  id: string
  /** As it was sent; AWS gives it back byte for byte. */
  text: string
  document: PolicyDocument
  createdAt: number
}

export interface Role {
  name: string
  id: string
  /** ARNs of the users and roles that may assume it. */
  trusts: string[]
  /** Stands for a trust policy with `Bool aws:MultiFactorAuthPresent true`. */
  requiresMfa: boolean
  /** Stands for a condition on `sts:ExternalId`. */
  externalId?: string
  /** Stands for `sts:RoleSessionName` being `${aws:username}`. */
  requiresUserName?: boolean
  maxSessionSeconds: number
  policies: NamedPolicy[]
}

const CREATED_AT = Date.UTC(2024, 0, 15)

/**
 * An account with one user, `alice`: one access key, one enrolled device `mfa/alice`, and
 * policies under which MFA alone makes the difference.
 */
export function createAccount(parts: Partial<Account> = {}): Account {
  const { id = '123456789012', partition = 'aws' } = parts
  const alice = () =>
    createUser('alice', {
      devices: [createVirtualDevice(`arn:${partition}:iam::${id}:mfa/alice`)],
      policies: [
        { name: 'mfa_mandatory', document: classicPolicy(partition) },
        { name: 'everything', document: allowAllPolicy() },
      ],
    })
  return {
    id,
    partition,
    users: parts.users ?? [alice()],
    groups: [],
    roles: [],
    managedPolicies: [],
    unassignedDevices: [],
    seeds: [],
    buckets: ['alice-notes', 'build-artifacts', 'team-reports'],
    ...parts,
  }
}

export function createUser(name: string, parts: Partial<User> = {}): User {
  return {
    name,
    id: createId('AIDA'),
    isRoot: false,
    createdAt: CREATED_AT,
    keys: [createAccessKey()],
    devices: [],
    policies: [],
    attached: [],
    ...parts,
  }
}

export function createGroup(name: string, parts: Partial<Group> = {}): Group {
  return {
    name,
    id: createId('AGPA'),
    createdAt: CREATED_AT,
    members: [],
    policies: [],
    attached: [],
    ...parts,
  }
}

/** A managed policy with one version; attach it by its ARN. */
export function createManagedPolicy(
  arn: string,
  document: PolicyDocument,
  parts: Partial<ManagedPolicy> = {},
): ManagedPolicy {
  const { createdAt = CREATED_AT } = parts
  return {
    arn,
    id: createId('ANPA'),
    description: undefined,
    createdAt,
    updatedAt: createdAt,
    versions: [{ id: 'v1', text: JSON.stringify(document, null, 2), document, createdAt }],
    defaultVersionId: 'v1',
    lastVersion: 1,
    ...parts,
  }
}

export function createRole(name: string, parts: Partial<Role> = {}): Role {
  return {
    name,
    id: createId('AROA'),
    trusts: [],
    requiresMfa: false,
    maxSessionSeconds: 3600,
    policies: [],
    ...parts,
  }
}

export function createAccessKey(parts: Partial<AccessKey> = {}): AccessKey {
  return {
    accessKeyId: createId('AKIA'),
    secretAccessKey: createSecret(),
    status: 'Active',
    createdAt: CREATED_AT,
    ...parts,
  }
}

/** Identifiers as AWS makes them: four letters for the kind, sixteen of A-Z and 2-7. */
export function createId(prefix: 'AGPA' | 'AIDA' | 'AKIA' | 'ANPA' | 'AROA' | 'ASIA'): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  return prefix + Array.from({ length: 16 }, () => letters.charAt(randomInt(32))).join('')
}

export function createSecret(): string {
  return randomBytes(30).toString('base64')
}

/** `resource` is what comes last, as in `user/alice`. */
export function accountArn({ id, partition }: Account, resource: string): string {
  return `arn:${partition}:iam::${id}:${resource}`
}

export function userArn(account: Account, user: User): string {
  return accountArn(account, user.isRoot ? 'root' : `user/${user.name}`)
}

export function groupArn(account: Account, group: Group): string {
  return accountArn(account, `group/${group.name}`)
}

/** The ARN a role's session acts under. */
export function sessionArn({ id, partition }: Account, role: Role, sessionName: string): string {
  return `arn:${partition}:sts::${id}:assumed-role/${role.name}/${sessionName}`
}

export function roleArn(account: Account, role: Role): string {
  return accountArn(account, `role/${role.name}`)
}
