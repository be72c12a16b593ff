/** What the commands for devices, policies and access keys ask of IAM. One request each, but for lists; failures are `AwsError`. */

export interface EnableRequest {
  readonly userName: string
  readonly serialNumber: string
  readonly codes: readonly [string, string]
}

export interface VirtualDevice {
  readonly serialNumber: string
  /** The user it belongs to; undefined where it was made and never enabled. */
  readonly userName: string | undefined
}

export interface DeviceCalls {
  /** Serial numbers of the devices of a user; of the one whose key signs unless told. */
  listMfaDevices(userName?: string): Promise<string[]>
  /** All virtual devices of the account. */
  listVirtualDevices(): Promise<VirtualDevice[]>
  /** Makes a virtual device that is nobody's yet; its seed is base32 text. */
  createVirtualDevice(name: string): Promise<{ serialNumber: string; seed: string }>
  /** Gives a device to a user; two codes in a row prove the authenticator has the seed. */
  enableDevice(request: EnableRequest): Promise<void>
  /** Tells AWS how far a device's clock has drifted, by two codes in a row. */
  resyncDevice(request: EnableRequest): Promise<void>
  /** Takes a device from its user; a virtual one stays behind, unassigned. */
  deactivateDevice(request: { userName: string; serialNumber: string }): Promise<void>
  /** Deletes a virtual device that is nobody's. */
  deleteVirtualDevice(serialNumber: string): Promise<void>
}

export interface AccessKeyFacts {
  readonly accessKeyId: string
  readonly isActive: boolean
  /** Milliseconds since the epoch, by AWS's clock; whole seconds. */
  readonly createdAt: number
}

/** Of the user whose key or session signs. */
export interface AccessKeyCalls {
  listAccessKeys(): Promise<AccessKeyFacts[]>
  /** The only answer that holds the secret. */
  createAccessKey(): Promise<{ accessKeyId: string; secretAccessKey: string }>
  deactivateAccessKey(accessKeyId: string): Promise<void>
  deleteAccessKey(accessKeyId: string): Promise<void>
  /** Milliseconds since the epoch; undefined for never. */
  accessKeyLastUsed(accessKeyId: string): Promise<number | undefined>
}

/** Who policies are attached to. */
export interface Principal {
  readonly kind: 'user' | 'group'
  readonly name: string
}

export interface AttachedPolicy {
  readonly name: string
  readonly arn: string
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

export interface Simulation {
  /** An ARN of a user or group. */
  readonly principalArn: string
  readonly actions: readonly string[]
  readonly resource: string
  /** Context keys and their values. */
  readonly context: Readonly<Record<string, string>>
}

export interface PolicyCalls {
  /** The name of the user whose key signs: an everyday call that a policy can refuse. */
  getUser(): Promise<string>
  groupsOf(userName: string): Promise<string[]>
  /** Names of the users in a group. */
  membersOf(groupName: string): Promise<string[]>
  attachedPolicies(principal: Principal): Promise<AttachedPolicy[]>
  inlinePolicies(principal: Principal): Promise<PolicyText[]>
  /** Undefined where there is none. */
  managedPolicy(arn: string): Promise<ManagedPolicy | undefined>
  policyVersions(arn: string): Promise<PolicyVersion[]>
  policyText(arn: string, version: string): Promise<string>
  createPolicy(name: string, text: string): Promise<void>
  /** The new version becomes the default. */
  createPolicyVersion(arn: string, text: string): Promise<void>
  deletePolicyVersion(arn: string, version: string): Promise<void>
  attachPolicy(principal: Principal, arn: string): Promise<void>
  /** What IAM's policy simulator decides by action: `allowed`, `explicitDeny` or `implicitDeny`. */
  simulate(simulation: Simulation): Promise<ReadonlyMap<string, string>>
}

/** The user's name in an ARN such as `arn:aws:iam::123456789012:user/team/alice`. */
export function userNameIn(arn: string): string | undefined {
  return /^arn:aws[\w-]*:iam::\d{12}:user\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1]
}
