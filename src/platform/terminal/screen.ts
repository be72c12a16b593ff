/** How texts for people look on a terminal that is stdout or stderr. */
import { styleText } from 'node:util'
import { sanitize, sanitizeLines } from '../../sanitize.ts'
import { startOf, widthOf, wrap, wrapLines } from '../../wrap.ts'
import { write } from '../process/output.ts'
import { isTerminal } from './is-terminal.ts'

export const CLEAR_REST = '\u001B[K'

type Env = Readonly<Record<string, string | undefined>>
type Format = Parameters<typeof styleText>[0]

/** Words that carry a verdict: in lower case at the start of a line or a column, in upper case anywhere. */
const VERDICTS: Readonly<Record<string, Format>> = {
  allowed: 'green',
  ok: 'green',
  ALLOWED: ['bold', 'green'],
  warning: 'yellow',
  error: ['bold', 'red'],
  refused: 'red',
  denied: 'red',
  'not allowed': 'red',
  expired: 'red',
  REFUSED: ['bold', 'red'],
  'NOT OK': ['bold', 'red'],
}
const isUpper = (word: string): boolean => word === word.toUpperCase()
const lower = Object.keys(VERDICTS).filter((word) => !isUpper(word))
const upper = Object.keys(VERDICTS).filter(isUpper)
const VERDICT = new RegExp(
  `(?<=^|\\S {2,})(?:${lower.join('|')})(?![\\w-])|\\b(?:${upper.join('|')})\\b`,
  'gm',
)

/** Below, lines are left to the terminal; above, they are hard to read. */
const [NARROWEST, WIDEST] = [40, 200]

/** What a context writes to stdout and stderr. Texts may contain names from AWS or from files. */
export function createOutput(env: Env) {
  const info = (line: string): void => {
    const columns = columnsOf(2)
    const text = sanitize(line)
    write(2, `${columns === undefined ? text : layOutMessage(text, columns, env)}\n`)
  }
  const written = new Set<string>()
  return {
    print: (payload: string): void => write(1, sanitizeLines(payload)),
    report: (text: string): void => {
      const columns = columnsOf(1)
      const safe = sanitizeLines(text)
      write(1, columns === undefined ? safe : layOut(safe, columns, env))
    },
    columns: (): number => columnsOf(1) ?? Infinity,
    info,
    progress: (line: string): void => {
      const columns = env.TERM === 'dumb' ? undefined : columnsOf(2)
      if (columns !== undefined) write(2, `\r${startOf(sanitize(line), columns - 1)}${CLEAR_REST}`)
    },
    infoOnce: (line: string): void => {
      if (!written.has(line)) info(line)
      written.add(line)
    },
  }
}

/** The columns for texts on a terminal; undefined for anything else. */
function columnsOf(descriptor: 1 | 2): number | undefined {
  if (!isTerminal(descriptor)) return undefined
  // 0 where the terminal does not know.
  const columns = (descriptor === 1 ? process.stdout : process.stderr).columns || WIDEST
  return Math.min(WIDEST, Math.max(NARROWEST, columns))
}

/** no-color.org, and terminals that show escape sequences as text. */
function isColored({ NO_COLOR, TERM }: Env): boolean {
  return NO_COLOR === undefined && TERM !== 'dumb'
}

/** A command in a hint: from what a shell runs to the end of the clause. */
const COMMAND =
  /(?:^(?:Try|Fix): |(?<=[:,] ))(?:(?:mfa-login|aws|aws-vault|awsume|chmod|eval|export|granted|kill|npm|powershell|Remove-Item|set|sh|sudo|unset|w32tm)(?= )|\$Env:|[A-Z_]+=).*?(?=, [a-z]|$)|"mfa-login [^"]*"/g
/** In place of a blank that does not break; no text for people has it. */
const GLUE = '\u0001'

/** A command that has a line of a list for itself. */
const COMMAND_LINE = /^ {3}(?:mfa-login|aws) /

/** `Try:` begins a line. Only the terminal breaks its commands, so that people can copy them. */
function wrapAroundCommand(line: string, columns: number): string[] {
  if (COMMAND_LINE.test(line)) return [line]
  const [, indent = '', text = '', hint] = /^( *)(.*?) *\b((?:Try|Fix): .*)$/.exec(line) ?? []
  if (hint === undefined || widthOf(line) <= columns) return wrap(line, columns)
  const glued = hint.replace(COMMAND, (command) => command.replaceAll(' ', GLUE))
  const lines = [
    ...(text === '' ? [] : wrap(indent + text, columns)),
    ...wrap(indent + glued, columns),
  ]
  return lines.map((each) => each.replaceAll(GLUE, ' '))
}

/** A report as a terminal shows it: lines broken at words, verdicts in color. */
function layOut(text: string, columns: number, env: Env): string {
  const wrapped = wrapLines(text, columns, wrapAroundCommand)
  if (!isColored(env)) return wrapped
  return wrapped.replace(VERDICT, style)
}

function style(word: string): string {
  return styleText(VERDICTS[word] ?? 'reset', word, { validateStream: false })
}

/** A message on stderr; what is wrong is in color. */
function layOutMessage(line: string, columns: number, env: Env): string {
  const wrapped = wrapLines(line, columns, wrapAroundCommand)
  if (!isColored(env)) return wrapped
  return wrapped.replace(/^mfa-login:/, (name) =>
    styleText(['bold', 'red'], name, { validateStream: false }),
  )
}
