/** Help, from the declarations; pure. */
import {
  allOptions,
  operandOf,
  TOPICS,
  type Command,
  type CommandTable,
  type Option,
} from '../command.ts'
import { wrap } from '../wrap.ts'

/** In columns of a terminal that has no fewer. */
const WIDEST = 80
/** What leaves less than this for its description stands alone on its line. */
const LEAST_RIGHT = 32

const EXIT_CODES =
  'Exit codes: 0 success, 1 no session or findings, 2 misuse, 3 files, 4 refused by AWS, ' +
  '5 AWS not reached, 6 no way to ask for a code, 70 a bug in mfa-login, 126 and 127 exec cannot start the command, ' +
  '130 canceled, 141 the reader of the output closed the pipe.'

export function generalHelp(commands: CommandTable, columns: number): string {
  const width = Math.min(WIDEST, columns)
  const entries = Object.entries(commands)
  const widest = Math.max(...entries.map(([name]) => name.length))
  const topics = Object.entries(TOPICS).flatMap(([topic, title]) => {
    const own = entries.filter(([, entry]) => entry.topic === topic)
    const rows = own.map(([name, { summary }]) => [name.padEnd(widest), summary] as const)
    return ['', `${title}:`, ...twoColumns(rows, width)]
  })
  return page(width, [
    'MFA sessions for the AWS CLI and every AWS SDK.',
    '',
    'Usage: mfa-login [COMMAND] [OPTIONS]',
    ...topics,
    '',
    'Run "mfa-login COMMAND --help" for its options and examples.',
    '',
    EXIT_CODES,
    '',
  ])
}

/** The help of commands that share a first word. */
export function groupHelp(group: string, commands: CommandTable, columns: number): string {
  const width = Math.min(WIDEST, columns)
  const names = Object.keys(commands).filter((each) => each.startsWith(`${group} `))
  return page(width, [
    `Usage: mfa-login ${group} COMMAND [OPTIONS]`,
    '',
    'Commands:',
    ...twoColumns(
      names.map((name) => [name, commands[name]?.summary ?? '']),
      width,
    ),
    '',
    `Run "mfa-login ${group} COMMAND --help" for its options and examples.`,
    '',
  ])
}

export function commandHelp(name: string, command: Command, columns: number): string {
  const width = Math.min(WIDEST, columns)
  const { about, rest, examples } = command
  const operand = operandOf(command)
  const words = [operand, rest].filter((each) => each !== undefined)
  return page(width, [
    about,
    '',
    ['Usage: mfa-login', name, '[OPTIONS]', ...usageWords(command)].join(' '),
    ...(words.length === 0
      ? []
      : [
          '',
          ...twoColumns(
            words.map((each) => [each.value, describeOption(each)]),
            width,
          ),
        ]),
    '',
    'Options:',
    ...twoColumns(optionRows(command), width),
    '',
    'Examples:',
    ...twoColumns(examples, width),
    '',
  ])
}

function page(width: number, lines: readonly string[]): string {
  return lines.flatMap((line) => wrap(line, width)).join('\n')
}

/** What may be left out stands in brackets. */
function usageWords(command: Command): string[] {
  const { rest } = command
  const operand = operandOf(command)
  const isNeeded = operand?.required !== undefined && operand.required.unless === undefined
  const value = operand && `${operand.value}${operand.repeatable ? '...' : ''}`
  const word = value && (isNeeded ? value : `[${value}]`)
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

function twoColumns(rows: readonly (readonly [string, string])[], total: number): string[] {
  const lengths = rows.map(([left]) => left.length)
  const width = Math.max(0, ...lengths.filter((length) => length <= total - LEAST_RIGHT))
  return rows.flatMap(([left, right]) => {
    const isAlone = left.length > width
    const lines = wrap(right, total - width - 4)
    return (isAlone ? ['', ...lines] : lines).map((line, index) =>
      `  ${(index === 0 ? left : '').padEnd(width)}  ${line}`.trimEnd(),
    )
  })
}
