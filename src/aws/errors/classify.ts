import type { AwsError } from '../api.ts'

/**
 * What a failed call means, above all for the token code it carried.
 * - `code`: STS checked the code and refused it (wrong, used or drifted).
 * - `serial`: STS does not know the device for this user.
 * - `not-sent`: the request cannot have reached AWS, the code is not spent.
 * - `untrusted`: the certificate was refused before anything was sent, the code is not spent.
 * - `clock`, `throttled`: refused before the code was checked, the code is not spent.
 * - `busy`: IAM still works on an earlier change of the same user.
 * - `not-visible`: AWS does not know a new key everywhere yet; only `retryUntilVisible` says so.
 * - `unknown`: no response, or none of AWS's: the call may have been done and the code spent.
 * - `refused`: AWS refused for another reason.
 */
export type ErrorClass =
  | 'code'
  | 'serial'
  | 'not-sent'
  | 'untrusted'
  | 'clock'
  | 'throttled'
  | 'busy'
  | 'not-visible'
  | 'unknown'
  | 'refused'

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
const CLOCK_MESSAGE = /signature expired|signature not yet current|request has expired/i

export function classifyError(error: Pick<AwsError, 'code' | 'message' | 'status'>): ErrorClass {
  if (error.status === undefined) return classifyNetworkError(error.code)
  if (THROTTLED.has(error.code)) return 'throttled'
  if (error.code === 'EntityTemporarilyUnmodifiable') return 'busy'
  if (error.status >= 500 || error.code === 'NotAws') return 'unknown'
  if (error.code === 'RequestExpired' || error.code === 'RequestTimeTooSkewed') return 'clock'
  if (error.code === 'SignatureDoesNotMatch' && CLOCK_MESSAGE.test(error.message)) return 'clock'
  // Both have the code AccessDenied; only the message tells them apart.
  if (/invalid MFA one time pass code/i.test(error.message)) return 'code'
  if (/unable to validate MFA code/i.test(error.message)) return 'serial'
  return 'refused'
}

function classifyNetworkError(code: string): ErrorClass {
  if (NEVER_CONNECTED.has(code)) return 'not-sent'
  return UNTRUSTED.test(code) ? 'untrusted' : 'unknown'
}
