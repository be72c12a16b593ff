import type { ProcessResult } from '../../context.ts'
import { toOneLine, sanitize } from '../../sanitize.ts'

/** A question for a code, put by a program that is not ours. */
export interface Question {
  readonly profile: string
  readonly serialNumber: string
  /** What was wrong with the answer before. */
  readonly problem: string | undefined
  /** Seconds after which nobody waits for the answer any more. */
  readonly seconds: number
}

/** How a program is run to ask, and what its end means. */
export interface Asking {
  readonly command: readonly string[]
  /** Variables beside those of our own environment. */
  readonly env?: Readonly<Record<string, string>>
  /** What to say to a line of its. */
  readonly onLine?: (line: string) => string | undefined
  /** Whether its stderr talks to the person. */
  readonly talks?: boolean
  readonly answer: (ended: ProcessResult) => Answer
}

export type Answer =
  | { readonly kind: 'typed'; readonly text: string }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'late' }
  /** Nobody was asked. */
  | { readonly kind: 'unable'; readonly why: string }
  | { readonly kind: 'instead'; readonly asking: Asking }

export function typed(output: string): Answer {
  return { kind: 'typed', text: output.split('\n')[0] ?? '' }
}

/** Why a program failed, in its own words where it has some. */
export function unable({ code, stderr }: ProcessResult): Answer {
  const line = stderr.split('\n').find((each) => /error|cannot|could not|failed/i.test(each))
  const end = code === undefined ? 'it was ended by a signal' : `exit code ${code}`
  return { kind: 'unable', why: line === undefined ? end : toOneLine(line).slice(0, 160) }
}

export function who({ profile, serialNumber }: Question): string {
  return `MFA code for ${profile} (${serialNumber})`
}

/**
 * A text that no program reads as markup, mnemonic or escape (kdialog takes `<b>`, `&` and `\n`), in
 * characters of every locale: without them zenity and pinentry-curses show nothing at all.
 */
export function harmless(text: string): string {
  return sanitize(text.replace(/[‘’]/g, "'"))
    .replace(/[<>&\\]/g, ' ')
    .replace(/[^ -~]/g, '?')
    .slice(0, 240)
}

/** The time limit to give to the program itself, so that it is gone before it would be killed. */
export function ownSeconds({ seconds }: Question): number {
  return Math.max(1, Math.ceil(seconds) - 1)
}
