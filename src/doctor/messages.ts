import { sanitize, toOneLine } from '../sanitize.ts'
import type { DoctorFinding } from './findings.ts'
import { CLOCK_MESSAGES } from './messages/clock.ts'
import { DEVICE_MESSAGES } from './messages/device.ts'
import { ENCRYPTION_MESSAGES } from './messages/encryption.ts'
import { ENVIRONMENT_MESSAGES } from './messages/environment.ts'
import { FILE_MESSAGES } from './messages/files.ts'
import { KEY_MESSAGES } from './messages/key.ts'
import type { FindingMessage, MessageContext, Messages } from './messages/message.ts'
import { NETWORK_MESSAGES } from './messages/network.ts'
import { PROFILE_MESSAGES } from './messages/profile.ts'
import { SESSION_MESSAGES } from './messages/sessions.ts'

const MESSAGES: Messages<DoctorFinding> = {
  ...FILE_MESSAGES,
  ...PROFILE_MESSAGES,
  ...ENVIRONMENT_MESSAGES,
  ...NETWORK_MESSAGES,
  ...CLOCK_MESSAGES,
  ...KEY_MESSAGES,
  ...ENCRYPTION_MESSAGES,
  ...DEVICE_MESSAGES,
  ...SESSION_MESSAGES,
}

/** A finding in one sentence, with the command that fixes it; safe to show on a terminal. */
export function describeFinding(finding: DoctorFinding, context: MessageContext): FindingMessage {
  // The entry takes findings of this very code, which TypeScript cannot infer.
  const describe = MESSAGES[finding.code] as (
    finding: DoctorFinding,
    context: MessageContext,
  ) => FindingMessage
  const { severity, message, remedy } = describe(finding, context)
  return {
    severity,
    message: `${toOneLine(message).replace(/\.$/, '')}.`,
    remedy: sanitize(remedy),
  }
}
