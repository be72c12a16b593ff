import { sanitize } from '../../sanitize.ts'

/** A question that another program shows. */
export interface CodeQuestion {
  readonly profile: string
  readonly serialNumber: string
  /** What was wrong with the last answer. */
  readonly problem: string | undefined
  /** Seconds until the program is ended. */
  readonly seconds: number
}

export const TITLE = 'mfa-login'

/** The question itself, without the problem. */
export function questionLine(code: Pick<CodeQuestion, 'profile' | 'serialNumber'>): string {
  return `MFA code for ${code.profile} (${code.serialNumber})`
}

/** The text of a dialog: the problem, if there is one, then the question. */
export function dialogText(question: CodeQuestion): string {
  return [question.problem, questionLine(question)]
    .filter((line) => line !== undefined)
    .map(toPlainAscii)
    .join('\n')
}

/**
 * One line in which no program finds markup, mnemonics or escapes (kdialog reads `<b>`, `&` and `\n`). ASCII
 * only: zenity and pinentry-curses show nothing at all if the locale lacks a character.
 */
export function toPlainAscii(text: string): string {
  return sanitize(text.replace(/[‘’]/g, "'"))
    .replace(/[<>&\\]/g, ' ')
    .replace(/[^ -~]/g, '?')
    .slice(0, 240)
}

/** The time limit that the program itself gets: it should close its window before it is killed. */
export function programSeconds({ seconds }: CodeQuestion): number {
  return Math.max(1, Math.ceil(seconds) - 1)
}
