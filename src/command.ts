import type { Context } from './context.ts'
import type { ExitName } from './failure.ts'

/** An option of a command. Parsing, errors, help and completions follow from it alone. */
export interface Option {
  /** What it does, for help and completions. */
  readonly about: string
  /** The name of its value in the help; a switch has none. */
  readonly value?: string
  readonly short?: string
  /** What completions offer for the value besides `choices`. */
  readonly type?: 'file' | 'profile'
  readonly choices?: readonly string[]
  /** What a choice is called in an error; default the name of the option. */
  readonly noun?: string
  /** The typed value of a text; it decides alone, even beside `choices`. Throws a usage Failure. */
  readonly parse?: (text: string) => unknown
  /** The value of an option that is not given. */
  readonly default?: unknown
  /** The default as the help shows it, if it is not one of the choices. */
  readonly defaultText?: string
  readonly required?: Requirement
  /** Options that cannot stand beside this one. */
  readonly conflicts?: readonly string[]
  /** The reason of a conflict, in place of the usual sentence. */
  readonly conflictMessage?: string
  /** The option that this one needs beside it. */
  readonly requires?: string
  /** Whether a word without a flag is its value too, where the command declares no operand. */
  readonly isOperand?: true
  /** A person at a terminal chooses the profile that is not named, unless one of these options is given. */
  readonly pickUnless?: readonly string[]
  /** Whether the value is the list of all that are given; else a second one is refused. */
  readonly repeatable?: true
}

/** How to ask for what is missing. */
export interface Requirement {
  readonly question: string
  readonly hint: string
  /** The option that makes up for it. */
  readonly unless?: string
}

/** A word without a flag. */
export type Operand = Omit<Option, 'short' | 'isOperand' | 'pickUnless'> & {
  readonly value: string
}

/**
 * All words after `--`. Without `--`, all from the first that is not an option. A word before `--` is the value of
 * the option that may be an operand.
 */
export type Rest = Pick<Option, 'about' | 'required'> & { readonly value: string }

export type Options = Readonly<Record<string, Option>>

type CamelCase<Name> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name

type Parsed<O> = O extends { parse: (text: string) => infer T }
  ? T
  : O extends { choices: readonly (infer C)[] }
    ? C
    : string

type Value<O> = O extends { repeatable: true }
  ? readonly Parsed<O>[]
  : O extends { default: infer D }
    ? Parsed<O> | D
    : O extends { required: { unless: string } }
      ? Parsed<O> | undefined
      : O extends { required: Requirement }
        ? Parsed<O>
        : Parsed<O> | undefined

/** What `run` gets: each option under its name in camel case, the operand and the rest. */
export type Input<O extends Options, P, R> = {
  readonly [Name in keyof O as CamelCase<Name>]: O[Name] extends { value: string }
    ? Value<O[Name]>
    : boolean
} & (P extends Operand ? { readonly operand: Value<P> } : unknown) &
  (R extends Rest ? { readonly rest: readonly string[]; readonly isSeparated: boolean } : unknown)

interface Definition<O extends Options, P extends Operand | undefined, R extends Rest | undefined> {
  /** What it does, for the head of its help. */
  readonly about: string
  readonly options: O
  readonly operand?: P
  readonly rest?: R
  readonly examples: readonly (readonly [command: string, what: string])[]
  /** How it ended; a number is another program's exit code. */
  run(input: Input<O, P, R>, context: Context, table: CommandTable): Promise<ExitName | number>
}

export interface Command extends Omit<Definition<Options, Operand, Rest>, 'run'> {
  run(input: object, context: Context, table: CommandTable): Promise<ExitName | number>
}

/** What the commands of the general help are grouped by, in its order. */
export const TOPICS = {
  sessions: 'Sessions',
  setup: 'Setup and shells',
  devices: 'MFA devices',
  keys: 'Long-term keys',
  policies: 'Policies',
  help: 'Help',
} as const

export interface Entry {
  readonly summary: string
  readonly topic: keyof typeof TOPICS
  /** Other names, as users of other tools and British English have them. */
  readonly aliases?: readonly string[]
  readonly load: () => Promise<{ default: Command }>
}

/** By name, of one word or two. */
export type CommandTable = Readonly<Record<string, Entry>>

export interface NamedCommand extends Command {
  /** Of one word or two. */
  readonly name: string
  readonly summary: string
}

export async function loadCommands(table: CommandTable): Promise<NamedCommand[]> {
  const commands = Object.entries(table).map(async ([name, { summary, load }]) => ({
    ...(await load()).default,
    name,
    summary,
  }))
  return Promise.all(commands)
}

/** Infers the types that hold a command's declaration and its run together. */
export function command<
  const O extends Options,
  const P extends Operand | undefined = undefined,
  const R extends Rest | undefined = undefined,
>(definition: Definition<O, P, R>): Command {
  return definition as unknown as Command
}

/** Options of every command. */
export const GLOBAL_OPTIONS: Options = {
  region: {
    value: 'NAME',
    about: 'the AWS region',
    defaultText: 'AWS_REGION, AWS_DEFAULT_REGION, then that of the profile',
  },
  debug: { about: 'report on stderr what is read, chosen and sent, without secrets' },
  help: { short: 'h', about: 'show this help' },
}

export function allOptions({ options }: Pick<Command, 'options'>): Options {
  return { ...options, ...GLOBAL_OPTIONS }
}

/** The word without a flag that a command takes, as its help and completions show it. */
export function operandOf({ options, operand }: Pick<Command, 'options' | 'operand'>) {
  if (operand !== undefined) return operand
  const found = Object.entries(options).find(([, { isOperand }]) => isOperand)
  if (found === undefined) return undefined
  const [name, { type, choices }] = found
  return {
    value: name.toUpperCase(),
    about: `the same as --${name}`,
    ...(type !== undefined && { type }),
    ...(choices !== undefined && { choices }),
  } satisfies Operand
}
