import type { AwsError } from '../api.ts'

/**
 * What a failed GetSessionToken means for the token code it carried.
 * - `code`: STS looked at the code and refused it (wrong, used or drifted).
 * - `serial`: STS does not know the device for this user.
 * - `not-sent`: the request cannot have reached STS, the code is unspent.
 * - `untrusted`: the certificate was refused before anything was sent, the code is unspent.
 * - `clock`, `throttled`: refused before the code was looked at, the code is unspent.
 * - `unknown`: no answer, or not one of STS: the code may be spent.
 * - `refused`: STS said no for another reason.
 */
export type ErrorClass =
  'code' | 'serial' | 'not-sent' | 'untrusted' | 'clock' | 'throttled' | 'unknown' | 'refused'

const NEVER_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
])
const THROTTLED = new Set(['Throttling', 'TooManyRequests', 'RequestLimitExceeded'])
/** Node's and OpenSSL's names (Node.js documentation, TLS, X509 certificate error codes). */
const UNTRUSTED = /CERT|UNABLE_TO_(GET_ISSUER|VERIFY)/
const CLOCK_WORDS = /signature expired|signature not yet current|request has expired/i

export function classifyError(error: Pick<AwsError, 'code' | 'message' | 'status'>): ErrorClass {
  if (error.status === undefined) return networkRefusal(error.code)
  if (THROTTLED.has(error.code)) return 'throttled'
  if (error.status >= 500 || error.code === 'NotAws') return 'unknown'
  if (error.code === 'RequestExpired' || error.code === 'RequestTimeTooSkewed') return 'clock'
  if (error.code === 'SignatureDoesNotMatch' && CLOCK_WORDS.test(error.message)) return 'clock'
  // Both refusals have the code AccessDenied; only the words tell them apart.
  if (/invalid MFA one time pass code/i.test(error.message)) return 'code'
  if (/unable to validate MFA code/i.test(error.message)) return 'serial'
  return 'refused'
}

function networkRefusal(code: string): ErrorClass {
  if (NEVER_CONNECTED.has(code)) return 'not-sent'
  return UNTRUSTED.test(code) ? 'untrusted' : 'unknown'
}
