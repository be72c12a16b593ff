/** What the files of this folder give: checks, which judge facts, and the messages of their findings. */
import type { Facts } from '../facts.ts'
import type { DoctorFinding, FindingCode, FindingDetails } from '../findings.ts'

/** Judges facts about one subject; pure. */
export type DoctorCheck = (facts: Facts) => CheckResult

/** What a check found, or why it does not apply. */
export type CheckResult = DoctorFinding[] | SkippedCheck

export interface SkippedCheck {
  readonly reason: string
}

export const NO_KEYS: SkippedCheck = { reason: 'no long-term credentials were found' }

/** A remedy is a command, or what to do by hand. */
export type MessageParts = readonly [message: string, remedy: string, severity?: Severity]
export type Severity = 'error' | 'warning'

/** What messages name besides the finding. */
export interface MessageContext {
  readonly profile: string
  readonly platform: string
}

export type Messages = {
  readonly [Code in FindingCode]: (
    details: FindingDetails[Code],
    context: MessageContext,
  ) => MessageParts
}

/** The command that unsets variables, in PowerShell on Windows. */
export function unsetCommand(names: readonly string[], platform: string): string {
  return platform === 'win32'
    ? `Remove-Item ${names.map((name) => `Env:${name}`).join(', ')}`
    : `unset ${names.join(' ')}`
}
