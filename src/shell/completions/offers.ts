/** What shells offer on the command line, from the declarations of the commands; pure. */
import { allOptions, operandOf, type NamedCommand, type Option } from '../../command.ts'

export type CommandToComplete = Pick<
  NamedCommand,
  'name' | 'summary' | 'options' | 'operand' | 'rest'
>

/** Words to offer, or a mark for what a shell looks up itself, or nothing for free text. */
export type Offer = readonly string[]

export const PROFILES: Offer = ['@profiles']
export const FILES: Offer = ['@files']
/** A value that nobody can guess. */
const NOTHING: Offer = ['@nothing']

/** The offers, for shells that look them up in tables. */
export function offerTables(commands: readonly CommandToComplete[]) {
  return {
    /** By command. */
    flags: commands.map((command) => {
      const flags = Object.keys(allOptions(command)).map((option) => `--${option}`)
      return [command.name, flags.sort()] as const
    }),
    /** By command and flag that takes a value. */
    values: commands.flatMap((command) =>
      valueFlags(command).map(
        ([flag, option]) => [`${command.name} ${flag}`, offer(option)] as const,
      ),
    ),
    /** By the words so far. */
    words: [...nextWords(commands)],
    /** By command, for the word without a flag. */
    operands: commands.map((command) => {
      const operand = operandOf(command)
      // The words of another command may be files.
      const free = command.rest === undefined ? NOTHING : FILES
      return [command.name, operand === undefined ? free : offer(operand)] as const
    }),
  }
}

/** The flags that take a value, with the option of each. */
export function valueFlags(command: CommandToComplete): (readonly [flag: string, Option])[] {
  return Object.entries(allOptions(command)).flatMap(([name, option]) => {
    const { value, short } = option
    const flags = [`--${name}`, ...(short === undefined ? [] : [`-${short}`])]
    return value === undefined ? [] : flags.map((flag) => [flag, option] as const)
  })
}

export function offer({ choices, type }: Option): Offer {
  if (choices !== undefined) return choices
  if (type === undefined) return NOTHING
  return type === 'profile' ? PROFILES : FILES
}

/** By the words so far, those that go on with the name of a command. */
export function nextWords(commands: readonly CommandToComplete[]): Map<string, Offer> {
  const next = new Map<string, Offer>()
  const add = (before: string, word: string) =>
    next.set(before, [...new Set([...(next.get(before) ?? []), word])])
  for (const { name } of commands) {
    const [first = '', second] = name.split(' ')
    add('', first)
    if (second !== undefined) add(first, second)
  }
  return next
}

/** Prints the names of profiles in files, one a line: those that need no quotes, but for their blanks. */
export function profilesCommand(files: string): string {
  const others = String.raw`-e '/^\[sso-session /d' -e '/^\[services /d'`
  const sections = String.raw`-e 's/^\[profile  *\([^]]*\)\].*/\1/p' -e 's/^\[\([^]]*\)\].*/\1/p'`
  return `sed -n ${others} ${sections} ${files} 2>/dev/null | grep -x '[A-Za-z0-9_@+.%:/ -]*' | sort -u`
}
