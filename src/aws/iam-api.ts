/** The calls to IAM. Each sends one request (lists: one per page) and throws AwsError. */

export interface EnableRequest {
  readonly userName: string
  readonly serialNumber: string
  readonly codes: readonly [string, string]
}

export interface VirtualDevice {
  readonly serialNumber: string
  /** The user it is assigned to; undefined if it was created and never enabled. */
  readonly userName: string | undefined
}

export interface DeviceCalls {
  /** Serial numbers of the devices of a user, by default the one whose key signs; `signal` ends the call. */
  listMfaDevices(userName?: string, signal?: AbortSignal): Promise<string[]>
  /** All virtual devices of the account, or those that are assigned to a user. */
  listVirtualDevices(status?: 'Assigned'): Promise<VirtualDevice[]>
  /** Creates a virtual device that is not assigned yet; its seed is base32 text. */
  createVirtualDevice(name: string): Promise<{ serialNumber: string; seed: string }>
  /** Assigns a device to a user; two consecutive codes prove that the authenticator has the seed. */
  enableDevice(request: EnableRequest): Promise<void>
  /** Tells AWS how far a device's clock has drifted, by two consecutive codes. */
  resyncDevice(request: EnableRequest): Promise<void>
  /** Removes a device from its user; a virtual one remains, unassigned. */
  deactivateDevice(request: { userName: string; serialNumber: string }): Promise<void>
  /** Deletes an unassigned virtual device. */
  deleteVirtualDevice(serialNumber: string): Promise<void>
}

export interface AccessKeyFacts {
  readonly accessKeyId: string
  readonly isActive: boolean
  /** Milliseconds since the epoch, by AWS's clock; whole seconds. */
  readonly createdAt: number
}

/** For the user whose key or session signs. */
export interface AccessKeyCalls {
  listAccessKeys(): Promise<AccessKeyFacts[]>
  /** AWS returns the secret only here. */
  createAccessKey(): Promise<{ accessKeyId: string; secretAccessKey: string }>
  deactivateAccessKey(accessKeyId: string): Promise<void>
  deleteAccessKey(accessKeyId: string): Promise<void>
  /** Milliseconds since the epoch; undefined for a key that was never used. */
  accessKeyLastUsed(accessKeyId: string): Promise<number | undefined>
}

/** What policies are attached to. */
export interface Principal {
  readonly kind: 'user' | 'group'
  readonly name: string
}

export interface PolicyText {
  readonly name: string
  /** JSON, as the account has it. */
  readonly text: string
}

export interface ManagedPolicy {
  readonly arn: string
  readonly defaultVersion: string
  /** How many users, groups and roles it is attached to. */
  readonly attachments: number
  /** Of how many users and roles it is the permissions boundary. */
  readonly boundaryUses: number
  /** Empty where it has none. IAM does not change it later. */
  readonly description: string
}

export interface PolicyName {
  readonly name: string
  readonly arn: string
}

export interface PolicyVersion {
  readonly id: string
  readonly isDefault: boolean
  /** Milliseconds since the epoch. */
  readonly createdAt: number
}

/** What has a managed policy. */
export interface PolicyEntity {
  readonly kind: Principal['kind'] | 'role'
  readonly name: string
}

interface Simulation {
  /** An ARN of a user or group. */
  readonly principalArn: string
  readonly actions: readonly string[]
  readonly resource: string
  /** Context keys and their values. */
  readonly context: Readonly<Record<string, string>>
}

export interface UserDetails {
  readonly arn: string
  readonly tags: Readonly<Record<string, string>>
  /** The ARN of the policy that is the permissions boundary. */
  readonly boundary: string | undefined
}

export interface PolicyCalls {
  /** A user, by default the one whose key signs; a policy can deny this call. */
  getUser(userName?: string): Promise<UserDetails>
  groupsOf(userName: string): Promise<string[]>
  /** The ARN of a group, and those of its users. */
  getGroup(groupName: string): Promise<{ arn: string; members: string[] }>
  attachedPolicies(principal: Principal): Promise<PolicyName[]>
  inlinePolicies(principal: Principal): Promise<PolicyText[]>
  /** A call that only shows whether it is allowed. */
  listRoles(): Promise<void>
  /** All policies that the account has made. */
  customerPolicies(): Promise<PolicyName[]>
  /** Numbers of entities, and quotas such as `PoliciesQuota`, by AWS's names. */
  accountSummary(): Promise<ReadonlyMap<string, number>>
  /** Undefined if no such policy exists. */
  managedPolicy(arn: string): Promise<ManagedPolicy | undefined>
  entitiesWithPolicy(arn: string): Promise<PolicyEntity[]>
  policyVersions(arn: string): Promise<PolicyVersion[]>
  policyText(arn: string, version: string): Promise<string>
  createPolicy(policy: PolicyText & { readonly description: string }): Promise<void>
  /** The new version becomes the default. */
  createPolicyVersion(arn: string, text: string): Promise<void>
  /** Fails if the version is the default. */
  deletePolicyVersion(arn: string, version: string): Promise<void>
  setDefaultPolicyVersion(arn: string, version: string): Promise<void>
  /** Fails while the policy is attached, or has a version besides the default. */
  deletePolicy(arn: string): Promise<void>
  attachPolicy(principal: Principal, arn: string): Promise<void>
  detachPolicy(principal: Principal, arn: string): Promise<void>
  /** The decisions of IAM's policy simulator by action: `allowed`, `explicitDeny` or `implicitDeny`. */
  simulate(simulation: Simulation): Promise<ReadonlyMap<string, string>>
}

/** The user's name in an ARN such as `arn:aws:iam::123456789012:user/team/alice`. */
export function userNameIn(arn: string): string | undefined {
  return /^arn:aws[\w-]*:iam::\d{12}:user\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1]
}
