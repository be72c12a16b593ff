import { randomBytes } from 'node:crypto'
import { createId, createSecret, type Role, type User } from '../account/model.ts'

/** Temporary credentials the server gave out; it keeps them in memory. */
export interface Session {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly expiresAt: number
  /** When the code was given; undefined for a session without MFA. */
  readonly mfaAt: number | undefined
  readonly holder: Holder
}

/** GetSessionToken makes sessions of users, AssumeRole those of roles. */
export type Holder =
  | { readonly kind: 'user'; readonly user: User }
  | { readonly kind: 'role'; readonly role: Role; readonly sessionName: string }

/** By access key ID. */
export type Sessions = Map<string, Session>

export interface Grant {
  readonly holder: Holder
  readonly mfaAt: number | undefined
  readonly seconds: number
}

export function openSession(sessions: Sessions, now: number, grant: Grant): Session {
  const session = {
    accessKeyId: createId('ASIA'),
    secretAccessKey: createSecret(),
    sessionToken: randomBytes(192).toString('base64'),
    // Whole seconds, as STS's Expiration has them.
    expiresAt: (Math.floor(now / 1000) + grant.seconds) * 1000,
    mfaAt: grant.mfaAt,
    holder: grant.holder,
  }
  sessions.set(session.accessKeyId, session)
  return session
}

export function describeSession(session: Session) {
  return {
    AccessKeyId: session.accessKeyId,
    SecretAccessKey: session.secretAccessKey,
    SessionToken: session.sessionToken,
    Expiration: isoSeconds(session.expiresAt),
  }
}

export function isoSeconds(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d{3}Z$/, 'Z')
}
