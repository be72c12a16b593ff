/** What of an answer is taken for AWS's. Pure. */
import type { AwsKeys, Session } from './api.ts'
import { notAws } from './errors/from-sdk.ts'
import { isValid, type Kind } from './patterns.ts'

/** Throws an AwsError, which does not quote the value. */
export function checked(kind: Kind, value: unknown): string {
  if (isValid(kind, value)) return value
  throw notAws(`the answer has no ${kind} that AWS could have sent; is a proxy in between?`)
}

interface KeysAnswer {
  readonly AccessKeyId?: unknown
  readonly SecretAccessKey?: unknown
}

/** Throws an AwsError. */
export function checkedKeys({ AccessKeyId, SecretAccessKey }: KeysAnswer): AwsKeys {
  return {
    accessKeyId: checked('access key ID', AccessKeyId),
    secretAccessKey: checked('secret access key', SecretAccessKey),
  }
}

const TOLERATED_MS = 3_600_000

interface SentRequest {
  readonly durationSeconds: number
  /** The time of the answer, in milliseconds since the epoch. */
  readonly now: number
  /** Whether that is AWS's time, or this machine's for want of it. */
  readonly isAwsTime: boolean
}

/** The session in an answer to a request. Throws an AwsError. */
export function checkedSession(
  answer: KeysAnswer & { readonly SessionToken?: unknown; readonly Expiration?: unknown },
  { durationSeconds, now, isAwsTime }: SentRequest,
): Session {
  const { SessionToken, Expiration } = answer
  const end = Expiration instanceof Date ? Expiration.getTime() : Number.NaN
  if (end <= now) {
    const clock = isAwsTime ? 'AWS’s own clock' : 'this machine’s clock, as AWS sent no time'
    throw notAws(`the new session has expired by ${clock} (${toIso(now)}); is a proxy in between?`)
  }
  const latest = now + durationSeconds * 1000 + TOLERATED_MS
  // Also where it is no time.
  if (!(end <= latest))
    throw notAws('the answer has no session of the requested length; is a proxy in between?')
  return {
    ...checkedKeys(answer),
    sessionToken: checked('session token', SessionToken),
    expiration: toIso(end),
  }
}

/** The latest time of a Date (ECMAScript, Time Values), in milliseconds; a false `Date` header may lead beyond it. */
const LATEST = 8.64e15

/** In whole seconds, as STS gives times. */
function toIso(time: number): string {
  return new Date(Math.min(time, LATEST)).toISOString().replace(/\.\d+Z$/, 'Z')
}
