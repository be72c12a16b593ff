/** What an option is, as help, manual pages and docs/usage.md say it; pure. */
import { operandOf, type Command, type Option } from '../command.ts'

/** How a text is written: its words, and what a person types or finds in a file. */
export interface Markup {
  readonly plain: (text: string) => string
  readonly code: (text: string) => string
}

/** `-x, --long VALUE` */
export function flagsOf(
  name: string,
  { short, value }: Option,
  { code, value: valued }: FlagMarkup = { code: asIs, value: asIs },
): string {
  const flags = [...(short === undefined ? [] : [`-${short}`]), `--${name}`]
  const words = flags.map(code).join(', ')
  return value === undefined ? words : `${words} ${valued(value)}`
}

interface FlagMarkup {
  readonly code: (text: string) => string
  readonly value: (text: string) => string
}

/** What it does, then what it may be and what it is by default: `how to ask: a, b; default a`. */
export function describeOption(
  { about, choices, default: usual, defaultText }: Option,
  markup?: Markup,
): string {
  const { plain, code } = markup ?? { plain: asIs, code: asIs }
  const write = (text: string): string => (markup === undefined ? text : markUp(text, markup))
  const given = defaultText ?? (typeof usual === 'string' ? usual : undefined)
  const values = choices === undefined ? '' : plain(': ') + choices.map(code).join(plain(', '))
  if (given === undefined) return write(about) + values
  const shown = choices?.includes(given) === true ? code(given) : write(given)
  return write(about) + values + plain('; default ') + shown
}

/** What may be left out stands in brackets. */
export function usageWords(command: Command): string[] {
  const { rest } = command
  const operand = operandOf(command)
  const isNeeded = operand?.required !== undefined && operand.required.unless === undefined
  const value = operand && `${operand.value}${operand.repeatable ? '...' : ''}`
  const word = value && (isNeeded ? value : `[${value}]`)
  return ['[OPTIONS]', word, rest && `[-- ${rest.value}]`].filter((each) => each !== undefined)
}

/** What is typed: in quotes, an option, a section, a name with an underscore, or one dash. */
const CODE = /("[^"]+"|--[a-z][\w-]*|\[[^\]]+\]|\b[A-Za-z]+(?:_[A-Za-z]+)+\b|(?<= )-(?= ))/

export function markUp(text: string, { plain, code }: Markup): string {
  const parts = text.split(CODE)
  return parts
    .map((part, index) => (index % 2 === 0 ? plain(part) : code(part.replaceAll('"', ''))))
    .join('')
}

function asIs(text: string): string {
  return text
}
