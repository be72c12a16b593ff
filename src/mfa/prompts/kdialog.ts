import { requireDisplay, type CodePrompt } from './code-prompt.ts'
import { openProgram, typedOrFailure, type PromptProgram } from './program.ts'
import { dialogText, TITLE, type CodeQuestion } from './question.ts'

/** KDE's dialog. */
export const kdialog: CodePrompt<'kdialog'> = {
  name: 'kdialog',
  platforms: ['linux'],
  unavailable: requireDisplay,
  open: openProgram(kdialogProgram),
}

/** It has no time limit of its own. */
export function kdialogProgram(question: CodeQuestion): PromptProgram {
  return {
    command: ['kdialog', '--title', TITLE, '--inputbox', dialogText(question)],
    result: (end) => (end.code === 1 ? { kind: 'cancelled' } : typedOrFailure(end)),
  }
}
