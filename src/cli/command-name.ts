/** Which command a command line names; pure. */
import { parseArgs } from 'node:util'
import { GLOBAL_OPTIONS, type CommandTable } from '../command.ts'
import { usageFailure, type Failure } from '../failure.ts'
import { quoteWord } from '../sanitize.ts'
import { closest } from '../closest.ts'
import { argTypes } from './parse.ts'

/**
 * The command's name, of one or two words, and all other words. Global options may come before it, and `keys help` is
 * `keys --help`.
 */
export function splitAtName(
  argv: readonly string[],
  commands: CommandTable,
): { name: string; args: readonly string[] } {
  const start = indexOfName(argv)
  const [first = '', second = ''] = argv.slice(start)
  if (first === '' || first.startsWith('-')) return { name: 'login', args: argv }
  const isOfGroup = isGroup(first, commands) && second !== '' && !second.startsWith('-')
  const words = isOfGroup ? [first, second] : [first]
  const args = [...argv.slice(0, start), ...argv.slice(start + words.length)]
  if (isOfGroup && second === 'help') return splitAtName([first, ...args, '--help'], commands)
  return { name: fullName(words.join(' '), commands), args }
}

function indexOfName(argv: readonly string[]): number {
  if (argv[0]?.startsWith('-') === false) return 0
  const options = argTypes(GLOBAL_OPTIONS)
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, tokens: true })
  const end = tokens.find((each) => each.kind !== 'option' || !Object.hasOwn(options, each.name))
  return end?.index ?? argv.length
}

/** The name of a command in the table, for an alias of it; other words stay as they are. */
export function fullName(name: string, commands: CommandTable): string {
  const found = Object.entries(commands).find(([, { aliases = [] }]) => aliases.includes(name))
  return found?.[0] ?? name
}

/** Whether the name is the first word of several commands. */
function isGroup(name: string, commands: CommandTable): boolean {
  return name !== '' && Object.keys(commands).some((each) => each.startsWith(`${name} `))
}

/** Whether the name is that of a group and not of a command, as `demo` is too. */
export function isOnlyGroup(name: string, commands: CommandTable): boolean {
  return !Object.hasOwn(commands, name) && isGroup(name, commands)
}

/** The manual page of the program, a group or a command, such as `mfa-login-keys-list`. */
export function pageName(name: string): string {
  return ['mfa-login', ...name.split(' ').filter((word) => word !== '')].join('-')
}

/** `profile`: the one of that name, or one like it, as a shell takes it. */
export function noSuchCommand(
  name: string,
  commands: CommandTable,
  profile: { readonly named?: string; readonly near?: string },
): Failure {
  const group = firstWord(name)
  const help = isGroup(group, commands) ? `${group} --help` : '--help'
  const login = (each: string | undefined) => each && `login ${each}`
  const meant = login(profile.named) ?? meantCommand(name, commands) ?? login(profile.near)
  return usageFailure(`There is no command ${quoteWord(name)}.`, `mfa-login ${meant ?? help}`)
}

/** What is misspelled, or the one command of a group that is called so. */
function meantCommand(name: string, commands: CommandTable): string | undefined {
  const names = Object.entries(commands).flatMap(([each, { aliases = [] }]) => [each, ...aliases])
  const groups = new Set(names.filter((each) => each.includes(' ')).map(firstWord))
  const [ofGroup, ...others] = names.filter((each) => each.endsWith(` ${name}`))
  const near = closest(name, [...names, ...groups, 'help'])
  const meant = near ?? (others.length === 0 ? ofGroup : undefined)
  return meant && fullName(meant, commands)
}

function firstWord(name: string): string {
  return name.split(' ')[0] ?? ''
}
