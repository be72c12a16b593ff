import type { Problem } from './problem.ts'

/** What is wrong, with the details that its message needs. */
export type DoctorFinding =
  | FileFinding
  | ProfileFinding
  | EnvironmentFinding
  | NetworkFinding
  | ClockFinding
  | KeySourceFinding
  | KeyFinding
  | EncryptionFinding
  | DeviceFinding
  | SessionFinding

export type FindingCode = DoctorFinding['code']

export type FileFinding =
  | ({ readonly code: 'file-unreadable' } & Problem)
  | { readonly code: 'file-damaged'; path: string; line: number; problem: string }
  | { readonly code: 'file-mode'; path: string; mode: number }

export type ProfileFinding =
  | { readonly code: 'profile-missing'; known: readonly string[] }
  | { readonly code: 'static-keys-beside-process'; isOurs: boolean }
  | { readonly code: 'process-missing'; program: string }
  | { readonly code: 'target-taken'; target: string; by: 'keys' | 'process' }
  /** `inherited` is the region of a role's source profile, which SDKs do not read. */
  | { readonly code: 'no-region'; inherited: string | undefined }

export type EnvironmentFinding =
  | { readonly code: 'profiles-differ'; first: string; second: string }
  | { readonly code: 'environment-keys'; names: readonly string[]; why: EnvironmentProblem }

/** `wins`: they take precedence over the profile. The others describe a session that is all there is. */
export type EnvironmentProblem = 'wins' | 'expired' | 'without-mfa'

export type NetworkFinding =
  | { readonly code: 'unreachable'; detail: string; settings: readonly NetworkSetting[] }
  | { readonly code: 'untrusted-certificate'; detail: string }
  | { readonly code: 'not-aws'; settings: readonly NetworkSetting[] }
  /** `isTemporary`: AWS throttles or has an internal error. */
  | { readonly code: 'aws-refused'; detail: string; isTemporary: boolean }

/** `offset` in milliseconds; undefined if AWS refused the request's time and did not send its own. */
export interface ClockFinding {
  readonly code: 'clock-skew'
  readonly offset: number | undefined
}

export type KeySourceFinding =
  | ({ readonly code: 'role-source' } & Problem)
  | {
      readonly code: 'no-keys'
      /** The profile that should hold them; undefined for the environment. */
      readonly holder: string | undefined
      /** Whether the environment is a place for them, too. */
      readonly mayBeInEnvironment: boolean
      /** Whether a role is assumed with them. */
      readonly isForRole: boolean
    }
  | ({ readonly code: 'keyring-silent' } & Problem)

export type KeyFinding =
  | { readonly code: 'key-unknown'; key: LongTermKey }
  | { readonly code: 'secret-wrong'; key: LongTermKey }

export type EncryptionFinding =
  | ({ readonly code: 'encryption-fails' } & Problem)
  /** `madeFor` is the profile to log out of. */
  | { readonly code: 'session-in-plain-text'; location: SessionLocation; madeFor: string }

export type DeviceFinding =
  | { readonly code: 'no-device' }
  | { readonly code: 'only-security-keys' }
  | { readonly code: 'devices-hidden' }
  | { readonly code: 'serial-of-another-account'; serial: ConfiguredSerial; account: string }
  | { readonly code: 'serial-unknown'; serial: ConfiguredSerial }

export type SessionFinding =
  | { readonly code: 'session-refused'; location: SessionLocation; detail: string }
  | { readonly code: 'session-without-mfa'; location: SessionLocation }
  | {
      readonly code: 'session-expired'
      location: SessionLocation
      expiration: string | undefined
      isWired: boolean
    }
  /** `isWired`: the profile's tools get sessions through `mfa-login credential-process`. */
  | { readonly code: 'no-session'; isWired: boolean }

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
