import type { DoctorCheck } from './checks/check.ts'
import { checkClock } from './checks/clock.ts'
import { checkDevice } from './checks/device.ts'
import { checkEncryption, checkUnencryptedSessions } from './checks/encryption.ts'
import { checkEnvironment } from './checks/environment.ts'
import { checkFileModes, checkFiles } from './checks/files.ts'
import { checkKey } from './checks/key.ts'
import { checkKeySource } from './checks/key-source.ts'
import { checkNetwork } from './checks/network.ts'
import { checkProfile } from './checks/profile.ts'
import { checkSessions } from './checks/sessions.ts'
import type { Facts } from './facts.ts'
import type { DoctorFinding } from './findings.ts'

/** Every check by its subject, in the order in which to fix what they find. */
const CHECKS: Readonly<Record<string, DoctorCheck>> = {
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

/** Everything that is wrong, in the order in which to fix it; pure, except for what `onSkip` does. */
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
