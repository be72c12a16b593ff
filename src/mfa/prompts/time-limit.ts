import type { TimeLimit } from '../../context.ts'
import { Failure, usageFailure } from '../../failure.ts'
import { untilNextCode } from '../token-code.ts'
import type { CodeRequest } from './code-prompt.ts'

/** The AWS SDK for Go ends credential_process after a minute (aws-sdk-go-v2, processcreds). */
const DEFAULT_SECONDS = 55

/** How long a question waits for its answer, in seconds. Throws a usage Failure for an invalid setting. */
export function promptSeconds({
  MFA_LOGIN_PROMPT_TIMEOUT: text,
}: Readonly<Record<string, string | undefined>>): number {
  if (!text) return DEFAULT_SECONDS
  const seconds = /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (seconds >= 1 && seconds <= 3600) return seconds
  throw usageFailure(
    `MFA_LOGIN_PROMPT_TIMEOUT is ${JSON.stringify(text)}, and not seconds from 1 to 3600.`,
    `MFA_LOGIN_PROMPT_TIMEOUT=${DEFAULT_SECONDS}`,
  )
}

/** The time left for a question asked at `now` (ms since the epoch). Throws the limit's Failure if none is left. */
export function questionLimit(request: CodeRequest, now: number): TimeLimit {
  const most = request.seconds * 1000
  const left = request.deadline === undefined ? most : request.deadline - now
  const failure = nobodyAnswered(request)
  if (left <= 0) throw failure
  return { milliseconds: Math.min(most, left), failure }
}

/** Milliseconds until the next code. Throws a Failure if no time is left then to ask for it. */
export function pauseForNextCode(request: CodeRequest, now: number): number {
  const pause = untilNextCode(now)
  if (request.deadline !== undefined) questionLimit(request, now + pause)
  return pause
}

/** `cancelled`, so that processes waiting for the same session do not ask the absent person again. */
function nobodyAnswered({ profile, seconds }: CodeRequest): Failure {
  return new Failure(
    'cancelled',
    `Within ${seconds} s nobody gave an MFA code for profile ${profile}.`,
    `mfa-login --profile ${profile} in a terminal; MFA_LOGIN_PROMPT_TIMEOUT sets the time`,
  )
}
