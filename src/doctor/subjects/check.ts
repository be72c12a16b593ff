import type { Facts } from '../facts.ts'
import type { DoctorFinding } from '../findings.ts'

/** Judges facts about one subject; pure. */
export type DoctorCheck = (facts: Facts) => CheckResult

/** What a check found, or why it does not apply. */
export type CheckResult = DoctorFinding[] | SkippedCheck

export interface SkippedCheck {
  readonly reason: string
}

export const NO_KEYS: SkippedCheck = { reason: 'no long-term credentials were found' }
