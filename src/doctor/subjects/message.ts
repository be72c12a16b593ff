/** A finding as a person reads it. */
export interface FindingMessage {
  readonly severity: 'error' | 'warning'
  readonly message: string
  /** A command, or what to do by hand. */
  readonly remedy: string
}

/** What messages name besides the finding. */
export interface MessageContext {
  readonly profile: string
  readonly platform: string
}

/** The message of each code among some findings. */
export type Messages<Finding extends { readonly code: string }> = {
  readonly [Code in Finding['code']]: (
    finding: Extract<Finding, { code: Code }>,
    context: MessageContext,
  ) => FindingMessage
}

export function error(message: string, remedy: string): FindingMessage {
  return { severity: 'error', message, remedy }
}

export function warning(message: string, remedy: string): FindingMessage {
  return { severity: 'warning', message, remedy }
}

/** The command that unsets variables, in PowerShell on Windows. */
export function unsetCommand(names: readonly string[], platform: string): string {
  return platform === 'win32'
    ? `Remove-Item ${names.map((name) => `Env:${name}`).join(', ')}`
    : `unset ${names.join(' ')}`
}
