import type { Context } from '../../context.ts'
import { Failure, usageFailure } from '../../failure.ts'

/** The AWS SDK for Go ends credential_process after a minute (aws-sdk-go-v2, processcreds). */
const DEFAULT_SECONDS = 55

/** How long a question waits for its answer, in seconds. Throws a usage Failure for an invalid setting. */
export function promptSeconds({ MFA_LOGIN_PROMPT_TIMEOUT: text }: Context['env']): number {
  if (text === undefined) return DEFAULT_SECONDS
  const seconds = /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (seconds >= 1 && seconds <= 3600) return seconds
  throw usageFailure(
    `MFA_LOGIN_PROMPT_TIMEOUT is ${JSON.stringify(text)}, but must be seconds from 1 to 3600.`,
    `MFA_LOGIN_PROMPT_TIMEOUT=${DEFAULT_SECONDS}`,
  )
}

/** The failure after that time. */
export function noAnswer(profile: string, seconds: number): Failure {
  // `cancelled`, so that processes waiting for the same session do not ask the absent person again.
  return new Failure(
    'cancelled',
    `Within ${seconds} s nobody gave an MFA code for profile ${profile}.`,
    `mfa-login --profile ${profile} in a terminal; MFA_LOGIN_PROMPT_TIMEOUT sets the time`,
  )
}
