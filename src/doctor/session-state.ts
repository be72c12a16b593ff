import { isExpired as hasExpired } from '../session/model/freshness.ts'
import { awsTime, refusalOf, valueOf } from './call-results.ts'
import type { SessionCalls } from './calls.ts'
import type { Facts } from './facts.ts'

/** By what is written beside the session, or by AWS's answer to it. */
export function isExpired(facts: Facts, { expiration, identity }: SessionCalls): boolean {
  if (refusalOf(identity)?.code.startsWith('ExpiredToken') === true) return true
  return expiration !== undefined && hasPassed(facts, expiration)
}

/** Whether a time of expiration is in the past of AWS's clock. */
export function hasPassed(facts: Facts, expiration: string): boolean {
  return hasExpired(expiration, awsTime(facts))
}

/**
 * IAM refuses a session of GetSessionToken without MFA with InvalidClientTokenId (AWS STS API
 * reference, GetSessionToken). It refuses a federated user's session, too, so only users count.
 */
export function isWithoutMfa({ identity, devices }: SessionCalls): boolean {
  const arn = valueOf(identity)?.arn ?? ''
  return /:(user\/.*|root)$/.test(arn) && refusalOf(devices)?.code === 'InvalidClientTokenId'
}
