/** A word as each shell reads it back unchanged; the only quoting for shells. */

/** POSIX Shell Command Language, 2.2.2: within single quotes nothing is special. For bash and zsh too. */
export function quotePosix(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`
}

/** As `quotePosix`, but bare where the shell needs no quotes: for commands that people read. */
export function quotePosixIfNeeded(word: string): string {
  return isPlain(word) ? word : quotePosix(word)
}

/** Whether no shell of the POSIX kind, nor fish, needs quotes. zsh takes a `=` first for the path of a command. */
export function isPlain(word: string): boolean {
  return /^(?!=)[\w…@%+=:,./-]+$/.test(word)
}

/** fish, "Quotes": within single quotes only \' and \\ are special. */
export function quoteFish(word: string): string {
  return `'${word.replaceAll(/[\\']/g, String.raw`\$&`)}'`
}

/**
 * PowerShell, about_Quoting_Rules: within single quotes only the quote is special; it is doubled. Its parser takes
 * typographic ones for the same (PowerShell, CharTraits.IsSingleQuote).
 */
export function quotePowershell(word: string): string {
  return `'${word.replaceAll(/['\u2018-\u201B]/g, '$&$&')}'`
}
