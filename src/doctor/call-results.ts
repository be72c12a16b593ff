/** What AWS's answers to the doctor's calls say, and what their absence says. */
import { classifyError } from '../aws/errors/classify.ts'
import { isExpired as hasExpired } from '../session/model/freshness.ts'
import { profileOfSession } from '../credential-variables.ts'
import type { Identity, Refused, SessionCalls } from './calls.ts'
import type { Facts } from './facts.ts'

/** Everything AWS or the network refused, in the order of the calls. */
export function allRefusals({ calls: { key, sessions } }: Facts): Refused[] {
  return [key, ...sessions].flatMap((calls) =>
    [calls?.identity?.refused, calls?.devices?.refused].filter((each) => each !== undefined),
  )
}

/** The identity AWS sees: of the long-term key, else of one of the sessions. */
export function identitySeenByAws({ calls: { key, sessions } }: Facts): Identity | undefined {
  return [key, ...sessions]
    .map((calls) => calls?.identity?.value)
    .find((identity) => identity !== undefined)
}

/** Milliseconds since the epoch by AWS's clock, or by this machine's if AWS's is not known. */
export function awsTime({ now, calls: { clockOffset } }: Facts): number {
  return now + (clockOffset ?? 0)
}

export function isAccessDenied({ code }: Refused): boolean {
  return code.startsWith('AccessDenied')
}

/** Whether AWS itself refused: not the network, a throttle or a clock. */
export function isAwsRefusal(refusal: Refused): boolean {
  return classifyError(refusal) === 'refused'
}

export function formatRefusal({ message, code }: Refused): string {
  return `${message.trim().replace(/\.$/, '')} (${code})`
}

/** By what is written beside the session, or by AWS's answer to it. */
export function isExpired(facts: Facts, { expiration, identity }: SessionCalls): boolean {
  if (identity?.refused?.code.startsWith('ExpiredToken') === true) return true
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
  const arn = identity?.value?.arn ?? ''
  return /:(user\/.*|root)$/.test(arn) && devices?.refused?.code === 'InvalidClientTokenId'
}

/** The session that `env` or `exec` put into this shell for the profile. */
export function sessionOfEnv({ calls, env, profile }: Facts): SessionCalls | undefined {
  if (profileOfSession(env) !== profile) return undefined
  return calls.sessions.find((session) => session.profile === null)
}

/** Whether AWS takes the session, with MFA. */
export function isUsable(facts: Facts, session: SessionCalls): boolean {
  return (
    !isExpired(facts, session) && !isWithoutMfa(session) && session.identity?.value !== undefined
  )
}
