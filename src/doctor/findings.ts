import type { UnknownRegion } from '../aws/api.ts'
import type { Problem } from './facts.ts'

/** What the doctor finds, by code: the details that the message needs. */
export interface FindingDetails {
  'file-unreadable': Problem
  'file-damaged': { path: string; line: number; problem: string; remedy: string }
  'file-mode': { path: string; mode: number }
  'wrong-header': Problem
  'profile-missing': Problem
  'static-keys-beside-process': { isOurs: boolean }
  'process-missing': { program: string }
  /** `isAvoidable`: `setup` writes a line without quotation marks now. */
  'process-quoted': { isAvoidable: boolean }
  'target-taken': { target: string; by: 'keys' | 'process' }
  /** `inherited` is the region of a role's source profile, which SDKs do not read. */
  'no-region': { inherited: string | undefined }
  'profiles-differ': { first: string; second: string }
  'environment-keys': { names: readonly string[]; why: EnvironmentProblem }
  'settings-unusable': Problem
  /** `AWS_ENDPOINT_URL`, or its like, is no address. */
  'endpoint-unusable': Problem
  unreachable: {
    detail: string
    settings: readonly NetworkSetting[]
    unknownRegion?: UnknownRegion | undefined
  }
  'untrusted-certificate': { detail: string }
  'not-aws': { settings: readonly NetworkSetting[] }
  /** `isTemporary`: AWS throttles or has an internal error. */
  'aws-refused': { detail: string; isTemporary: boolean }
  /** Milliseconds; undefined if AWS refused the request's time and did not send its own. */
  'clock-skew': { offset: number | undefined }
  'role-source': Problem
  'no-keys': Problem
  'keyring-silent': Problem
  'encryption-fails': Problem
  'key-unknown': { key: LongTermKey }
  'secret-wrong': { key: LongTermKey }
  'no-device': object
  'only-security-keys': object
  'devices-hidden': object
  'serial-of-another-account': { serial: ConfiguredSerial; account: string }
  'serial-unknown': { serial: ConfiguredSerial }
  'session-refused': { location: SessionLocation; detail: string }
  'session-without-mfa': { location: SessionLocation }
  /**
   * `isWired`: the profile's tools get sessions through `mfa-login credential-process`. `elsewhere` is the profile
   * to which a login writes, where tools have to be told of it.
   */
  'session-expired': {
    location: SessionLocation
    expiration: string | undefined
    isWired: boolean
    elsewhere: string | undefined
  }
  'no-session': { isWired: boolean; elsewhere: string | undefined }
  /** AWS tools that use the profile do not use its session. */
  'session-not-used': { location: SessionLocation; instead: 'key' | 'role' | 'environment' }
  /** `madeFor` is the profile to log out of. */
  'session-in-plain-text': { location: SessionLocation; madeFor: string }
}

export type FindingCode = keyof FindingDetails

export type DoctorFinding = {
  [Code in FindingCode]: { readonly code: Code } & Readonly<FindingDetails[Code]>
}[FindingCode]

/** `wins`: they take precedence over the profile. The others describe a session that is all there is. */
export type EnvironmentProblem = 'wins' | 'expired' | 'without-mfa'

/** A variable or key that redirects requests, and the host in it. */
export interface NetworkSetting {
  readonly name: string
  readonly host: string | undefined
}

export interface LongTermKey {
  /** The last four characters of the access key ID. */
  readonly ending: string
  /** Undefined for keys in the environment. */
  readonly profile: string | undefined
}

export interface ConfiguredSerial {
  readonly text: string
  readonly isFromEnvironment: boolean
  /** A device of the user that STS accepts. */
  readonly suggestion: string | undefined
}

export type SessionLocation =
  { readonly kind: 'environment' | 'cache' } | { readonly kind: 'profile'; readonly name: string }
