import type { Context } from './context.ts'
import type { ExitName } from './failure.ts'

export interface Option {
  /** What the value is called in the help; none for a switch. */
  readonly value?: string
  readonly short?: string
  readonly about: string
}

export type Options = Readonly<Record<string, Option>>

/** What the command line says: a text for options with a value, true for switches. */
export type Values<O extends Options> = {
  readonly [K in keyof O]?: O[K] extends { readonly value: string } ? string : boolean
}

/** A command: its options, how they become an input, and what it does. */
export interface Command<O extends Options = Options, Input = unknown> {
  /** What it does, for the head of its help. */
  readonly about: string
  readonly options: O
  /** What stands on the command line without a flag, where the command takes that. */
  readonly operand?: { readonly value: string; readonly about: string }
  /** All words from the first that is no option, or behind `--`, where the command takes those. */
  readonly rest?: { readonly value: string; readonly about: string }
  readonly examples: readonly (readonly [command: string, what: string])[]
  /** Pure. Throws a usage Failure. */
  parse(values: Values<O>, operand?: string, rest?: readonly string[]): Input
  /** How it ended; a number is another program's exit code. */
  run(input: Input, context: Context, table: CommandTable): Promise<ExitName | number>
}

export interface Entry {
  readonly summary: string
  readonly load: () => Promise<{ default: Command }>
}

/** By name, of one word or two. */
export type CommandTable = Readonly<Record<string, Entry>>

/** Infers the types that hold a command's options, parse and run together. */
export function command<const O extends Options, Input>(definition: Command<O, Input>): Command {
  return definition
}

/** Options of every command. */
export const GLOBAL_OPTIONS = {
  debug: { about: 'report on stderr what is read, chosen and sent, without secrets' },
} as const

export const PROFILE = {
  value: 'NAME',
  short: 'p',
  about: 'the profile; default AWS_PROFILE, then AWS_DEFAULT_PROFILE, then "default"',
} as const

export const SERIAL = {
  value: 'ARN',
  about: 'serial number of the MFA device; default mfa_serial, AWS_MFA_SERIAL, or found at IAM',
} as const

export const TOKEN_CODE = {
  value: 'CODE',
  about: 'the six-digit code, or - to read it from stdin; default mfa_process, or asked for',
} as const

export const DURATION = {
  value: 'TIME',
  about: 'session length such as 12h, 45m or 43200 (15m to 36h, root 1h); default 12h',
} as const

export const JSON_OUTPUT = { about: 'print JSON' } as const
