import type { Context } from '../context.ts'
import { quoteWord } from '../sanitize.ts'
import { isNameForJavaScript } from './ini/ini-file.ts'

/** Says, once, which AWS tools do not find a profile of this name. */
export function warnOfName({ infoOnce }: Pick<Context, 'infoOnce'>, name: string): void {
  if (isNameForJavaScript(name)) return
  infoOnce(
    `The AWS SDK for JavaScript does not read a profile named ${quoteWord(name)}, as the AWS CLI and boto3 do; for programs that use it: mfa-login exec.`,
  )
}
