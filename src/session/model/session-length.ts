/** How long the new sessions of a profile last, and whether a cached one is as long as requested. Pure. */
import { usageFailure } from '../../failure.ts'
import { isRootDevice } from '../../mfa/serial.ts'
import type { CredentialSource } from '../../profile/resolve.ts'
import {
  durationFailure,
  formatDuration,
  parseDuration,
  sessionSeconds,
  SHORTEST,
} from './duration.ts'
import { timeLeft, type MinimumLife } from './freshness.ts'
import type { CacheEntry } from './session.ts'

export interface LengthOptions {
  /** `--duration`. */
  readonly duration?: string | undefined
}

/**
 * Bounds of STS AssumeRole; role chaining limits a session to one hour (IAM User Guide, "Role chaining"), which AWS
 * applies to a role that is assumed with a session of GetSessionToken too (99designs/aws-vault#240).
 */
const LONGEST_FOR_ROLE = 43_200
export const LONGEST_WITH_SESSION = 3600
const USUAL_FOR_ROLE = '3600'

/**
 * Whether the session of a role is too long for the shared MFA session to assume it, so that it costs a token code of
 * its own. A role on the way to another one is assumed for an hour.
 */
export function needsOwnCode(source: CredentialSource, options: LengthOptions): boolean {
  const [seconds = 0, ...others] = roleSessionSeconds(source, options)
  return others.length === 0 && seconds > LONGEST_WITH_SESSION
}

/**
 * DurationSeconds for each role. Passes to `inform` where AWS gives less than the profile says. Throws a usage
 * Failure outside the bounds of STS.
 */
export function roleSessionSeconds(
  { roles }: CredentialSource,
  { duration }: LengthOptions,
  inform?: (line: string) => void,
): number[] {
  return roles.map(({ profile, duration: configured }, index) => {
    const requested = index === roles.length - 1 ? duration : undefined
    const text = requested ?? configured?.value ?? USUAL_FOR_ROLE
    const seconds = secondsForRole(text, requested === undefined ? configured?.from : undefined)
    if (roles.length === 1 || seconds <= LONGEST_WITH_SESSION) return seconds
    if (index === 0) return LONGEST_WITH_SESSION
    if (requested !== undefined) {
      throw usageFailure(
        'The session of a role that another role assumes lasts at most 1 h; that is a limit of AWS.',
        `mfa-login --profile ${profile} --duration 1h`,
      )
    }
    inform?.(
      `The session of ${profile} lasts 1 h, not duration_seconds = ${text}: it is assumed from another role, and AWS limits those to 1 h.`,
    )
    return LONGEST_WITH_SESSION
  })
}

/** `from` is the setting. Throws a usage Failure outside the bounds of STS. */
function secondsForRole(text: string, from: string | undefined): number {
  const seconds = parseDuration(text)
  if (seconds !== undefined && seconds >= SHORTEST && seconds <= LONGEST_FOR_ROLE) return seconds
  throw durationFailure(
    text,
    { from, hint: '--duration 1h' },
    'of a role is not between 15m and 12h',
  )
}

/** Seconds that a new session of the profile lasts. Throws a usage Failure. */
export function newSessionSeconds(
  source: CredentialSource,
  { duration }: LengthOptions = {},
): number {
  const ofRole = roleSessionSeconds(source, { duration }).at(-1)
  if (ofRole !== undefined) return ofRole
  return mfaSessionSeconds(source, { duration })
}

/** DurationSeconds for the MFA session behind a profile. Throws a usage Failure outside the bounds of STS. */
export function mfaSessionSeconds(
  { user, serialNumber = '' }: Pick<CredentialSource, 'user' | 'serialNumber'>,
  { duration }: LengthOptions,
): number {
  const setting = duration === undefined ? user.sourced('duration_seconds') : undefined
  return sessionSeconds(duration ?? setting?.value, isRootDevice(serialNumber), setting?.from)
}

type CachedLength = Pick<CacheEntry, 'seconds' | 'expiration'>

/**
 * Whether a cached session is as long as requested. With `duration_seconds` a role's session must have been created
 * for as long; a user's may be of any length, as a new one would cost a token code.
 */
export function hasRequestedLength(
  source: CredentialSource,
  { duration }: LengthOptions,
  cached: CachedLength,
  now: number,
): boolean {
  if (duration !== undefined) return meetsDuration(source, duration, cached, now)
  if (source.roles.at(-1)?.duration === undefined) return true
  return (cached.seconds ?? 0) >= newSessionSeconds(source)
}

/**
 * A session that cost a token code meets `--duration` if it was created for at least that and half of it is left. One
 * that cost none must have been created for exactly that.
 */
function meetsDuration(
  source: CredentialSource,
  duration: string,
  { seconds, expiration }: CachedLength,
  now: number,
): boolean {
  const requested = newSessionSeconds(source, { duration })
  const isFree = source.roles.length > 0 && (seconds ?? 0) <= LONGEST_WITH_SESSION
  if (isFree) return seconds === requested
  // Version 0.1 did not note it for the session of a user.
  if (seconds !== undefined && seconds < requested) return false
  return timeLeft(expiration, now) >= requested * 500
}

/** Throws a usage Failure where a new session would be shorter than the time that a person requests. */
export function checkMinimumLife(
  source: CredentialSource,
  { minTtl, origin, duration }: MinimumLife & LengthOptions,
): void {
  if (origin !== 'requested') return
  const length = newSessionSeconds(source, { duration }) * 1000
  // A session of exactly that length has it for no longer than an instant.
  if (minTtl < length) return
  throw usageFailure(
    `A session of the profile ${source.profile} lasts ${formatDuration(length)}, so none has ${formatDuration(minTtl)} left.`,
    `mfa-login exec --profile ${source.profile} --server, which renews it, or a shorter --min-ttl`,
  )
}
