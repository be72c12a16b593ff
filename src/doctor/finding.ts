import type { Unreadable } from './facts.ts'
import type { Unfollowed } from './source.ts'

/** What is wrong, with what the words about it need. */
export type DoctorFinding =
  | ({ readonly code: 'file-unreadable' } & Unreadable)
  | { readonly code: 'file-damaged'; path: string; line: number; problem: string }
  | { readonly code: 'file-mode'; path: string; mode: number }
  | { readonly code: 'profile-missing'; known: readonly string[] }
  | { readonly code: 'static-keys-beside-process'; isOurs: boolean }
  | { readonly code: 'process-missing'; program: string }
  | { readonly code: 'target-taken'; target: string; by: 'keys' | 'process' }
  /** With the region that a role's profile gets from its source, and mfa-login alone knows. */
  | { readonly code: 'no-region'; inherited: string | undefined }
  | { readonly code: 'profiles-differ'; first: string; second: string }
  | {
      readonly code: 'environment-keys'
      names: readonly string[]
      /** They hide the profile's own, or are all there is and a session that is no good. */
      why: 'wins' | 'expired' | 'without-mfa'
    }
  | { readonly code: 'unreachable'; detail: string; settings: readonly NetworkSetting[] }
  | { readonly code: 'untrusted-certificate'; detail: string }
  | { readonly code: 'not-aws'; settings: readonly NetworkSetting[] }
  /** `passes`: throttling or a failure of AWS's own. */
  | { readonly code: 'aws-refused'; detail: string; passes: boolean }
  /** Milliseconds; undefined where AWS refused the clock and did not say its own. */
  | { readonly code: 'clock-skew'; offset: number | undefined }
  | ({ readonly code: 'role-source' } & Unfollowed)
  | {
      readonly code: 'no-keys'
      /** Where they should be: in the environment alone, or in this profile. */
      holder: string | undefined
      /** Whether the environment was looked into too. */
      isEnvironments: boolean
      /** Whether a role is taken with them. */
      isForRole: boolean
    }
  | { readonly code: 'keyring-silent'; message: string; remedy: string }
  | { readonly code: 'encryption-fails'; message: string; remedy: string }
  | { readonly code: 'key-unknown'; key: LongTermKey }
  | { readonly code: 'secret-wrong'; key: LongTermKey }
  | { readonly code: 'no-device' }
  | { readonly code: 'only-security-keys' }
  | { readonly code: 'devices-hidden' }
  | { readonly code: 'serial-of-another-account'; serial: Serial; account: string }
  | { readonly code: 'serial-unknown'; serial: Serial }
  | { readonly code: 'session-refused'; place: SessionPlace; detail: string }
  | { readonly code: 'session-without-mfa'; place: SessionPlace }
  | {
      readonly code: 'session-expired'
      place: SessionPlace
      expiration: string | undefined
      isWired: boolean
    }
  | { readonly code: 'no-session'; isWired: boolean }
  /** Of the profile it was made for. */
  | { readonly code: 'session-in-plain-text'; place: SessionPlace; madeFor: string }

export type FindingCode = DoctorFinding['code']

/** A variable or key that sends calls elsewhere, and the host in it. */
export interface NetworkSetting {
  readonly name: string
  readonly host: string | undefined
}

export interface LongTermKey {
  readonly ending: string
  /** Undefined where it is in the environment. */
  readonly profile: string | undefined
}

export interface Serial {
  readonly text: string
  readonly isFromEnvironment: boolean
  /** One that would do, where one is known. */
  readonly better: string | undefined
}

export type SessionPlace =
  { readonly kind: 'environment' | 'cache' } | { readonly kind: 'profile'; readonly name: string }
