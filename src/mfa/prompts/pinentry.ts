/**
 * The talk with a pinentry: lines of the Assuan protocol (manuals of pinentry, "Assuan Protocol",
 * and of libassuan, "Server responses").
 */
import { sanitize } from '../../sanitize.ts'
import {
  harmless,
  ownSeconds,
  unable,
  who,
  type Answer,
  type Asking,
  type Question,
} from './asking.ts'

export interface Pinentry {
  readonly program: string
  /** The terminal that a pinentry without a window may use. */
  readonly tty: string | undefined
  /** The kind of that terminal, as TERM names it. */
  readonly term: string | undefined
  /** The locale whose characters it shows. */
  readonly locale: string | undefined
}

export function pinentry(question: Question, place: Pinentry): Asking {
  const talk = conversation(commandsFor(question, place), place.tty !== undefined)
  return {
    command: [place.program],
    onLine: talk.onLine,
    answer: (ended) => talk.answer() ?? unable(ended),
  }
}

const FLAVOUR = 'GETINFO flavor'
const ASK = 'GETPIN'
const BYE = 'BYE'

export function commandsFor(question: Question, { tty, term, locale }: Pinentry): string[] {
  const options = Object.entries({ ttyname: tty, ttytype: term, 'lc-ctype': locale })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `OPTION ${name}=${sanitize(value ?? '')}`)
  const { problem } = question
  return [
    FLAVOUR,
    ...options,
    // The code may have to be fetched from another window.
    'OPTION no-grab',
    'SETTITLE mfa-login',
    `SETDESC ${escaped(harmless(who(question)))}`,
    'SETPROMPT Code:',
    `SETTIMEOUT ${ownSeconds(question)}`,
    ...(problem === undefined ? [] : [`SETERROR ${escaped(harmless(problem))}`]),
    ASK,
    BYE,
  ]
}

/** Says one command after the other, each when the one before was answered. */
export function conversation(
  commands: readonly string[],
  hasTerminal: boolean,
): { onLine: (line: string) => string | undefined; answer: () => Answer | undefined } {
  let at = -1
  let data = ''
  let answer: Answer | undefined
  const onLine = (line: string): string | undefined => {
    if (line.startsWith('D ')) data += unescaped(line.slice(2).replace(/\r$/, ''))
    if (line.startsWith('INQUIRE ')) return 'CAN'
    // What is left are comments and status lines.
    if (!/^(OK|ERR)\b/.test(line) || commands[at] === BYE) return undefined
    if (commands[at] === FLAVOUR && isTextual(data) && !hasTerminal) answer = NO_PLACE
    if (commands[at] === ASK)
      answer = line.startsWith('OK') ? { kind: 'typed', text: data } : refusal(line)
    data = ''
    // A refused setting is of no weight.
    at = answer === undefined ? at + 1 : commands.length - 1
    return commands[at]
  }
  return { onLine, answer: () => answer }
}

const NO_PLACE: Answer = {
  kind: 'unable',
  why: 'it shows no window, and it was given no terminal (GPG_TTY)',
}

/** `curses`, `tty`, or a graphical one that had to fall back: `gtk2:curses`. */
function isTextual(flavour: string): boolean {
  return /(^|:)(curses|tty)$/.test(flavour.trim())
}

/** The lower 16 bits are libgpg-error’s code (gpg-error.h). */
function refusal(line: string): Answer {
  const [, number = '', words = ''] = /^ERR (\d+) ?(.*)/.exec(line) ?? []
  switch (Number(number) & 0xffff) {
    case 99: // GPG_ERR_CANCELED
    case 198: // GPG_ERR_FULLY_CANCELED
    case 114: // GPG_ERR_NOT_CONFIRMED
      return { kind: 'cancelled' }
    case 62: // GPG_ERR_TIMEOUT
      return { kind: 'late' }
    default:
      return { kind: 'unable', why: sanitize(words).trim().slice(0, 160) || `error ${number}` }
  }
}

export function escaped(text: string): string {
  return text.replace(
    /[%\r\n]/g,
    (each) => `%${each.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  )
}

export function unescaped(data: string): string {
  return data.replace(/%([\dA-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  )
}

/** The program that gpg-agent is told to use. */
export function programInAgentConf(text: string): string | undefined {
  return /^[ \t]*pinentry-program[ \t]+"?([^"\r\n]+?)"?[ \t]*$/m.exec(text)?.[1]
}
