/** Checks one option or operand against its declaration, and reads its value; pure. */
import { closest } from '../closest.ts'
import type { Command, Option, Requirement } from '../command.ts'
import { THIS_COMMAND, usageFailure } from '../failure.ts'
import { quoteWord } from '../sanitize.ts'
import { isPlain } from '../shell/quote.ts'

/** What the command line has, by the name of the option. */
export type Given = Readonly<Record<string, unknown>>

/** An option or the operand of a command, and what the command line has for it. */
export interface Parameter {
  /** In the input of the command. */
  readonly key: string
  /** As people write it, with its dashes if it has any. */
  readonly flag: string
  readonly noun: string
  readonly declared: Option
  readonly given: unknown
}

export function checkParameter(
  name: string,
  { flag, declared, given: own }: Parameter,
  given: Given,
): void {
  const { conflicts = [], conflictMessage, required } = declared
  if (own === undefined) {
    checkRequired(required, given)
    return
  }
  const other = conflicts.find((each) => given[each] !== undefined)
  if (other !== undefined) {
    throw usageFailure(
      conflictMessage ?? `${flag} and --${other} cannot be used together.`,
      `mfa-login ${name} --help`,
    )
  }
}

export function checkRequired(required: Requirement | undefined, given: Given): void {
  if (required === undefined) return
  const { question, hint, unless } = required
  if (unless === undefined || given[unless] === undefined) throw usageFailure(question, hint)
}

/** Throws a usage Failure where the option that this one needs is missing. */
export function checkRequires(
  name: string,
  { options, operand }: Command,
  { flag, declared, given: own }: Parameter,
  { given, isOperandGiven }: { readonly given: Given; readonly isOperandGiven: boolean },
): void {
  const { requires: needed, value } = declared
  if (own === undefined || needed === undefined || given[needed] !== undefined) return
  const missing = withValue(`--${needed}`, options[needed]?.value)
  const isInTheWay = isOperandGiven && operand?.conflicts?.includes(needed) === true
  throw usageFailure(
    `${flag} needs --${needed}.`,
    isInTheWay
      ? `leave out ${flag}, or without ${operand.value}: mfa-login ${name} ${missing} ${withValue(flag, typeof own === 'string' && isPlain(own) ? own : value)}`
      : `${THIS_COMMAND} ${missing}`,
  )
}

function withValue(flag: string, value: string | undefined): string {
  return value === undefined ? flag : `${flag} ${value}`
}

export function valueOf(parameter: Parameter): unknown {
  const { declared, given } = parameter
  if (declared.value === undefined) return given === true
  if (declared.repeatable)
    return ((given ?? []) as string[]).map((text) => parseText(text, parameter))
  return given === undefined ? declared.default : parseText(given as string, parameter)
}

function parseText(text: string, { declared, noun, flag }: Parameter): unknown {
  const { parse, choices, required, value = '' } = declared
  if (text === '') throw usageFailure(`The value of ${flag} is empty.`, `${flag} ${value}`)
  if (parse !== undefined) return parse(text)
  if (choices === undefined || choices.includes(text)) return text
  const message = `There is no ${noun} ${quoteWord(text)}.`
  if (required !== undefined) throw usageFailure(`${required.question} ${message}`, required.hint)
  const meant = closest(text, choices)
  throw usageFailure(message, `${flag} ${meant ?? choices.join(' or ')}`)
}
