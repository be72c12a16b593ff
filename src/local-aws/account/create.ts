import { allowAllPolicy, classicPolicy } from '../../policy/documents.ts'
import type { PolicyDocument } from '../../policy/document.ts'
import { createVirtualDevice } from './device.ts'
import { createId, createSecret } from './ids.ts'
import type { AccessKey, Account, Group, ManagedPolicy, Quotas, Role, User } from './model.ts'

/** IAM User Guide, "IAM and AWS STS quotas". */
const QUOTAS: Quotas = {
  AttachedPoliciesPerGroupQuota: 10,
  AttachedPoliciesPerUserQuota: 10,
  PoliciesQuota: 1500,
  PolicySizeQuota: 6144,
  VersionsPerPolicyQuota: 5,
}

/** When everything in a new account was created (ms since the epoch). */
const CREATED_AT = Date.UTC(2024, 0, 15)

/**
 * Without `parts`, an account with one user, `alice`: one access key, one enrolled device `mfa/alice`, and
 * policies that allow everything with MFA and next to nothing without.
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
    quotas: { ...QUOTAS },
    credentialReportMs: 0,
    ...parts,
  }
}

export function createUser(name: string, parts: Partial<User> = {}): User {
  return {
    name,
    path: '/',
    id: createId('AIDA'),
    isRoot: false,
    createdAt: CREATED_AT,
    keys: [createAccessKey()],
    devices: [],
    tags: {},
    policies: [],
    attached: [],
    ...parts,
  }
}

export function createGroup(name: string, parts: Partial<Group> = {}): Group {
  return {
    name,
    path: '/',
    id: createId('AGPA'),
    createdAt: CREATED_AT,
    members: [],
    policies: [],
    attached: [],
    ...parts,
  }
}

/** A managed policy with one version; add its ARN to `attached` of a user or group to attach it. */
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
    path: '/',
    id: createId('AROA'),
    createdAt: CREATED_AT,
    trusts: [],
    requiresMfa: false,
    maxSessionSeconds: 3600,
    policies: [],
    attached: [],
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
