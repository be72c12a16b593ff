import type { Device } from './account/device.ts'
import type { Account, Role, User } from './account/model.ts'

/** Everything that the operations read and change. */
export interface ServerState {
  readonly account: Account
  /** By access key ID. */
  readonly sessions: Map<string, Session>
  /** Sign-in tokens of the console, with the ARN of the session that each is for. */
  readonly signInTokens: Map<string, string>
  /** The last step of each device whose code was given to a person or a test. */
  readonly givenSteps: WeakMap<Device, number>
  /** The last one that was asked for. */
  credentialReport?: { readonly content: string; readonly readyAt: number }
  /** The one clock of the server (ms since the epoch). Nothing else in this folder asks for the time. */
  now(): number
}

/** Temporary credentials that the server issued. */
export interface Session {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly issuedAt: number
  readonly expiresAt: number
  /** When the code was accepted; undefined for a session without MFA. */
  readonly mfaAt: number | undefined
  readonly principal: Principal
  /** Session tags of AssumeRole. */
  readonly tags?: Readonly<Record<string, string>>
  /** Those that a session of a role which this one assumes has too. */
  readonly transitiveTags?: readonly string[]
  readonly sourceIdentity?: string | undefined
}

/** GetSessionToken makes sessions of users, AssumeRole sessions of roles. */
export type Principal =
  | { readonly kind: 'user'; readonly user: User }
  | { readonly kind: 'role'; readonly role: Role; readonly sessionName: string }
