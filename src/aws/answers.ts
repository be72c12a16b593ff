/** What of an answer is taken for AWS's: alphabets that mean nothing to a shell, a file or a path. Pure. */
import type { AwsKeys, Session } from './api.ts'
import { notAws } from './errors/from-sdk.ts'

const BASE64 = /^[A-Za-z\d+/=]{1,16384}$/

/** STS API reference, Credentials; IAM API reference, AccessKey, VirtualMFADevice and User; RFC 4648 for seeds. */
const PATTERNS = {
  'access key ID': /^\w{16,128}$/,
  'secret access key': BASE64,
  'session token': BASE64,
  'serial number': /^[\w+=/:,.@-]{9,256}$/,
  seed: /^[A-Z2-7]{16,128}=*$/,
  ARN: /^arn:[\w-]+:(iam|sts)::\d{12}:[\x21-\x7E]{1,2000}$/,
  'account ID': /^\d{12}$/,
}

type Kind = keyof typeof PATTERNS

export function isValid(kind: Kind, value: unknown): value is string {
  return typeof value === 'string' && PATTERNS[kind].test(value)
}

/** Throws an AwsError, which does not quote the value. */
export function checked(kind: Kind, value: unknown): string {
  if (isValid(kind, value)) return value
  throw notAws(`the answer has no ${kind} as AWS gives them; is a proxy in between?`)
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

/** The session in an answer to a request at AWS's time `now`, in milliseconds since the epoch. Throws an AwsError. */
export function checkedSession(
  answer: KeysAnswer & { readonly SessionToken?: unknown; readonly Expiration?: unknown },
  { durationSeconds, now }: { readonly durationSeconds: number; readonly now: number },
): Session {
  const { SessionToken, Expiration } = answer
  const end = Expiration instanceof Date ? Expiration.getTime() : Number.NaN
  const latest = now + durationSeconds * 1000 + TOLERATED_MS
  // Also where it is no time.
  if (!(end > now && end <= latest))
    throw notAws('the answer has no session of the requested length; is a proxy in between?')
  return {
    ...checkedKeys(answer),
    sessionToken: checked('session token', SessionToken),
    expiration: new Date(end).toISOString().replace(/\.\d+Z$/, 'Z'),
  }
}
