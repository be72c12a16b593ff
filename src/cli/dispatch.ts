import { parseArgs } from 'node:util'
import { GLOBAL_OPTIONS, type Command, type Option, type Options, type Values } from '../command.ts'
import { COMMANDS } from './command-table.ts'
import type { Context } from '../context.ts'
import { EXIT, Failure, usageFailure, type ExitName } from '../failure.ts'
import { commandHelp, generalHelp } from './help.ts'

/** Runs a command line and returns its exit code; the one place that prints errors. */
export async function cli(argv: readonly string[], context: Context): Promise<number> {
  try {
    const exit = await dispatch(argv, context)
    return typeof exit === 'number' ? exit : EXIT[exit]
  } catch (error) {
    if (!(error instanceof Failure)) {
      const message = error instanceof Error ? error.message : String(error)
      context.info(`mfa-login: this is a defect of mfa-login: ${message}`)
      logCauses(error, context)
      return EXIT.internal
    }
    // One line: SDKs show what credential_process wrote as the reason in a line of theirs.
    const hint = error.hint === undefined ? '' : ` Try: ${error.hint}`
    context.info(`mfa-login: ${error.message}${hint}`)
    logCauses(error, context)
    return EXIT[error.exit]
  }
}

async function dispatch(argv: readonly string[], context: Context): Promise<ExitName | number> {
  const [first = ''] = argv
  if (['--help', '-h', 'help'].includes(first))
    return help(argv.slice(1).join(' ') || undefined, context)
  if (['--version', '-V'].includes(first)) {
    context.print(`${context.version}\n`)
    return 'ok'
  }
  const { name, args } = splitName(argv)
  const command = await loadCommand(name)
  const { own, rest } =
    command.rest === undefined ? { own: args, rest: [] } : splitAtCommand(args, command)
  if (own.includes('--help') || own.includes('-h')) return help(name, context)
  const { values, operand } = parseArguments(own, command, name)
  if (values.debug === true) context.debug.enable()
  if (context.debug.isOn)
    context.debug.log(`mfa-login ${context.version}, Node ${process.version}, ${context.platform}`)
  return command.run(command.parse(values, operand, rest), context, COMMANDS)
}

/** The command's name, of one word or two, and what follows it. */
function splitName(argv: readonly string[]): { name: string; args: readonly string[] } {
  const [first = '', second = ''] = argv
  if (first === '' || first.startsWith('-')) return { name: 'login', args: argv }
  const both = `${first} ${second}`
  if (Object.hasOwn(COMMANDS, both)) return { name: both, args: argv.slice(2) }
  return { name: first, args: argv.slice(1) }
}

async function loadCommand(name: string): Promise<Command> {
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (entry === undefined) {
    const group = Object.keys(COMMANDS).filter((each) => each.startsWith(`${name} `))
    if (group.length > 0)
      throw usageFailure(`Which one: ${group.join(', ')}?`, `mfa-login ${group[0] ?? ''}`)
    throw usageFailure(`There is no command ${JSON.stringify(name)}.`, 'mfa-login --help')
  }
  return (await entry.load()).default
}

async function help(name: string | undefined, context: Context): Promise<ExitName> {
  context.print(name === undefined ? generalHelp() : commandHelp(name, await loadCommand(name)))
  return 'ok'
}

interface Arguments {
  readonly values: Values<Options>
  readonly operand: string | undefined
}

/** Our own options, and the words of another command behind them. */
function splitAtCommand(args: readonly string[], { options }: Command) {
  const { tokens } = parseArgs({
    args: [...args],
    options: optionTypes(options),
    strict: false,
    tokens: true,
  })
  const first = tokens.find(({ kind }) => kind !== 'option')
  if (first === undefined) return { own: args, rest: [] }
  const from = first.kind === 'option-terminator' ? first.index + 1 : first.index
  return { own: args.slice(0, first.index), rest: args.slice(from) }
}

function optionTypes(options: Options) {
  const types = Object.entries({ ...options, ...GLOBAL_OPTIONS }).map(([option, definition]) => {
    const { value, short }: Option = definition
    const type = value === undefined ? ('boolean' as const) : ('string' as const)
    return [option, { type, ...(short === undefined ? {} : { short }) }] as const
  })
  return Object.fromEntries(types)
}

function parseArguments(
  args: readonly string[],
  { options, operand }: Command,
  name: string,
): Arguments {
  try {
    const { values, positionals } = parseArgs({
      args: joinedDash(args),
      options: optionTypes(options),
      allowPositionals: operand !== undefined,
    })
    if (positionals.length > 1) throw new Error(`One ${operand?.value ?? ''} at a time`)
    return { values: values as Values<Options>, operand: positionals[0] }
  } catch (error) {
    const [sentence = ''] = (error as Error).message.split('. ')
    throw usageFailure(`${sentence.replace(/\.$/, '')}.`, `mfa-login ${name} --help`)
  }
}

/** `--token-code -`: parseArgs takes a lone dash for a positional argument. */
function joinedDash(args: readonly string[]): string[] {
  return args.flatMap((arg, index) => {
    if (arg === '-' && args[index - 1] === '--token-code') return []
    return arg === '--token-code' && args[index + 1] === '-' ? ['--token-code=-'] : [arg]
  })
}

/** An error and what lies beneath it, for `--debug`. */
function logCauses(error: unknown, { debug }: Context): void {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    debug.log(cause.stack ?? cause.message)
  }
}
