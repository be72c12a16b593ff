/** GnuPG's dialog, which speaks the Assuan protocol (manual of pinentry, "Assuan Protocol"). */
import type { Context } from '../../context.ts'
import { Failure } from '../../failure.ts'
import { sanitize } from '../../sanitize.ts'
import { hasDisplay, type CodePrompt } from './code-prompt.ts'
import { explainFailure, openProgram, type ProgramResult, type PromptProgram } from './program.ts'
import { programSeconds, questionLine, TITLE, toPlainAscii, type CodeQuestion } from './question.ts'

export const pinentry: CodePrompt<'pinentry'> = {
  name: 'pinentry',
  platforms: ['linux', 'darwin'],
  // On macOS a window needs no variable.
  unavailable: ({ env, platform }) =>
    hasDisplay(env) || env.GPG_TTY || platform === 'darwin'
      ? undefined
      : 'no DISPLAY, WAYLAND_DISPLAY or GPG_TTY',
  open: async (context, request) => {
    const settings = await readSettings(context, request.isChosen)
    return openProgram((question) => pinentryProgram(question, settings))(context, request)
  },
}

interface PinentrySettings {
  readonly program: string
  /** The terminal it may use if it has no window. */
  readonly tty: string | undefined
  /** The type of that terminal, as in TERM. */
  readonly term: string | undefined
  /** The locale whose characters it shows. */
  readonly locale: string | undefined
}

async function readSettings(context: Context, isChosen: boolean): Promise<PinentrySettings> {
  const { env } = context
  // A shell may be reading the terminal: it is used only if there are no windows, or on demand.
  const mayUseTerminal = (isChosen || !hasDisplay(env)) && !context.isTerminalTaken()
  const tty = mayUseTerminal ? env.GPG_TTY : undefined
  // If the terminal was closed, pinentry-tty would report that the person cancelled.
  const exists = tty !== undefined && (await context.files.exists(tty))
  return {
    program: await findProgram(context),
    tty: exists ? tty : undefined,
    term: env.TERM,
    locale: env.LC_ALL ?? env.LC_CTYPE ?? env.LANG,
  }
}

/** PINENTRY_PROGRAM, as rage reads it too, then the program that gpg-agent uses. */
async function findProgram({ env, home, files, platform }: Context): Promise<string> {
  const fromEnvironment = env.PINENTRY_PROGRAM
  if (fromEnvironment !== undefined) return fromEnvironment
  try {
    const conf = await files.read(`${env.GNUPGHOME ?? `${home}/.gnupg`}/gpg-agent.conf`)
    const program = programInAgentConf(conf ?? '')
    if (program !== undefined) return program
  } catch (error) {
    // GnuPG reports a broken gpg-agent.conf itself.
    if (!(error instanceof Failure)) throw error
  }
  return platform === 'darwin' ? 'pinentry-mac' : 'pinentry'
}

export function programInAgentConf(text: string): string | undefined {
  return /^[ \t]*pinentry-program[ \t]+"?([^"\r\n]+?)"?[ \t]*$/m.exec(text)?.[1]
}

function pinentryProgram(question: CodeQuestion, settings: PinentrySettings): PromptProgram {
  const { onLine, result } = conversation(
    commandsFor(question, settings),
    settings.tty !== undefined,
  )
  return { command: [settings.program], onLine, result: (end) => result() ?? explainFailure(end) }
}

const GET_FLAVOR = 'GETINFO flavor'
const GET_PIN = 'GETPIN'
const BYE = 'BYE'

export function commandsFor(
  question: CodeQuestion,
  { tty, term, locale }: PinentrySettings,
): string[] {
  const options = Object.entries({ ttyname: tty, ttytype: term, 'lc-ctype': locale })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `OPTION ${name}=${sanitize(value ?? '')}`)
  const { problem } = question
  return [
    GET_FLAVOR,
    ...options,
    // The person may have to copy the code from another window.
    'OPTION no-grab',
    `SETTITLE ${TITLE}`,
    `SETDESC ${percentEncode(toPlainAscii(questionLine(question)))}`,
    'SETPROMPT Code:',
    `SETTIMEOUT ${programSeconds(question)}`,
    ...(problem === undefined ? [] : [`SETERROR ${percentEncode(toPlainAscii(problem))}`]),
    GET_PIN,
    BYE,
  ]
}

/** Sends one command after the other, each after the response to the one before (manual of libassuan). */
export function conversation(
  commands: readonly string[],
  hasTerminal: boolean,
): { onLine: (line: string) => string | undefined; result: () => ProgramResult | undefined } {
  let current = -1
  let data = ''
  let result: ProgramResult | undefined
  const onLine = (line: string): string | undefined => {
    if (line.startsWith('D ')) data += percentDecode(line.slice(2).replace(/\r$/, ''))
    if (line.startsWith('INQUIRE ')) return 'CAN'
    // All others are comments and status lines.
    if (!/^(OK|ERR)\b/.test(line) || commands[current] === BYE) return undefined
    // `curses`, `tty`, or a graphical one that fell back to one of them, such as `gtk2:curses`.
    const isTextual = commands[current] === GET_FLAVOR && /(^|:)(curses|tty)$/.test(data.trim())
    if (isTextual && !hasTerminal) result = NO_TERMINAL
    if (commands[current] === GET_PIN)
      result = line.startsWith('OK') ? { kind: 'typed', text: data } : errorResult(line)
    data = ''
    // A refused option changes nothing: the next command follows.
    current = result === undefined ? current + 1 : commands.length - 1
    return commands[current]
  }
  return { onLine, result: () => result }
}

const NO_TERMINAL: ProgramResult = {
  kind: 'unavailable',
  reason: 'it shows no window, and it got no terminal (GPG_TTY)',
}

/** The lower 16 bits are libgpg-error's code (gpg-error.h). */
function errorResult(line: string): ProgramResult {
  const [, number = '', text = ''] = /^ERR (\d+) ?(.*)/.exec(line) ?? []
  switch (Number(number) & 0xffff) {
    case 99: // GPG_ERR_CANCELED
    case 198: // GPG_ERR_FULLY_CANCELED
    case 114: // GPG_ERR_NOT_CONFIRMED
      return { kind: 'cancelled' }
    case 62: // GPG_ERR_TIMEOUT
      return { kind: 'timed-out' }
    default: {
      const reason = sanitize(text).trim().slice(0, 160) || `error ${number}`
      return { kind: 'unavailable', reason }
    }
  }
}

export function percentEncode(text: string): string {
  return text.replace(
    /[%\r\n]/g,
    (each) => `%${each.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  )
}

export function percentDecode(data: string): string {
  return data.replace(/%([\dA-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  )
}
