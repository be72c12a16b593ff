import { formatRefusal, isAccessDenied, isAwsRefusal, refusalOf } from '../call-results.ts'
import type { Refused } from '../calls.ts'
import type { Facts } from '../facts.ts'
import type { DoctorFinding, LongTermKey } from '../findings.ts'
import { NO_KEYS, type CheckResult } from './check.ts'

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
