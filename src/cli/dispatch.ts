import type { Command } from '../command.ts'
import type { Context } from '../context.ts'
import {
  correctedCommand,
  describeFailure,
  EXIT,
  Failure,
  fillInCommand,
  type Correction,
  type ExitName,
} from '../failure.ts'
import { closestProfile, isProfile, pickProfile } from '../profile/pick-profile.ts'
import { quoteWord } from '../sanitize.ts'
import { fullName, isOnlyGroup, noSuchCommand, pageName, splitAtName } from './command-name.ts'
import { COMMANDS } from './command-table.ts'
import { ownEnvironment } from '../session/model/setting-variables.ts'
import { deriveContext } from './derived-context.ts'
import { parseCommandLine, splitAtRest, type Parts } from './parse.ts'
import { thisCommand, typedWords } from './this-command.ts'
import { fillInShell, syntaxOf, usualShell } from '../shell/syntax.ts'
import { withQuotedNames } from './quote-names.ts'

type Input = Readonly<Record<string, unknown>>

/** Runs a command line and returns its exit code; the one place that prints errors. */
export async function cli(argv: readonly string[], real: Context): Promise<number> {
  const context = withQuotedNames(forShell(real), argv)
  try {
    const exit = await dispatch(argv, context)
    return typeof exit === 'number' ? exit : EXIT[exit]
  } catch (error) {
    const again = (correction?: Correction): string =>
      thisCommand(typedWords(argv, real.env), correction, syntaxOf(usualShell(real)).quote)
    context.info(`mfa-login: ${fillInCommand(describeError(error), again)}`)
    logCauses(error, context)
    return EXIT[error instanceof Failure ? error.exit : 'internal']
  }
}

/** The context whose texts for people set variables as their shell does. */
function forShell(context: Context): Context {
  return deriveContext(context, {
    info: (line) => context.info(fillInShell(context, line)),
    infoOnce: (line) => context.infoOnce(fillInShell(context, line)),
    report: (text) => context.report(fillInShell(context, text)),
  })
}

function describeError(error: unknown): string {
  if (error instanceof Failure) return describeFailure(error)
  return `this is a bug in mfa-login: ${error instanceof Error ? error.message : String(error)}`
}

/** An error and its causes, for `--debug`. */
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
  if (['--help', '-h', 'help'].includes(first)) {
    const words = others.filter((word) => word !== '--man')
    const show = words.length < others.length ? showManual : printHelp
    return show(words.join(' '), context)
  }
  const isVersion = ['--version', '-V', '-v'].includes(first)
  const { name, args } = splitAtName(isVersion ? ['version', ...others] : argv, COMMANDS)
  if (isOnlyGroup(name, COMMANDS)) return showGroup(name, args, context)
  const command = await loadCommand(name, context)
  const parts = await resolveWord(splitAtRest(args, command), args, context)
  const flags = parts.own
  if (flags.includes('--help') || flags.includes('-h')) return printHelp(name, context)
  if (flags.includes('--debug')) context.debug.enable()
  if (context.debug.isOn)
    context.debug.log(`mfa-login ${context.version}, Node ${process.version}, ${context.platform}`)
  const { region, ...input } = parseCommandLine(name, command, parts)
  const own = scoped(context, region as string | undefined)
  return command.run({ ...input, ...(await pickMissing(command, input, own)) }, own, COMMANDS)
}

/**
 * A word among options of ours is the profile where the files have one of that name, else a command. So is the first
 * of several words, where no program has its name. Throws a Failure for a misspelled profile.
 */
async function resolveWord(
  parts: Parts,
  args: readonly string[],
  context: Context,
): Promise<Parts> {
  const { word, leading, own, rest } = parts
  if (leading !== undefined && context.findProgram(leading) === undefined) {
    const isNamed = await isProfile(context, leading)
    return isNamed ? { own: [...own, leading], rest: rest.slice(1), isSeparated: true } : parts
  }
  if (word === undefined) return parts
  if (await isProfile(context, word)) return { ...parts, own: args, rest: [] }
  const meant = await closestProfile(context, word)
  if (meant === undefined || context.findProgram(word) !== undefined) return parts
  throw new Failure(
    'notFound',
    `There is no profile and no command ${quoteWord(word)}.`,
    correctedCommand({ wrong: word, meant }),
  )
}

/** The context with `--region`, and without settings that an earlier `mfa-login env` took from a profile. */
function scoped(context: Context, region: string | undefined): Context {
  return deriveContext(context, { region, env: ownEnvironment(context.env) })
}

/** The profile that a person chooses where none is named. */
async function pickMissing({ options }: Command, input: Input, context: Context): Promise<Input> {
  const [name, option] = Object.entries(options).find(([, { pickUnless }]) => pickUnless) ?? []
  if (name === undefined) return {}
  const isNamed = [name, ...(option?.pickUnless ?? [])].some((each) => input[each])
  // In this order, as node:tty loads all that sockets need.
  return isNamed || !context.isInteractive ? {} : { [name]: await pickProfile(context) }
}

async function loadCommand(name: string, context: Context): Promise<Command> {
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (entry !== undefined) return (await entry.load()).default
  throw noSuchCommand(name, COMMANDS, await profileCalled(name, context))
}

/** The profile of that name or, else, one like it, as the person's shell takes it. */
async function profileCalled(
  name: string,
  context: Context,
): Promise<{ readonly named?: string; readonly near?: string }> {
  const { quote } = syntaxOf(usualShell(context))
  try {
    if (await isProfile(context, name)) return { named: quote(name) }
    const near = await closestProfile(context, name)
    return near === undefined ? {} : { near: quote(near) }
  } catch {
    // Files that cannot be read do not matter here.
    return {}
  }
}

/** The help of a group; on stderr, where no command of it is named. */
async function showGroup(
  name: string,
  args: readonly string[],
  context: Context,
): Promise<ExitName> {
  if (args.includes('--help') || args.includes('-h')) return printHelp(name, context)
  const { groupHelp } = await import('./help.ts')
  for (const line of groupHelp(name, COMMANDS, context.columns).trimEnd().split('\n'))
    context.info(line)
  return 'usage'
}

/** By its path, as the package may be installed where `man` does not look. */
async function showManual(words: string, context: Context): Promise<number> {
  const name = fullName(words, COMMANDS)
  if (name !== '' && !isOnlyGroup(name, COMMANDS)) await loadCommand(name, context)
  if (context.findProgram('man') === undefined) {
    const help = ['mfa-login help', name].join(' ').trim()
    throw new Failure('notFound', 'There is no program man to show the page.', help)
  }
  const page = pageName(name)
  return context.run(['man', context.manualPage(page) ?? page], { env: context.inherited })
}

async function printHelp(words: string, context: Context): Promise<ExitName> {
  const { commandHelp, generalHelp, groupHelp } = await import('./help.ts')
  const name = fullName(words, COMMANDS)
  if (name === '') context.print(generalHelp(COMMANDS, context.columns))
  else if (isOnlyGroup(name, COMMANDS)) context.print(groupHelp(name, COMMANDS, context.columns))
  else {
    const command = await loadCommand(name, context)
    const examples = command.examples.map(
      ([line, what]) => [fillInShell(context, line), what] as const,
    )
    context.print(commandHelp(name, { ...command, examples }, context.columns))
  }
  return 'ok'
}
