import { randomBytes, randomInt } from 'node:crypto'
import { allowAllPolicy, classicPolicy } from '../policy/documents.ts'
import type { NamedPolicy } from '../policy/evaluate.ts'
import { createVirtualDevice, type Device } from './device.ts'

export interface Account {
  /** Twelve digits. */
  id: string
  partition: string
  users: User[]
  roles: Role[]
  /** Virtual devices that were created and not enabled. */
  unassignedDevices: Device[]
  buckets: string[]
}

export interface User {
  name: string
  id: string
  /** The account's owner: no policy applies, and the name is only for people. */
  isRoot: boolean
  createdAt: number
  keys: AccessKey[]
  devices: Device[]
  policies: NamedPolicy[]
}

export interface AccessKey {
  accessKeyId: string
  secretAccessKey: string
  status: 'Active' | 'Inactive'
}

export interface Role {
  name: string
  id: string
  /** ARNs of the users and roles that may assume it. */
  trusts: string[]
  /** Stands for a trust policy with `Bool aws:MultiFactorAuthPresent true`. */
  requiresMfa: boolean
  maxSessionSeconds: number
  policies: NamedPolicy[]
}

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
    roles: [],
    unassignedDevices: [],
    buckets: ['alice-notes', 'build-artifacts', 'team-reports'],
    ...parts,
  }
}

export function createUser(name: string, parts: Partial<User> = {}): User {
  return {
    name,
    id: createId('AIDA'),
    isRoot: false,
    createdAt: Date.UTC(2024, 0, 15),
    keys: [createAccessKey()],
    devices: [],
    policies: [],
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

export function createAccessKey(): AccessKey {
  return { accessKeyId: createId('AKIA'), secretAccessKey: createSecret(), status: 'Active' }
}

/** Identifiers as AWS makes them: four letters for the kind, sixteen of A-Z and 2-7. */
export function createId(prefix: 'AIDA' | 'AKIA' | 'AROA' | 'ASIA'): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  return prefix + Array.from({ length: 16 }, () => letters.charAt(randomInt(32))).join('')
}

export function createSecret(): string {
  return randomBytes(30).toString('base64')
}

export function userArn({ id, partition }: Account, user: User): string {
  return `arn:${partition}:iam::${id}:${user.isRoot ? 'root' : `user/${user.name}`}`
}

export function roleArn({ id, partition }: Account, role: Role): string {
  return `arn:${partition}:iam::${id}:role/${role.name}`
}
