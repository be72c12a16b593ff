import { isValid } from '../aws/patterns.ts'
import type { AwsKeys } from '../aws/api.ts'
import { Failure } from '../failure.ts'

/** The problem with an access key ID, or undefined. ASIA is the prefix of temporary credentials. */
export function checkAccessKeyId(text: string): string | undefined {
  return isValid('access key ID', text.trim()) && !text.trim().startsWith('ASIA')
    ? undefined
    : 'That is not the access key ID of a long-term key; it looks like AKIAIOSFODNN7EXAMPLE.'
}

/** The problem with a secret access key, or undefined. */
export function checkSecretAccessKey(text: string): string | undefined {
  return isValid('secret access key', text.trim()) && text.trim().length >= 16
    ? undefined
    : 'That is not a secret access key.'
}

/**
 * Reads the output of `aws iam create-access-key`, or the access key ID and the secret on two lines. Throws a
 * Failure that never quotes them.
 */
export function parseKeys(text: string): AwsKeys {
  const [accessKeyId = '', secretAccessKey = ''] = parseJson(text) ?? text.trim().split(/\s*\n\s*/)
  const problem = checkAccessKeyId(accessKeyId) ?? checkSecretAccessKey(secretAccessKey)
  if (problem === undefined) {
    return { accessKeyId: accessKeyId.trim(), secretAccessKey: secretAccessKey.trim() }
  }
  throw new Failure(
    'usage',
    `stdin does not contain the keys. ${problem}`,
    'aws iam create-access-key | mfa-login keys store --stdin',
  )
}

function parseJson(text: string): [string, string] | undefined {
  try {
    const value = JSON.parse(text) as { AccessKey?: Record<string, unknown> } | null
    const { AccessKeyId, SecretAccessKey } = value?.AccessKey ?? {}
    return [String(AccessKeyId), String(SecretAccessKey)]
  } catch {
    return undefined
  }
}
