import type { Correction } from '../failure.ts'
import { quotePosixIfNeeded } from '../shell/quote.ts'
import { splitAtName } from './command-name.ts'
import { COMMANDS } from './command-table.ts'

/** A command line to repeat: without a token code, which works once, and without the words of another program. */
export function thisCommand(
  argv: readonly string[],
  correction?: Correction,
  quote = quotePosixIfNeeded,
): string {
  const end = argv.indexOf('--')
  const own = end < 0 ? argv : [...argv.slice(0, end), '--', 'COMMAND']
  const words = own.filter(
    (word, index) => !/^--token-code(=|$)/.test(word) && own[index - 1] !== '--token-code',
  )
  const right = correction === undefined ? words : withMeant(words, correction)
  return ['mfa-login', ...right.map(quote)].join(' ')
}

/** What the person typed: the function of shell-init puts `--shell NAME` behind `use`. */
export function typedWords(
  argv: readonly string[],
  { MFA_LOGIN_SHELL: shell }: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const [command, option, name, ...words] = argv
  const isOfFunction = command === 'use' && option === '--shell' && name === shell
  return isOfFunction ? ['use', ...words] : argv
}

/**
 * The words with the name that is meant in place of the wrong one; where a variable names a wrong profile, with that
 * of a profile as an option.
 */
function withMeant(words: readonly string[], { wrong, meant }: Correction): string[] {
  const isOption = (word: string): boolean => ['--profile', '-p'].includes(word)
  const isJoined = (word: string): boolean =>
    word === `-p${wrong}` || (/^--[\w-]+=/.test(word) && word.endsWith(`=${wrong}`))
  const places = [
    words.findIndex((word, index) => word === wrong && isOption(words[index - 1] ?? '')),
    words.findIndex(isJoined),
    words.indexOf(wrong),
  ]
  const place = places.find((index) => index >= 0)
  if (place !== undefined) {
    const word = words[place] ?? ''
    return words.with(place, word.slice(0, word.length - wrong.length) + meant)
  }
  const { name, args } = splitAtName(words, COMMANDS)
  const isNamed = args.length < words.length
  return [...(isNamed ? name.split(' ') : []), '--profile', meant, ...args]
}
