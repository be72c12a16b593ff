/** Help, from the declarations; pure. */
import { allOptions, type Command, type CommandTable, type Option } from '../command.ts'

export function generalHelp(commands: CommandTable): string {
  const rows = Object.entries(commands).map(([name, { summary }]) => [name, summary] as const)
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
    'Exit codes: 0 success, 1 no session or findings, 2 misuse, 3 files, 4 refused by AWS, 5 AWS not reached,',
    '6 no way to ask for a code, 70 a defect, 126 and 127 exec cannot start the command, 130 canceled,',
    '141 the reader of the output closed the pipe.',
    '',
  ].join('\n')
}

export function commandHelp(name: string, command: Command): string {
  const { about, operand, rest, examples } = command
  const words = [operand, rest].filter((each) => each !== undefined)
  return [
    about,
    '',
    ['Usage: mfa-login', name, '[OPTIONS]', ...words.map(({ value }) => value)].join(' '),
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
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)
}
