import { formatRefusal, isAccessDenied, isAwsRefusal, refusalOf } from '../call-results.ts'
import type { Refused } from '../calls.ts'
import type { Facts } from '../facts.ts'
import type { DoctorFinding, LongTermKey } from '../findings.ts'
import { NO_KEYS, type CheckResult, type Messages } from './subject.ts'

/** What AWS says of the long-term key. */
export function checkKey({ calls, source }: Facts): CheckResult {
  if (source === undefined) return NO_KEYS
  if (calls.key === undefined) return { reason: 'AWS was not asked about the key' }
  const identityRefusal = refusalOf(calls.key.identity)
  if (identityRefusal !== undefined) {
    const key = { ending: source.accessKeyId.slice(-4), profile: source.keysProfile }
    return isAwsRefusal(identityRefusal) ? [toFinding(key, identityRefusal)] : []
  }
  const refusal = refusalOf(calls.key.devices)
  if (refusal === undefined || !isAwsRefusal(refusal) || isAccessDenied(refusal)) return []
  return [{ code: 'aws-refused', detail: formatRefusal(refusal), isTemporary: false }]
}

function toFinding(key: LongTermKey, refusal: Refused): DoctorFinding {
  switch (refusal.code) {
    case 'InvalidClientTokenId':
    case 'UnrecognizedClient':
      return { code: 'key-unknown', key }
    case 'SignatureDoesNotMatch':
      return { code: 'secret-wrong', key }
    default:
      return { code: 'aws-refused', detail: formatRefusal(refusal), isTemporary: false }
  }
}

export const KEY_MESSAGES = {
  'key-unknown': ({ key }) => [
    `AWS does not know the access key …${key.ending} ${formatLocation(key)}: it is deleted, inactive or of another partition`,
    configureCommand(key),
  ],
  'secret-wrong': ({ key }) => [
    `The secret access key ${formatLocation(key)} does not belong to the access key …${key.ending}`,
    configureCommand(key),
  ],
} satisfies Partial<Messages>

function formatLocation({ profile }: LongTermKey): string {
  return profile === undefined ? 'in the environment' : `of [${profile}]`
}

function configureCommand({ profile }: LongTermKey): string {
  return profile === undefined
    ? 'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY again'
    : `aws configure --profile ${profile}`
}
