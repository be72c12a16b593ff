/** Says, once, which AWS tools do not find a profile or cannot run its line. */
import type { Context } from '../context.ts'
import { quoteWord } from '../sanitize.ts'
import { isNameForJavaScript } from './ini/ini-file.ts'
import { GLOBAL_INSTALL, hasQuotedPath } from './process-line.ts'

export function warnOfName(
  { infoOnce, platform }: Pick<Context, 'infoOnce' | 'platform'>,
  name: string,
): void {
  if (isNameForJavaScript(name)) return
  // Its quotation marks in a credential_process line (aws-sdk-go-v2#2273).
  const isLostInGo = platform === 'win32' && name.includes(' ')
  const go = isLostInGo ? ', and Go tools such as Terraform cannot run its credential_process' : ''
  infoOnce(
    `The AWS SDK for JavaScript does not find a profile named ${quoteWord(name)}${go}; the AWS CLI and boto3 do. For ${isLostInGo ? 'the others' : 'programs with that SDK'}: mfa-login exec.`,
  )
}

/** On Windows, where no line without quotation marks leads to this program. */
export function warnOfLine(
  { infoOnce, platform }: Pick<Context, 'infoOnce' | 'platform'>,
  line: string,
  profile: string,
): void {
  if (platform !== 'win32' || !hasQuotedPath(line)) return
  infoOnce(
    `Go tools such as Terraform and rclone cannot run this credential_process: the path of mfa-login has blanks, and this disk has no short names. Better: ${GLOBAL_INSTALL}, then: mfa-login setup --profile ${profile}`,
  )
}
