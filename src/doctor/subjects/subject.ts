/** What the files of this folder give: checks, which judge facts, and the messages of their findings. */
import type { Facts } from '../facts.ts'
import { nullDeviceVariables } from '../../profile/no-keys.ts'
import { setVariable } from '../../shell/syntax.ts'
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
  readonly env: Facts['env']
  readonly parentProgram?: string | undefined
}

export type Message<Details> = (details: Details, context: MessageContext) => MessageParts
export type Messages = { readonly [Code in FindingCode]: Message<FindingDetails[Code]> }

/** Sets a setting of the config; by its variable where the config is the null device, which keeps nothing. */
export function setSetting(
  key: string,
  variable: string,
  value: string,
  context: MessageContext,
): string {
  return nullDeviceVariables(context.env, ['config']).length > 0
    ? setVariable(context, variable, value)
    : `aws configure set ${key} ${value} --profile ${context.profile}`
}
