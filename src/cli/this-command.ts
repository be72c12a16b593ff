import { quotePosixIfNeeded } from '../shell/quote.ts'

/** A command line to repeat: without a token code, which works once, and without the words of another program. */
export function thisCommand(argv: readonly string[]): string {
  const end = argv.indexOf('--')
  const own = end < 0 ? argv : [...argv.slice(0, end), '--', 'COMMAND']
  const words = own.filter(
    (word, index) => !/^--token-code(=|$)/.test(word) && own[index - 1] !== '--token-code',
  )
  return ['mfa-login', ...words.map(quotePosixIfNeeded)].join(' ')
}
