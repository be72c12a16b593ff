import type { Context } from '../context.ts'
import { isAcceptableProfileName } from '../profile/ini/ini-file.ts'
import { deriveContext } from './derived-context.ts'

/** The context whose messages name profiles with blanks as a shell takes them: `--profile 'my work'`. */
export function withQuotedNames(context: Context, argv: readonly string[]): Context {
  const { AWS_PROFILE = '', AWS_DEFAULT_PROFILE = '' } = context.env
  const words = [
    ...argv.map((word) => word.replace(/^--[\w-]+=/, '')),
    AWS_PROFILE,
    AWS_DEFAULT_PROFILE,
  ]
  const names = words.filter((word) => word.includes(' ') && isAcceptableProfileName(word))
  if (names.length === 0) return context
  const info = (line: string): void => context.info(quoteNames(line, names))
  return deriveContext(context, { info })
}

/** The names stand behind an option or a variable in a command. */
export function quoteNames(line: string, names: readonly string[]): string {
  return names.reduce((text, name) => {
    const pattern = name.replace(/[.+]/g, String.raw`\$&`)
    const command = new RegExp(
      String.raw`((?:--profile|-p|--to) |AWS_PROFILE=)(${pattern}(?:-mfa|-long-term)?)(?![\w-])`,
      'g',
    )
    return text.replace(command, "$1'$2'")
  }, line)
}
