/** Alphabets of what AWS sends, which mean nothing to a shell, a file or a path. Pure. */

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

export type Kind = keyof typeof PATTERNS

export function isValid(kind: Kind, value: unknown): value is string {
  return typeof value === 'string' && PATTERNS[kind].test(value)
}
