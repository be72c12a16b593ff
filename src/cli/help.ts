/** Help, from the declarations; pure. */
import { allOptions, operandOf, TOPICS, type Command, type CommandTable } from '../command.ts'
import { wrap } from '../wrap.ts'
import { describeOption, flagsOf, usageWords } from './describe-option.ts'

/** In columns of a terminal that has no fewer. */
const WIDEST = 80
/** What leaves less than this for its description stands alone on its line. */
const LEAST_RIGHT = 32

/** The manual pages have them too; docs/usage.md says more of each. */
export const EXIT_CODES: readonly (readonly [codes: string, meaning: string])[] = [
  ['0', 'success'],
  ['1', 'no session or findings'],
  ['2', 'misuse'],
  ['3', 'files'],
  ['4', 'refused by AWS'],
  ['5', 'AWS not reached'],
  ['6', 'no way to ask for a code'],
  ['70', 'a bug in mfa-login'],
  ['126 and 127', 'exec cannot start the command'],
  ['130', 'canceled'],
  ['141', 'the reader of the output closed the pipe'],
]

export function generalHelp(commands: CommandTable, columns: number): string {
  const width = Math.min(WIDEST, columns)
  const entries = Object.entries(commands)
  const widest = Math.max(...entries.map(([name]) => name.length))
  const topics = commandsByTopic(commands).flatMap(([title, own]) => {
    const rows = own.map(([name, summary]) => [name.padEnd(widest), summary] as const)
    return ['', `${title}:`, ...twoColumns(rows, width)]
  })
  return page(width, [
    'MFA sessions for the AWS CLI and every AWS SDK.',
    '',
    'Usage: mfa-login [COMMAND] [OPTIONS]',
    ...topics,
    '',
    'Run "mfa-login COMMAND --help" for its options and examples, "mfa-login help --man COMMAND" for its manual page.',
    '',
    `Exit codes: ${EXIT_CODES.map((each) => each.join(' ')).join(', ')}.`,
    '',
  ])
}

type NameAndSummary = readonly [name: string, summary: string]

export function commandsByTopic(
  commands: CommandTable,
): (readonly [title: string, commands: NameAndSummary[]])[] {
  return Object.entries(TOPICS).map(([topic, title]) => {
    const own = Object.entries(commands).filter(([, entry]) => entry.topic === topic)
    return [title, own.map(([name, { summary }]) => [name, summary])]
  })
}

/** The help of commands that share a first word. */
export function groupHelp(group: string, commands: CommandTable, columns: number): string {
  const width = Math.min(WIDEST, columns)
  return page(width, [
    `Usage: mfa-login ${group} COMMAND [OPTIONS]`,
    '',
    'Commands:',
    ...twoColumns(commandsOfGroup(group, commands), width),
    '',
    `Run "mfa-login ${group} COMMAND --help" for its options and examples.`,
    '',
  ])
}

export function commandsOfGroup(group: string, commands: CommandTable): NameAndSummary[] {
  const own = Object.entries(commands).filter(([name]) => name.startsWith(`${group} `))
  return own.map(([name, { summary }]) => [name, summary])
}

export function commandHelp(name: string, command: Command, columns: number): string {
  const width = Math.min(WIDEST, columns)
  const { about, rest, examples } = command
  const operand = operandOf(command)
  const words = [operand, rest].filter((each) => each !== undefined)
  return page(width, [
    about,
    '',
    ['Usage: mfa-login', name, ...usageWords(command)].join(' '),
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

function optionRows(command: Command): [string, string][] {
  return Object.entries(allOptions(command)).map(([name, option]) => {
    const indent = option.short === undefined ? '    ' : ''
    return [indent + flagsOf(name, option), describeOption(option)]
  })
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
