/** Completions of fish, one line for each condition; pure. */
import { allOptions, operandOf, type Option } from '../../command.ts'
import { quoteFish } from '../quote.ts'
import {
  FILES,
  nextWords,
  offer,
  PROFILES,
  profilesCommand,
  valueFlags,
  type CommandToComplete,
} from './offers.ts'

export function fishCompletion(commands: readonly CommandToComplete[]): string {
  return `
function __mfa_login_profiles
  set -l config $HOME/.aws/config; set -q AWS_CONFIG_FILE; and set config $AWS_CONFIG_FILE
  set -l credentials $HOME/.aws/credentials; set -q AWS_SHARED_CREDENTIALS_FILE; and set credentials $AWS_SHARED_CREDENTIALS_FILE
  ${profilesCommand('$config $credentials')}
end
# Whether the words so far are just these.
function __mfa_login_at
  set -l words (commandline -opc)
  test "$words[2..-1]" = "$argv"
end
# Whether they begin with these.
function __mfa_login_in
  set -l words (commandline -opc)
  set -l last (math 1 + (count $argv))
  test "$words[2..$last]" = "$argv"
end
# Whether no command is named, so that it is login.
function __mfa_login_bare
  set -l words (commandline -opc)
  not set -q words[2]; or string match -q -- '-*' $words[2]
end
# What the command behind -- offers.
function __mfa_login_rest
  set -l words (commandline -opc)
  set -l from (math 1 + (contains -i -- -- $words))
  complete -C (string join ' ' -- (string escape -- $words[$from..-1]) (commandline -ct))
end
complete -c mfa-login -f
${nameLines(commands).join('\n')}
${commands
  .filter(({ name }) => name === 'login')
  .flatMap((each) => optionLines(each, '__mfa_login_bare'))
  .join('\n')}
complete -c mfa-login -n __mfa_login_bare -l version
${commands.flatMap(commandLines).join('\n')}`
}

function nameLines(commands: readonly CommandToComplete[]): string[] {
  const summaries = new Map(commands.map(({ name, summary }) => [name, summary]))
  return Array.from(nextWords(commands), ([group, words]) =>
    words.map((word) => {
      const about = summaries.get(`${group} ${word}`.trim()) ?? ''
      return line(`__mfa_login_at ${group}`.trim(), '-a', word, '-d', quoteFish(about))
    }),
  ).flat()
}

function commandLines(
  each: CommandToComplete,
  _: number,
  all: readonly CommandToComplete[],
): string[] {
  const longer = all.filter(({ name }) => name.startsWith(`${each.name} `))
  const names = [each, ...longer].map(({ name }) => `__mfa_login_in ${name}`)
  const condition = names.join('; and not ')
  const { rest } = each
  const operand = operandOf(each)
  const lines = optionLines(each, condition)
  if (operand !== undefined) lines.push(line(condition, ...offerWords(operand)))
  if (rest !== undefined) {
    const skipped = 1 + each.name.split(' ').length
    const flags = valueFlags(each).map(([flag]) => flag)
    const words = ['__fish_complete_subcommand', `--fcs-skip=${skipped}`, ...flags]
    const isBehind = 'contains -- -- (commandline -opc)'
    lines.push(line(`${condition}; and not ${isBehind}`, '-a', `'(${words.join(' ')})'`))
    lines.push(line(`${condition}; and ${isBehind}`, '-a', "'(__mfa_login_rest)'"))
  }
  return lines
}

function optionLines(each: CommandToComplete, named: string): string[] {
  // Behind -- they are another command's.
  const condition =
    each.rest === undefined ? named : `${named}; and not contains -- -- (commandline -opc)`
  return Object.entries(allOptions(each)).map(([name, option]) => {
    const { short, value, about } = option
    const words = [
      ...(short === undefined ? [] : ['-s', short]),
      '-l',
      name,
      '-d',
      quoteFish(about),
    ]
    return line(condition, ...words, ...(value === undefined ? [] : valueWords(option)))
  })
}

/** A value is needed (-r), and unless it is a file, no files are offered (-x is -r and -f). */
function valueWords(option: Option): string[] {
  return [offer(option) === FILES ? '-r' : '-x', ...offerWords(option)]
}

function offerWords(option: Option): string[] {
  const words = offer(option)
  if (words === FILES) return ['-F']
  if (words === PROFILES) return ['-a', `'(__mfa_login_profiles)'`]
  return option.choices === undefined ? [] : ['-a', quoteFish(words.join(' '))]
}

function line(condition: string, ...words: readonly string[]): string {
  return ['complete -c mfa-login -n', `'${condition}'`, ...words].join(' ')
}
