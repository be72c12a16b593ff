import { fillInCommand } from '../failure.ts'
import { sanitize, toOneLine } from '../sanitize.ts'
import { fillInShell } from '../shell/syntax.ts'
import type { Facts } from './facts.ts'
import type { DoctorFinding, FindingCode } from './findings.ts'
import { checkDevice, DEVICE_MESSAGES } from './subjects/device.ts'
import {
  checkEncryption,
  checkUnencryptedSessions,
  ENCRYPTION_MESSAGES,
} from './subjects/encryption.ts'
import { checkEnvironment, ENVIRONMENT_MESSAGES } from './subjects/environment.ts'
import { checkKey, checkKeySource, KEY_MESSAGES } from './subjects/key.ts'
import type {
  CheckResult,
  Message,
  MessageContext,
  Messages,
  Severity,
} from './subjects/subject.ts'
import { checkClock, checkNetwork, NETWORK_MESSAGES } from './subjects/network.ts'
import { checkFileModes, checkFiles, checkProfile, PROFILE_MESSAGES } from './subjects/profile.ts'
import { checkSessions, SESSION_MESSAGES } from './subjects/sessions.ts'

/** Every check by its subject, in the order in which to fix what they find. */
const CHECKS: Readonly<Record<string, (facts: Facts) => CheckResult>> = {
  files: checkFiles,
  'file modes': checkFileModes,
  profile: checkProfile,
  environment: checkEnvironment,
  network: checkNetwork,
  clock: checkClock,
  'key source': checkKeySource,
  encryption: checkEncryption,
  key: checkKey,
  device: checkDevice,
  sessions: checkSessions,
  'unencrypted sessions': checkUnencryptedSessions,
}

const MESSAGES: Messages = {
  ...PROFILE_MESSAGES,
  ...ENVIRONMENT_MESSAGES,
  ...NETWORK_MESSAGES,
  ...ENCRYPTION_MESSAGES,
  ...KEY_MESSAGES,
  ...DEVICE_MESSAGES,
  ...SESSION_MESSAGES,
}

/** Everything that is wrong, in the order in which to fix it. `onSkip` gets the checks that do not apply. */
export function diagnose(
  facts: Facts,
  onSkip: (subject: string, reason: string) => void = () => undefined,
): DoctorFinding[] {
  return Object.entries(CHECKS).flatMap(([subject, check]) => {
    const result = check(facts)
    if (Array.isArray(result)) return result
    onSkip(subject, result.reason)
    return []
  })
}

/** A finding as a person reads it. */
export interface FindingMessage {
  readonly code: FindingCode
  readonly severity: Severity
  readonly message: string
  readonly remedy: string
}

/** A finding in one sentence, with the command that fixes it; safe to show on a terminal. */
export function describeFinding(finding: DoctorFinding, context: MessageContext): FindingMessage {
  // The entry takes findings of this very code, which TypeScript cannot infer.
  const describe = MESSAGES[finding.code] as Message<DoctorFinding>
  const [message, remedy, severity = 'error'] = describe(finding, context)
  return {
    code: finding.code,
    severity,
    message: `${toOneLine(message).replace(/\.$/, '')}.`,
    remedy: fillInShell(
      context,
      fillInCommand(
        sanitize(remedy),
        ({ meant } = { wrong: '', meant: context.profile }) =>
          `mfa-login doctor --profile ${meant}`,
      ),
    ),
  }
}
