/** How long the new sessions of a profile last, and whether a cached one is as long as requested. Pure. */
import { settingFailure, usageFailure } from '../../failure.ts'
import { isRootDevice } from '../../mfa/serial.ts'
import type { CredentialSource } from '../../profile/resolve.ts'
import { formatDuration, parseDuration, sessionSeconds, SHORTEST } from './duration.ts'
import type { MinimumLife } from './freshness.ts'
import type { CacheEntry } from './session.ts'

export interface LengthOptions {
  /** `--duration`. */
  readonly duration?: string | undefined
}

/** Bounds of STS AssumeRole; role chaining limits a session to one hour (IAM User Guide, "Role chaining"). */
const LONGEST_FOR_ROLE = 43_200
const LONGEST_FOR_CHAINED_ROLE = 3600
const USUAL_FOR_ROLE = '3600'

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
    if (index === 0 || seconds <= LONGEST_FOR_CHAINED_ROLE) return seconds
    if (requested !== undefined) {
      throw usageFailure(
        'A role that is assumed from another role lasts at most 1 h; that is AWS’s limit.',
        `mfa-login --profile ${profile} --duration 1h`,
      )
    }
    inform?.(
      `The session of ${profile} lasts 1 h and not duration_seconds = ${text}: it is assumed from another role, and AWS limits those to 1 h.`,
    )
    return LONGEST_FOR_CHAINED_ROLE
  })
}

/** `from` is the setting. Throws a usage Failure outside the bounds of STS. */
function secondsForRole(text: string, from: string | undefined): number {
  const seconds = parseDuration(text)
  if (seconds !== undefined && seconds >= SHORTEST && seconds <= LONGEST_FOR_ROLE) return seconds
  const message = `The duration ${JSON.stringify(text)} of a role is not between 15m and 12h.`
  throw from === undefined
    ? usageFailure(message, '--duration 1h')
    : settingFailure(message, { value: text, from })
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

/**
 * Whether a cached session of a role has the requested length: exactly `--duration`, or at least
 * `duration_seconds`. A user's session of any length will do, as a new one would cost a token code.
 */
export function hasRequestedLength(
  source: CredentialSource,
  { duration }: LengthOptions,
  cached: CacheEntry,
): boolean {
  const role = source.roles.at(-1)
  if (role === undefined || (duration ?? role.duration) === undefined) return true
  const [seconds, requested] = [cached.seconds ?? 0, newSessionSeconds(source, { duration })]
  return duration === undefined ? seconds >= requested : seconds === requested
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
