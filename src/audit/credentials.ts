/** What credentials are called; pure. */
import type { CredentialKind } from '../policy/subject.ts'

const CREDENTIALS: Readonly<Record<CredentialKind, string>> = {
  bareKey: 'an access key alone',
  sessionWithoutMfa: 'a session without MFA',
  mfaSession: 'a session with MFA',
}

export function describeCredentials(kind: CredentialKind): string {
  return CREDENTIALS[kind]
}
