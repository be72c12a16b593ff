import { GLOBAL_OPTIONS, type Command, type Option, type Options } from '../command.ts'
import { COMMANDS } from './command-table.ts'

export function generalHelp(): string {
  const rows = Object.entries(COMMANDS).map(([name, { summary }]) => [name, summary] as const)
  return [
    'MFA sessions for the AWS CLI and every AWS SDK.',
    '',
    'Usage: mfa-login [COMMAND] [OPTIONS]',
    '',
    'Commands:',
    ...columns(rows),
    '',
    'Run "mfa-login COMMAND --help" for its options and examples.',
    '',
    'Exit codes: 0 done, 1 no session or findings, 2 misuse, 3 files, 4 refused by AWS, 5 AWS not reached,',
    '6 no way to get a code, 70 a defect, 126 and 127 no such command to exec, 130 cancelled.',
    '',
  ].join('\n')
}

export function commandHelp(
  name: string,
  { about, options, operand, rest, examples }: Command,
): string {
  const words = [operand, rest].filter((each) => each !== undefined)
  return [
    about,
    '',
    ['Usage: mfa-login', name, '[OPTIONS]', ...words.map(({ value }) => value)].join(' '),
    ...(words.length === 0
      ? []
      : ['', ...columns(words.map(({ value, about: what }) => [value, what]))]),
    '',
    'Options:',
    ...columns(optionRows(options)),
    '',
    'Examples:',
    ...columns(examples),
    '',
  ].join('\n')
}

function optionRows(options: Options): [string, string][] {
  const all: Options = { ...options, ...GLOBAL_OPTIONS }
  const rows = Object.entries(all).map(([name, definition]): [string, string] => {
    const { value, short, about }: Option = definition
    const long = `--${name}${value === undefined ? '' : ` ${value}`}`
    return [short === undefined ? `    ${long}` : `-${short}, ${long}`, about]
  })
  return [...rows, ['-h, --help', 'show this help']]
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)
}
