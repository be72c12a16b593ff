/** A command line, held against the declaration of its command; pure. */
import { parseArgs } from 'node:util'
import {
  allOptions,
  type Command,
  type Operand,
  type Option,
  type Options,
  type Requirement,
} from '../command.ts'
import { usageFailure, type Failure } from '../failure.ts'
import { quoteWord } from '../sanitize.ts'

type Given = Readonly<Record<string, unknown>>

/** The words of this program, and those of another command behind them. */
export function splitAtRest(
  args: readonly string[],
  command: Command,
): { own: readonly string[]; rest: readonly string[] } {
  if (command.rest === undefined) return { own: args, rest: [] }
  const { tokens } = parseArgs({
    args: [...args],
    options: argTypes(allOptions(command)),
    strict: false,
    tokens: true,
  })
  const first = tokens.find(({ kind }) => kind !== 'option')
  if (first === undefined) return { own: args, rest: [] }
  const from = first.kind === 'option-terminator' ? first.index + 1 : first.index
  return { own: args.slice(0, first.index), rest: args.slice(from) }
}

/** The typed input of a command. Throws a usage Failure for what its declaration does not allow. */
export function parseCommandLine(
  name: string,
  command: Command,
  args: readonly string[],
  rest: readonly string[] = [],
): object {
  const { given, word } = readWords(name, command, args)
  checkOptions(name, command.options, given)
  if (command.operand !== undefined) checkOperand(name, command.operand, word, given)
  if (rest.length === 0) checkRequired(command.rest?.required, given)
  return {
    ...optionValues(command.options, given),
    ...(command.operand && { operand: operandValue(command.operand, word) }),
    ...(command.rest && { rest }),
  }
}

function readWords(
  name: string,
  command: Command,
  args: readonly string[],
): { given: Given; word: string | undefined } {
  const { operand } = command
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: argTypes(allOptions(command)),
      allowPositionals: operand !== undefined,
    })
    if (positionals.length > 1) throw new Error(`One ${operand?.value ?? ''} at a time`)
    return { given: values, word: positionals[0] }
  } catch (error) {
    const [sentence = ''] = (error as Error).message.split('. ')
    throw usageFailure(`${sentence.replace(/\.$/, '')}.`, `mfa-login ${name} --help`)
  }
}

function argTypes(options: Options) {
  const types = Object.entries(options).map(([option, { value, short, repeatable }]) => {
    const type = value === undefined ? ('boolean' as const) : ('string' as const)
    const multiple = repeatable === true
    return [option, { type, multiple, ...(short !== undefined && { short }) }] as const
  })
  return Object.fromEntries(types)
}

function checkOptions(name: string, options: Options, given: Given): void {
  for (const [option, declared] of Object.entries(options)) {
    if (given[option] === undefined) checkRequired(declared.required, given)
    else checkBeside(name, `--${option}`, declared, given)
    if (given[option] !== undefined && isMissing(declared.requires, given)) {
      throw goesWith(name, options, declared.requires)
    }
  }
}

function checkOperand(name: string, operand: Operand, word: string | undefined, given: Given) {
  if (word === undefined) checkRequired(operand.required, given)
  else checkBeside(name, operand.value, operand, given)
}

function checkRequired(required: Requirement | undefined, given: Given): void {
  if (required === undefined) return
  const { question, hint, unless } = required
  if (unless === undefined || given[unless] === undefined) throw usageFailure(question, hint)
}

function checkBeside(
  name: string,
  what: string,
  { conflicts = [], conflictMessage }: Pick<Option, 'conflicts' | 'conflictMessage'>,
  given: Given,
): void {
  const other = conflicts.find((each) => given[each] !== undefined)
  if (other === undefined) return
  throw usageFailure(
    conflictMessage ?? `One of ${what} and --${other}: they exclude each other.`,
    `mfa-login ${name} --help`,
  )
}

function isMissing(option: string | undefined, given: Given): option is string {
  return option !== undefined && given[option] === undefined
}

/** Names all options that need the missing one. */
function goesWith(name: string, options: Options, needed: string): Failure {
  const all = Object.keys(options).filter((each) => options[each]?.requires === needed)
  const verb = all.length === 1 ? 'goes' : 'go'
  return usageFailure(
    `${all.map((each) => `--${each}`).join(' and ')} ${verb} with --${needed}.`,
    `mfa-login ${name} --${needed}`,
  )
}

function optionValues(options: Options, given: Given): object {
  const values = Object.entries(options).map(([option, declared]) => {
    return [camelCase(option), optionValue(option, declared, given[option])] as const
  })
  return Object.fromEntries(values)
}

function optionValue(option: string, declared: Option, given: unknown): unknown {
  if (declared.value === undefined) return given === true
  const { noun = option } = declared
  const parse = (text: string) => parseText(text, declared, noun, `--${option}`)
  if (declared.repeatable) return ((given ?? []) as string[]).map(parse)
  return given === undefined ? declared.default : parse(given as string)
}

function operandValue(operand: Operand, word: string | undefined): unknown {
  const { value, noun = value.toLowerCase() } = operand
  return word === undefined ? operand.default : parseText(word, operand, noun, value)
}

function parseText(text: string, declared: Option, noun: string, flag: string): unknown {
  const { parse, choices, required } = declared
  if (parse !== undefined) return parse(text)
  if (choices === undefined || choices.includes(text)) return text
  const message = `There is no ${noun} ${quoteWord(text)}.`
  if (required !== undefined) throw usageFailure(`${required.question} ${message}`, required.hint)
  throw usageFailure(message, `${flag} ${choices.join(' or ')}`)
}

function camelCase(option: string): string {
  return option.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
}
