import type { AwsKeys } from '../aws/api.ts'
import { Failure } from '../failure.ts'

/** IAM API reference, AccessKey: 16 to 128 word characters; those of sessions begin with ASIA. */
const ACCESS_KEY_ID = /^(?!ASIA)\w{16,128}$/
/** No blanks, quotes or comment signs: what AWS makes is base64. */
const SECRET = /^[\w+/=]{16,128}$/

export function problemOfId(text: string): string | undefined {
  return ACCESS_KEY_ID.test(text.trim())
    ? undefined
    : 'That is no access key ID of a long-term key; one looks like AKIAIOSFODNN7EXAMPLE.'
}

export function problemOfSecret(text: string): string | undefined {
  return SECRET.test(text.trim()) ? undefined : 'That is no secret access key.'
}

/**
 * Keys as they come on stdin: what `aws iam create-access-key` prints, or the access key ID and the secret
 * on two lines. Throws a Failure, which never quotes them.
 */
export function givenKeys(text: string): AwsKeys {
  const [accessKeyId = '', secretAccessKey = ''] = inJson(text) ?? text.trim().split(/\s*\n\s*/)
  const problem = problemOfId(accessKeyId) ?? problemOfSecret(secretAccessKey)
  if (problem === undefined) {
    return { accessKeyId: accessKeyId.trim(), secretAccessKey: secretAccessKey.trim() }
  }
  throw new Failure(
    'usage',
    `stdin does not hold the keys. ${problem}`,
    'aws iam create-access-key | mfa-login keys store --stdin',
  )
}

function inJson(text: string): [string, string] | undefined {
  try {
    const value = JSON.parse(text) as { AccessKey?: Record<string, unknown> } | null
    const { AccessKeyId, SecretAccessKey } = value?.AccessKey ?? {}
    return [textOf(AccessKeyId), textOf(SecretAccessKey)]
  } catch {
    return undefined
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
