/** Checks a command line against the declaration of its command; pure. */
import { parseArgs } from 'node:util'
import { allOptions, GLOBAL_OPTIONS, operandOf, type Command, type Options } from '../command.ts'
import { usageFailure, type Failure } from '../failure.ts'
import { quoteWord } from '../sanitize.ts'
import { closest } from '../closest.ts'
import {
  checkParameter,
  checkRequired,
  checkRequires,
  valueOf,
  type Given,
  type Parameter,
} from './parameters.ts'

/** What a command line has for this program, and for another command behind it. */
export interface Parts {
  readonly own: readonly string[]
  readonly rest: readonly string[]
  /** Whether `--` stands before the rest. */
  readonly isSeparated: boolean
  /** The first word of the rest, where it may be the operand instead, as only options of ours stand around it. */
  readonly word?: string
  /** The first of several words of the rest, where it may be the operand: PowerShell takes an unquoted `--` away. */
  readonly leading?: string
}

export function splitAtRest(args: readonly string[], command: Command): Parts {
  if (command.rest === undefined) return { own: args, rest: [], isSeparated: false }
  const { tokens } = parseArgs({
    args: [...args],
    options: argTypes(allOptions(command)),
    strict: false,
    tokens: true,
  })
  const end = tokens.find(({ kind }) => kind === 'option-terminator')
  const before = tokens.filter(({ index }) => index < (end?.index ?? Infinity))
  const word = before.find((token) => token.kind === 'positional')
  const isOperand = word !== undefined && maybeOperand(command, before)
  if (end !== undefined && (word === undefined || isOperand)) {
    return { own: args.slice(0, end.index), rest: args.slice(end.index + 1), isSeparated: true }
  }
  const from = word?.index ?? args.length
  const parts = { own: args.slice(0, from), rest: args.slice(from), isSeparated: false }
  if (word === undefined) return parts
  if (isOperand) return { ...parts, word: word.value }
  const upTo = before.filter(({ index }) => index <= word.index)
  return maybeOperand(command, upTo) ? { ...parts, leading: word.value } : parts
}

type Token = NonNullable<ReturnType<typeof parseArgs>['tokens']>[number]

/** Whether the words are one operand and options that are declared. */
function maybeOperand(command: Command, tokens: readonly Token[]): boolean {
  const declared = allOptions(command)
  const given = tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : []))
  const isKnown = given.every((name) => Object.hasOwn(declared, name))
  const isFree = Object.entries(command.options).some(
    ([name, { isOperand }]) => isOperand && !given.includes(name),
  )
  return isKnown && isFree && tokens.length === given.length + 1
}

/** The typed input of a command. Throws a usage Failure for what its declaration does not allow. */
export function parseCommandLine(
  name: string,
  command: Command,
  { own, rest, isSeparated }: Parts,
): Readonly<Record<string, unknown>> {
  const { given, words } = readWords(name, command, own)
  const parameters = parametersOf(command, given, words)
  const isOperandGiven = parameters.some(
    (each) => each.key === 'operand' && each.given !== undefined,
  )
  for (const parameter of parameters) {
    checkParameter(name, parameter, given)
    checkRequires(name, command, parameter, { given, isOperandGiven })
  }
  if (rest.length === 0) checkRequired(command.rest?.required, given)
  const values = parameters.map((parameter) => [parameter.key, valueOf(parameter)] as const)
  return { ...Object.fromEntries(values), ...(command.rest && { rest, isSeparated }) }
}

/** The options of every command that have a value; the others are switches of `dispatch.ts`. */
const GLOBAL_VALUES = Object.fromEntries(
  Object.entries(GLOBAL_OPTIONS).filter(([, { value }]) => value !== undefined),
)

function parametersOf(
  { options, operand }: Command,
  given: Given,
  words: readonly string[],
): Parameter[] {
  const all = { ...options, ...GLOBAL_VALUES }
  const parameters = Object.entries(all).map(([name, declared]): Parameter => {
    const { noun = name } = declared
    return { key: camelCase(name), flag: `--${name}`, noun, declared, given: given[name] }
  })
  if (operand === undefined) return parameters
  const { value: flag, noun = flag.toLowerCase(), repeatable } = operand
  const [word] = words
  const own = repeatable && word !== undefined ? words : word
  return [...parameters, { key: 'operand', flag, noun, declared: operand, given: own }]
}

function readWords(
  name: string,
  command: Command,
  args: readonly string[],
): { given: Given; words: readonly string[] } {
  const operand = operandOf(command)
  refuseSingleDash(command, args)
  try {
    const { values, positionals, tokens } = parseArgs({
      args: [...args],
      options: argTypes(allOptions(command)),
      allowPositionals: operand !== undefined,
      tokens: true,
    })
    const flags = tokens.flatMap((token) =>
      token.kind === 'option' && token.value !== undefined ? [token.name] : [],
    )
    const twice = flags.find(
      (flag, index) => flags.indexOf(flag) < index && command.options[flag]?.repeatable !== true,
    )
    if (twice !== undefined) throw new Error(`--${twice} is given twice`)
    const extra = extraWord(command, values, positionals)
    if (extra !== undefined)
      throw new Error(`${quoteWord(extra)} is one word too many; a name with a blank needs quotes`)
    return placeWords(command, values, positionals)
  } catch (error) {
    throw misuse(error as Error, name, command)
  }
}

/** parseArgs reads `-profile work` as `-p rofile work`. */
function refuseSingleDash(command: Command, args: readonly string[]): void {
  const options = allOptions(command)
  const word = args.find((each) => /^-\w\w/.test(each) && Object.hasOwn(options, each.slice(1)))
  if (word !== undefined)
    throw usageFailure(`${word} has one dash, and a long option has two.`, `-${word}`)
}

/** The Failure for an error of parseArgs. */
function misuse({ message }: Error, name: string, command: Command): Failure {
  const options = allOptions(command)
  const help = `mfa-login ${name} --help`
  const [, flag = ''] = /'(?:-\w, )?--([\w-]+)[^']*' argument/.exec(message) ?? []
  const value = options[flag]?.value
  if (value !== undefined) return usageFailure(`--${flag} needs a value.`, `--${flag} ${value}`)
  const [sentence = ''] = message.split(/\.\s/)
  const unknown = /^Unknown option '--([^']+)'/.exec(message)?.[1] ?? ''
  const meant = closest(unknown, Object.keys(options))
  return usageFailure(
    `${sentence.replace(/\.$/, '')}.`,
    meant === undefined ? help : `--${meant}, or ${help}`,
  )
}

/** The word for which there is no place: a second one, or one beside the option that it would stand for. */
function extraWord(
  { options, operand }: Command,
  given: Given,
  [word, second]: readonly string[],
): string | undefined {
  const name = Object.keys(options).find((each) => options[each]?.isOperand)
  const isTaken = operand === undefined && name !== undefined && given[name] !== undefined
  return isTaken ? word : operand?.repeatable === true ? undefined : second
}

/** The words are those of the operand, or the value of the option that may be one. */
function placeWords({ options, operand }: Command, given: Given, words: readonly string[]) {
  const name = Object.keys(options).find((each) => options[each]?.isOperand)
  const [word] = words
  if (operand !== undefined || name === undefined || word === undefined) return { given, words }
  return { given: { ...given, [name]: word }, words: [] }
}

export function argTypes(options: Options) {
  const types = Object.entries(options).map(([option, { value, short, repeatable }]) => {
    const type = value === undefined ? ('boolean' as const) : ('string' as const)
    const multiple = repeatable === true
    return [option, { type, multiple, ...(short !== undefined && { short }) }] as const
  })
  return Object.fromEntries(types)
}

function camelCase(option: string): string {
  return option.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
}
