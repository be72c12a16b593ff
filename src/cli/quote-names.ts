import type { Context } from '../context.ts'
import { isAcceptableProfileName } from '../profile/ini/ini-file.ts'
import { syntaxOf, usualShell } from '../shell/syntax.ts'
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
  const quoted = (text: string): string =>
    quoteNames(text, names, (name) => syntaxOf(usualShell(context)).quote(name))
  return deriveContext(context, {
    info: (line) => context.info(quoted(line)),
    report: (text) => context.report(quoted(text)),
  })
}

/** The names stand behind an option or a variable in a command. */
export function quoteNames(
  line: string,
  names: readonly string[],
  quote: (name: string) => string,
): string {
  return names.reduce((text, name) => {
    const pattern = name.replace(/[.+]/g, String.raw`\$&`)
    const command = new RegExp(
      String.raw`((?:--profile|-p|--to) |AWS_PROFILE=)(${pattern}(?:-mfa|-long-term)?)(?![\w-])`,
      'g',
    )
    return text.replace(command, (_, before: string, each: string) => before + quote(each))
  }, line)
}
