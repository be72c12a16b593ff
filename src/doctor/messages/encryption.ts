import type { EncryptionFinding } from '../findings.ts'
import { error, warning, type Messages } from './message.ts'
import { formatLocation } from './sessions.ts'

export const ENCRYPTION_MESSAGES: Messages<EncryptionFinding> = {
  'encryption-fails': ({ message, remedy }) =>
    error(`Sessions are to be encrypted, and cannot be: ${message}`, remedy),
  'session-in-plain-text': ({ location, madeFor }) =>
    warning(
      `Sessions are to be encrypted, and the one of ${madeFor} in ${formatLocation(location)} is not`,
      `mfa-login logout --profile ${madeFor}`,
    ),
}
