import { RequestNotSent, type AwsError } from '../api.ts'

/** What a failed call means, above all for the token code it carried. */
export type ErrorClass =
  /** STS checked the code and refused it (wrong, used or drifted). */
  | 'code'
  /** STS does not know the device for this user. */
  | 'serial'
  /** The request cannot have reached AWS, the code is not spent. */
  | 'not-sent'
  /** The same, after the whole time limit for a connection. */
  | 'no-connection'
  /** The proxy wants a user and a password, the code is not spent. */
  | 'proxy'
  /** The certificate was refused before anything was sent, the code is not spent. */
  | 'untrusted'
  /** Refused before the code was checked, the code is not spent. */
  | 'clock'
  | 'throttled'
  /** IAM still works on an earlier change of the same user. */
  | 'busy'
  /** AWS does not know a new key everywhere yet; only `retryUntilVisible` says so. */
  | 'not-visible'
  /** AWS still makes what was asked for; only the call that waits for it says so. */
  | 'not-ready'
  /** No response, or none of AWS's: the call may have been done and the code spent. */
  | 'unknown'
  /** AWS refused for another reason. */
  | 'refused'

/** The code of an error for status 407, which no service of AWS answers with. */
export const PROXY_CREDENTIALS = 'ProxyAuthenticationRequired'
const THROTTLED = new Set(['Throttling', 'TooManyRequests', 'RequestLimitExceeded'])
/** Node's and OpenSSL's names (Node.js documentation, TLS, X509 certificate error codes). */
const UNTRUSTED = /CERT|UNABLE_TO_(GET_ISSUER|VERIFY)/
const CLOCK_MESSAGE = /signature expired|signature not yet current|request has expired/i

export function classifyError(error: Pick<AwsError, 'code' | 'message' | 'status'>): ErrorClass {
  if (error.status === undefined) return classifyNetworkError(error)
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

function classifyNetworkError(error: Pick<AwsError, 'code'>): ErrorClass {
  if (UNTRUSTED.test(error.code)) return 'untrusted'
  if (!(error instanceof RequestNotSent)) return 'unknown'
  if (error.code === PROXY_CREDENTIALS) return 'proxy'
  return error.code === 'TimeoutError' ? 'no-connection' : 'not-sent'
}
