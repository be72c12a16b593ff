import type { Command } from '../command.ts'
import type { Context } from '../context.ts'
import { EXIT, Failure, usageFailure, type ExitName } from '../failure.ts'
import { quoteWord } from '../sanitize.ts'
import { closest } from './closest.ts'
import { COMMANDS } from './command-table.ts'
import { commandHelp, generalHelp, groupHelp } from './help.ts'
import { parseCommandLine, splitAtRest } from './parse.ts'

/** Runs a command line and returns its exit code; the one place that prints errors. */
export async function cli(argv: readonly string[], context: Context): Promise<number> {
  try {
    const exit = await dispatch(argv, context)
    return typeof exit === 'number' ? exit : EXIT[exit]
  } catch (error) {
    context.info(`mfa-login: ${describeError(error)}`)
    logCauses(error, context)
    return EXIT[error instanceof Failure ? error.exit : 'internal']
  }
}

/** One line: SDKs show what credential_process wrote as the reason in a line of theirs. */
function describeError(error: unknown): string {
  if (error instanceof Failure) {
    return error.hint === undefined ? error.message : `${error.message} Try: ${error.hint}`
  }
  return `this is a defect of mfa-login: ${error instanceof Error ? error.message : String(error)}`
}

/** An error and what lies beneath it, for `--debug`. */
function logCauses(error: unknown, { debug }: Context): void {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    debug.log(isOurs(cause) ? (cause.stack ?? cause.message) : framesOf(cause))
  }
}

/** The messages of other errors may quote a response, and with it a secret. */
function isOurs(error: Error): boolean {
  return error instanceof Failure || error.name === 'AwsError'
}

function framesOf({ name, stack = '' }: Error): string {
  const frames = stack.split('\n').filter((line) => line.startsWith('    at '))
  return [name, ...frames].join('\n')
}

async function dispatch(argv: readonly string[], context: Context): Promise<ExitName | number> {
  const [first = '', ...others] = argv
  if (['--help', '-h', 'help'].includes(first)) return printHelp(others.join(' '), context)
  if (['--version', '-V'].includes(first)) {
    context.print(`${context.version}\n`)
    return 'ok'
  }
  const { name, args } = splitAtName(argv)
  if (isGroup(name) && args.every((each) => each.startsWith('-')))
    return showGroup(name, args, context)
  const command = await loadCommand(name)
  const { own, rest } = splitAtRest(args, command)
  if (own.includes('--help') || own.includes('-h')) return printHelp(name, context)
  if (own.includes('--debug')) context.debug.enable()
  context.debug.log(`mfa-login ${context.version}, Node ${process.version}, ${context.platform}`)
  return command.run(parseCommandLine(name, command, own, rest), context, COMMANDS)
}

/** The command's name, of one word or two, and what follows it. */
function splitAtName(argv: readonly string[]): { name: string; args: readonly string[] } {
  const [first = '', second = ''] = argv
  if (first === '' || first.startsWith('-')) return { name: 'login', args: argv }
  const both = `${first} ${second}`
  const isOfGroup = isGroup(first) && second !== '' && !second.startsWith('-')
  if (isOfGroup || Object.hasOwn(COMMANDS, both)) return { name: both, args: argv.slice(2) }
  return { name: first, args: argv.slice(1) }
}

async function loadCommand(name: string): Promise<Command> {
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (entry !== undefined) return (await entry.load()).default
  const meant = closest(name, Object.keys(COMMANDS))
  const [group = ''] = name.split(' ')
  const help = isGroup(group) ? `mfa-login ${group} --help` : 'mfa-login --help'
  throw usageFailure(
    `There is no command ${quoteWord(name)}.`,
    meant === undefined ? help : `mfa-login ${meant}`,
  )
}

/** Whether the name is the first word of several commands. */
function isGroup(name: string): boolean {
  return name !== '' && Object.keys(COMMANDS).some((each) => each.startsWith(`${name} `))
}

/** The help of a group; on stderr, where no command of it is named. */
async function showGroup(
  name: string,
  args: readonly string[],
  context: Context,
): Promise<ExitName> {
  if (args.includes('--help') || args.includes('-h')) return printHelp(name, context)
  for (const line of groupHelp(name, COMMANDS).trimEnd().split('\n')) context.info(line)
  return 'usage'
}

async function printHelp(name: string, context: Context): Promise<ExitName> {
  if (name === '') context.print(generalHelp(COMMANDS))
  else if (isGroup(name)) context.print(groupHelp(name, COMMANDS))
  else context.print(commandHelp(name, await loadCommand(name)))
  return 'ok'
}
