import type { CodePrompt } from './code-prompt.ts'
import { openProgram, typedOrFailure, type PromptProgram } from './program.ts'
import { dialogText, programSeconds, TITLE, type CodeQuestion } from './question.ts'

/** The dialog of macOS. */
export const osascript: CodePrompt<'osascript'> = {
  name: 'osascript',
  platforms: ['darwin'],
  open: openProgram(osascriptProgram),
}

const GAVE_UP = 'gave up'

/** The texts are arguments of the script, so nothing in them is read as AppleScript. */
const SCRIPT = [
  'on run argv',
  'set theAnswer to display dialog (item 1 of argv) with title (item 2 of argv) default answer ""' +
    ' buttons {"Cancel", "OK"} default button "OK" cancel button "Cancel"' +
    ' giving up after ((item 3 of argv) as integer)',
  `if gave up of theAnswer then return "${GAVE_UP}"`,
  'return text returned of theAnswer',
  'end run',
]

export function osascriptProgram(question: CodeQuestion): PromptProgram {
  return {
    command: [
      'osascript',
      ...SCRIPT.flatMap((line) => ['-e', line]),
      dialogText(question),
      TITLE,
      String(programSeconds(question)),
    ],
    result: (end) => {
      if (end.code === 0 && end.stdout.trim() === GAVE_UP) return { kind: 'timed-out' }
      // -128: the user cancelled (AppleScript Language Guide, error numbers).
      const isCanceled = end.code !== 0 && end.stderr.includes('(-128)')
      return isCanceled ? { kind: 'cancelled' } : typedOrFailure(end)
    },
  }
}
