/** Help, from the declarations; pure. */
import {
  allOptions,
  operandOf,
  TOPICS,
  type Command,
  type CommandTable,
  type Option,
} from '../command.ts'

/** In columns of a terminal. */
const WIDTH = 80
/** What is wider stands alone on its line. */
const WIDEST_LEFT = 44

const EXIT_CODES =
  'Exit codes: 0 success, 1 no session or findings, 2 misuse, 3 files, 4 refused by AWS, ' +
  '5 AWS not reached, 6 no way to ask for a code, 70 a defect, 126 and 127 exec cannot start the command, ' +
  '130 canceled, 141 the reader of the output closed the pipe.'

export function generalHelp(commands: CommandTable): string {
  const entries = Object.entries(commands)
  const widest = Math.max(...entries.map(([name]) => name.length))
  const topics = Object.entries(TOPICS).flatMap(([topic, title]) => {
    const own = entries.filter(([, entry]) => entry.topic === topic)
    const rows = own.map(([name, { summary }]) => [name.padEnd(widest), summary] as const)
    return ['', `${title}:`, ...columns(rows)]
  })
  return [
    'MFA sessions for the AWS CLI and every AWS SDK.',
    '',
    'Usage: mfa-login [COMMAND] [OPTIONS]',
    ...topics,
    '',
    'Run "mfa-login COMMAND --help" for its options and examples.',
    '',
    ...wrap(EXIT_CODES, WIDTH),
    '',
  ].join('\n')
}

/** The help of commands that share a first word. */
export function groupHelp(group: string, commands: CommandTable): string {
  const names = Object.keys(commands).filter((each) => each.startsWith(`${group} `))
  return [
    `Usage: mfa-login ${group} COMMAND [OPTIONS]`,
    '',
    'Commands:',
    ...columns(names.map((name) => [name, commands[name]?.summary ?? ''])),
    '',
    `Run "mfa-login ${group} COMMAND --help" for its options and examples.`,
    '',
  ].join('\n')
}

export function commandHelp(name: string, command: Command): string {
  const { about, rest, examples } = command
  const operand = operandOf(command)
  const words = [operand, rest].filter((each) => each !== undefined)
  return [
    ...wrap(about, WIDTH),
    '',
    ['Usage: mfa-login', name, '[OPTIONS]', ...usageWords(command)].join(' '),
    ...(words.length === 0
      ? []
      : ['', ...columns(words.map((each) => [each.value, describeOption(each)]))]),
    '',
    'Options:',
    ...columns(optionRows(command)),
    '',
    'Examples:',
    ...columns(examples),
    '',
  ].join('\n')
}

/** What may be left out stands in brackets. */
function usageWords(command: Command): string[] {
  const { rest } = command
  const operand = operandOf(command)
  const isNeeded = operand?.required !== undefined && operand.required.unless === undefined
  const word = operand && (isNeeded ? operand.value : `[${operand.value}]`)
  return [word, rest && `[-- ${rest.value}]`].filter((each) => each !== undefined)
}

function optionRows(command: Command): [string, string][] {
  return Object.entries(allOptions(command)).map(([name, option]) => {
    const long = `--${name}${option.value === undefined ? '' : ` ${option.value}`}`
    const flags = option.short === undefined ? `    ${long}` : `-${option.short}, ${long}`
    return [flags, describeOption(option)]
  })
}

/** What it does, then what it may be and what it is by default: `how to ask: a, b; default a`. */
function describeOption({ about, choices, default: usual, defaultText }: Option): string {
  const values = choices === undefined ? '' : `: ${choices.join(', ')}`
  const shown = defaultText ?? (typeof usual === 'string' ? usual : undefined)
  return `${about}${values}${shown === undefined ? '' : `; default ${shown}`}`
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const lengths = rows.map(([left]) => left.length)
  const width = Math.max(0, ...lengths.filter((length) => length <= WIDEST_LEFT))
  return rows.flatMap(([left, right]) => {
    const isAlone = left.length > width
    const lines = wrap(right, WIDTH - width - 4)
    return (isAlone ? ['', ...lines] : lines).map((line, index) =>
      `  ${(index === 0 ? left : '').padEnd(width)}  ${line}`.trimEnd(),
    )
  })
}

/** Lines of at most this many characters, unless a word is longer. */
function wrap(text: string, width: number): string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? ''
    if (line === '') lines[lines.length - 1] = word
    else if (line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`
    else lines.push(word)
  }
  return lines
}
