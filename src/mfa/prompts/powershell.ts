import type { CodePrompt } from './code-prompt.ts'
import { openProgram, typedOrFailure, type PromptProgram } from './program.ts'
import { dialogText, TITLE, type CodeQuestion } from './question.ts'

/** A dialog of Windows. */
export const powershell: CodePrompt<'powershell'> = {
  name: 'powershell',
  platforms: ['win32'],
  open: openProgram(powershellProgram),
}

/** The text comes in a variable, so nothing in it is read as PowerShell. */
const SCRIPT = [
  "$ErrorActionPreference = 'Stop'",
  'Add-Type -AssemblyName Microsoft.VisualBasic',
  `[Microsoft.VisualBasic.Interaction]::InputBox($env:MFA_LOGIN_QUESTION, '${TITLE}')`,
].join('; ')

/** A cancelled dialog returns an empty text (.NET, Interaction.InputBox). */
export function powershellProgram(question: CodeQuestion): PromptProgram {
  return {
    command: ['powershell', '-NoProfile', '-NonInteractive', '-Command', SCRIPT],
    env: { MFA_LOGIN_QUESTION: dialogText(question) },
    result: (end) => {
      const isCanceled = end.code === 0 && end.stdout.trim() === ''
      return isCanceled ? { kind: 'cancelled' } : typedOrFailure(end)
    },
  }
}
