import { parseArgs } from 'node:util'
import type { Command, Options, Values } from './command.ts'
import { COMMANDS } from './commands.ts'
import type { Context } from './context.ts'
import { EXIT, Failure, usageFailure, type ExitName } from './failure.ts'
import { commandHelp, generalHelp } from './help.ts'

/** Runs a command line and returns its exit code; the one place that prints errors. */
export async function cli(argv: readonly string[], context: Context): Promise<number> {
  try {
    return EXIT[await dispatch(argv, context)]
  } catch (error) {
    if (!(error instanceof Failure)) {
      context.say(`mfa-login: this is a defect of mfa-login: ${describe(error)}`)
      return EXIT.internal
    }
    // One line: SDKs show what credential_process wrote as the reason in a line of theirs.
    const hint = error.hint === undefined ? '' : ` Try: ${error.hint}`
    context.say(`mfa-login: ${error.message}${hint}`)
    return EXIT[error.exit]
  }
}

async function dispatch(argv: readonly string[], context: Context): Promise<ExitName> {
  const [first = ''] = argv
  if (['--help', '-h', 'help'].includes(first)) return help(argv[1], context)
  if (['--version', '-V'].includes(first)) {
    context.out(`${context.version}\n`)
    return 'ok'
  }
  const isNamed = first !== '' && !first.startsWith('-')
  const name = isNamed ? first : 'login'
  const command = await find(name)
  const args = isNamed ? argv.slice(1) : argv
  if (args.includes('--help') || args.includes('-h')) return help(name, context)
  return command.run(command.parse(valuesOf(args, command.options, name)), context)
}

async function find(name: string): Promise<Command> {
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (entry === undefined) {
    throw usageFailure(`There is no command ${JSON.stringify(name)}.`, 'mfa-login --help')
  }
  return (await entry.load()).default
}

async function help(name: string | undefined, context: Context): Promise<ExitName> {
  context.out(name === undefined ? generalHelp() : commandHelp(name, await find(name)))
  return 'ok'
}

function valuesOf(args: readonly string[], options: Options, name: string): Values<Options> {
  const config = Object.entries(options).map(([option, { value, short }]) => {
    const type = value === undefined ? ('boolean' as const) : ('string' as const)
    return [option, { type, ...(short === undefined ? {} : { short }) }] as const
  })
  try {
    return parseArgs({ args: joinedDash(args), options: Object.fromEntries(config) })
      .values as Values<Options>
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

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return process.env.MFA_LOGIN_DEBUG === undefined ? error.message : (error.stack ?? error.message)
}
