import { requireDisplay, type CodePrompt } from './code-prompt.ts'
import { openProgram, typedOrFailure, type PromptProgram } from './program.ts'
import { dialogText, programSeconds, TITLE, type CodeQuestion } from './question.ts'

/** GNOME's dialog. */
export const zenity: CodePrompt<'zenity'> = {
  name: 'zenity',
  platforms: ['linux'],
  unavailable: requireDisplay,
  open: openProgram(zenityProgram),
}

/** Exit codes as in its manual: 1 cancelled or closed, 5 timed out. */
export function zenityProgram(question: CodeQuestion): PromptProgram {
  return {
    command: [
      'zenity',
      '--entry',
      `--title=${TITLE}`,
      // An underscore marks the next letter as a mnemonic (zenity, src/entry.c).
      `--text=${dialogText(question).replaceAll('_', '__')}`,
      `--timeout=${programSeconds(question)}`,
    ],
    result: (end) => {
      if (end.code === 5) return { kind: 'timed-out' }
      // Without a display it ends with the exit code of a cancelled dialog.
      const isCanceled = end.code === 1 && !/open display/i.test(end.stderr)
      return isCanceled ? { kind: 'cancelled' } : typedOrFailure(end)
    },
  }
}
