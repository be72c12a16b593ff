/** What the files of this folder give: checks, which judge facts, and the messages of their findings. */
import type { DoctorFinding, FindingCode, FindingDetails } from '../findings.ts'

/** What a check found, or why it does not apply. */
export type CheckResult = DoctorFinding[] | { readonly reason: string }

export const NO_KEYS: CheckResult = { reason: 'no long-term credentials were found' }

/** A remedy is a command, or what to do by hand. */
export type MessageParts = readonly [message: string, remedy: string, severity?: Severity]
export type Severity = 'error' | 'warning'

/** What messages name besides the finding. */
export interface MessageContext {
  readonly profile: string
  readonly platform: string
}

export type Message<Details> = (details: Details, context: MessageContext) => MessageParts
export type Messages = { readonly [Code in FindingCode]: Message<FindingDetails[Code]> }

/** The command that unsets variables, in PowerShell on Windows. */
export function unsetCommand(names: readonly string[], platform: string): string {
  return platform === 'win32'
    ? `Remove-Item ${names.map((name) => `Env:${name}`).join(', ')}`
    : `unset ${names.join(' ')}`
}

/** The command that sets a variable for the shell, in PowerShell on Windows. */
export function setCommand(name: string, value: string, platform: string): string {
  return platform === 'win32' ? `$Env:${name} = '${value}'` : `export ${name}=${value}`
}
