import { harmless, ownSeconds, typed, unable, who, type Asking, type Question } from './asking.ts'

const TITLE = 'mfa-login'

function textOf(question: Question): string {
  return [question.problem, who(question)]
    .filter((line) => line !== undefined)
    .map(harmless)
    .join('\n')
}

/** GNOME’s dialog. Exit codes as in its manual: 1 cancelled or closed, 5 timed out. */
export function zenity(question: Question): Asking {
  return {
    command: [
      'zenity',
      '--entry',
      `--title=${TITLE}`,
      // An underscore marks the next letter as a mnemonic (zenity, src/entry.c).
      `--text=${textOf(question).replaceAll('_', '__')}`,
      `--timeout=${ownSeconds(question)}`,
    ],
    answer: (ended) => {
      if (ended.code === 0) return typed(ended.stdout)
      if (ended.code === 5) return { kind: 'late' }
      // A display that is gone ends with the exit code of a cancelled dialog.
      const isCancelled = ended.code === 1 && !/open display/i.test(ended.stderr)
      return isCancelled ? { kind: 'cancelled' } : unable(ended)
    },
  }
}

/** KDE’s dialog. It has no time limit of its own. */
export function kdialog(question: Question): Asking {
  return {
    command: ['kdialog', '--title', TITLE, '--inputbox', textOf(question)],
    answer: (ended) => {
      if (ended.code === 0) return typed(ended.stdout)
      return ended.code === 1 ? { kind: 'cancelled' } : unable(ended)
    },
  }
}

const GAVE_UP = 'gave up'

/** Texts come as arguments of the script, so that nothing in them is read as AppleScript. */
const APPLE_SCRIPT = [
  'on run argv',
  'set theAnswer to display dialog (item 1 of argv) with title (item 2 of argv) default answer ""' +
    ' buttons {"Cancel", "OK"} default button "OK" cancel button "Cancel"' +
    ' giving up after ((item 3 of argv) as integer)',
  `if gave up of theAnswer then return "${GAVE_UP}"`,
  'return text returned of theAnswer',
  'end run',
]

/** The dialog of macOS. A cancelled one is error -128 (AppleScript Language Guide, error numbers). */
export function osascript(question: Question): Asking {
  return {
    command: [
      'osascript',
      ...APPLE_SCRIPT.flatMap((line) => ['-e', line]),
      textOf(question),
      TITLE,
      String(ownSeconds(question)),
    ],
    answer: (ended) => {
      if (ended.code === 0 && ended.stdout.trim() === GAVE_UP) return { kind: 'late' }
      if (ended.code === 0) return typed(ended.stdout)
      return ended.stderr.includes('(-128)') ? { kind: 'cancelled' } : unable(ended)
    },
  }
}

/** The text comes in a variable, so that nothing in it is read as PowerShell. */
const POWERSHELL = [
  "$ErrorActionPreference = 'Stop'",
  'Add-Type -AssemblyName Microsoft.VisualBasic',
  `[Microsoft.VisualBasic.Interaction]::InputBox($env:MFA_LOGIN_QUESTION, '${TITLE}')`,
].join('; ')

/** A dialog of Windows. A cancelled one gives an empty text (.NET, Interaction.InputBox). */
export function powershell(question: Question): Asking {
  return {
    command: ['powershell', '-NoProfile', '-NonInteractive', '-Command', POWERSHELL],
    env: { MFA_LOGIN_QUESTION: textOf(question) },
    answer: (ended) => {
      if (ended.code !== 0) return unable(ended)
      return ended.stdout.trim() === '' ? { kind: 'cancelled' } : typed(ended.stdout)
    },
  }
}
