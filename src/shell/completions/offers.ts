/** What shells offer on the command line, from the declarations of the commands; pure. */
import { allOptions, type Command, type Option } from '../../command.ts'

export interface CommandToComplete extends Pick<Command, 'options' | 'operand' | 'rest'> {
  /** Of one word or two. */
  readonly name: string
  readonly summary: string
}

/** Words to offer, or a mark for what a shell looks up itself, or nothing for free text. */
export type Offer = readonly string[]

export const PROFILES: Offer = ['@profiles']
export const FILES: Offer = ['@files']
/** A value that nobody can guess. */
const NOTHING: Offer = ['@nothing']

export interface CommandOffers {
  readonly name: string
  readonly flags: readonly string[]
  /** Behind the flags that take a value. */
  readonly values: ReadonlyMap<string, Offer>
  /** For the word without a flag; `FILES` where the words are another command's. */
  readonly operand: Offer
}

export function offersOf(command: CommandToComplete): CommandOffers {
  const options = Object.entries(allOptions(command))
  const values = options.flatMap(([name, option]) =>
    option.value === undefined
      ? []
      : flagsOf(name, option).map((flag) => [flag, offer(option)] as const),
  )
  const { name, operand } = command
  return {
    name,
    flags: options.map(([option]) => `--${option}`).sort(),
    values: new Map(values),
    operand: operand === undefined ? NOTHING : offer(operand),
  }
}

export function offer({ choices, type }: Option): Offer {
  if (choices !== undefined) return choices
  if (type === undefined) return NOTHING
  return type === 'profile' ? PROFILES : FILES
}

function flagsOf(name: string, { short }: Option): string[] {
  return [`--${name}`, ...(short === undefined ? [] : [`-${short}`])]
}

export function firstWords(commands: readonly CommandToComplete[]): string[] {
  return [...new Set(commands.map(({ name }) => name.split(' ')[0] ?? ''))]
}

/** The groups of commands, with the second words of each. */
export function groupsOf(commands: readonly CommandToComplete[]): Map<string, string[]> {
  const groups = new Map<string, string[]>()
  for (const { name } of commands) {
    const [group = '', second] = name.split(' ')
    if (second !== undefined) groups.set(group, [...(groups.get(group) ?? []), second])
  }
  return groups
}

/** Prints the names of profiles in files. Only plain ones: `compgen -W` of bash expands what it is given. */
export function profilesCommand(files: string): string {
  const sections = String.raw`-e 's/^\[profile  *\([^]]*\)\].*/\1/p' -e 's/^\[\([^] ]*\)\].*/\1/p'`
  return `sed -n ${sections} ${files} 2>/dev/null | grep -x '[A-Za-z0-9_@+.%:/-]*' | sort -u`
}
