/** The calls to IAM. Each sends one request (lists: one per page) and throws AwsError. */

export interface EnableRequest {
  readonly userName: string
  readonly serialNumber: string
  readonly codes: readonly [string, string]
}

interface VirtualDevice {
  readonly serialNumber: string
  /** The user it is assigned to; undefined where it was created and never enabled. */
  readonly userName: string | undefined
}

export interface DeviceCalls {
  /** Serial numbers of the devices of a user, by default the one whose key signs. */
  listMfaDevices(userName?: string): Promise<string[]>
  /** All virtual devices of the account. */
  listVirtualDevices(): Promise<VirtualDevice[]>
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
}

export interface PolicyVersion {
  readonly id: string
  readonly isDefault: boolean
  /** Milliseconds since the epoch. */
  readonly createdAt: number
}

interface Simulation {
  /** An ARN of a user or group. */
  readonly principalArn: string
  readonly actions: readonly string[]
  readonly resource: string
  /** Context keys and their values. */
  readonly context: Readonly<Record<string, string>>
}

export interface PolicyCalls {
  /** The name of the user whose key signs; a policy can deny this call. */
  getUser(): Promise<string>
  groupsOf(userName: string): Promise<string[]>
  /** Names of the users in a group. */
  membersOf(groupName: string): Promise<string[]>
  attachedPolicies(principal: Principal): Promise<{ name: string; arn: string }[]>
  inlinePolicies(principal: Principal): Promise<PolicyText[]>
  /** Undefined where no such policy exists. */
  managedPolicy(arn: string): Promise<ManagedPolicy | undefined>
  policyVersions(arn: string): Promise<PolicyVersion[]>
  policyText(arn: string, version: string): Promise<string>
  createPolicy(name: string, text: string): Promise<void>
  /** The new version becomes the default. */
  createPolicyVersion(arn: string, text: string): Promise<void>
  deletePolicyVersion(arn: string, version: string): Promise<void>
  attachPolicy(principal: Principal, arn: string): Promise<void>
  /** The decisions of IAM's policy simulator by action: `allowed`, `explicitDeny` or `implicitDeny`. */
  simulate(simulation: Simulation): Promise<ReadonlyMap<string, string>>
}

/** The user's name in an ARN such as `arn:aws:iam::123456789012:user/team/alice`. */
export function userNameIn(arn: string): string | undefined {
  return /^arn:aws[\w-]*:iam::\d{12}:user\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1]
}
