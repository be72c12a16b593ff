import { randomBytes } from 'node:crypto'
import { createId, createSecret } from '../account/ids.ts'
import { formatDate } from '../protocol/xml.ts'
import type { Principal, ServerState, Session } from '../state.ts'

/** Issues temporary credentials. `mfaAt` is when a code was accepted (ms since the epoch). */
export function createSession(
  state: ServerState,
  principal: Principal,
  { mfaAt, seconds }: { readonly mfaAt: number | undefined; readonly seconds: number },
): Session {
  const session = {
    accessKeyId: createId('ASIA'),
    secretAccessKey: createSecret(),
    sessionToken: randomBytes(192).toString('base64'),
    // STS gives Expiration in whole seconds.
    expiresAt: (Math.floor(state.now() / 1000) + seconds) * 1000,
    mfaAt,
    principal,
  }
  state.sessions.set(session.accessKeyId, session)
  return session
}

/** The `Credentials` element of STS responses. */
export function describeCredentials(session: Session) {
  return {
    AccessKeyId: session.accessKeyId,
    SecretAccessKey: session.secretAccessKey,
    SessionToken: session.sessionToken,
    Expiration: formatDate(session.expiresAt),
  }
}
