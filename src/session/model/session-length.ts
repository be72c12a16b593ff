/** How long a profile's new sessions last, and which of its cached ones are as long as asked; pure. */
import { usageFailure } from '../../failure.ts'
import { isRootDevice } from '../../mfa/serial.ts'
import type { CredentialSource } from '../../profile/resolve.ts'
import { formatDuration, roleSeconds, sessionSeconds } from './duration.ts'
import type { CacheEntry } from './session.ts'

export interface LengthOptions {
  /** `--duration`. */
  readonly duration?: string | undefined
}

/** Seconds of each role; `say` hears of what AWS does not give. Throws a usage Failure. */
export function roleSessionSeconds(
  { roles }: CredentialSource,
  { duration }: LengthOptions,
  say?: (line: string) => void,
): number[] {
  return roles.map(({ profile, duration: configured }, index) => {
    const asked = index === roles.length - 1 ? duration : undefined
    const { seconds, isCut } = roleSeconds({ profile, asked, configured, isChained: index > 0 })
    if (isCut) {
      say?.(
        `The session of ${profile} lasts 1 h and not duration_seconds = ${configured ?? ''}: it is taken from another role, and AWS gives those no more.`,
      )
    }
    return seconds
  })
}

/** Seconds a new session of the profile lasts. Throws a usage Failure. */
export function newSessionSeconds(
  source: CredentialSource,
  { duration }: LengthOptions = {},
): number {
  const ofRole = roleSessionSeconds(source, { duration }).at(-1)
  if (ofRole !== undefined) return ofRole
  const asked = duration ?? source.user.setting('duration_seconds')
  return sessionSeconds(asked, isRootDevice(source.serialNumber ?? ''))
}

/**
 * Whether a cached session of a role is as long as asked: just as long as `--duration`, or at least
 * `duration_seconds`. Another one costs no code; one of a user would, and so any will do.
 */
export function isLongEnough(
  source: CredentialSource,
  { duration }: LengthOptions,
  cached: CacheEntry,
): boolean {
  const role = source.roles.at(-1)
  if (role === undefined || (duration ?? role.duration) === undefined) return true
  const [seconds, wanted] = [cached.seconds ?? 0, newSessionSeconds(source, { duration })]
  return duration === undefined ? seconds >= wanted : seconds === wanted
}

export interface MinimumLife {
  /** Milliseconds a session must still live to be kept. */
  readonly minTtl: number
  /**
   * `usual`: where it lives no longer than that at all, half of its life will do. `asked`: a person wants
   * just that.
   */
  readonly ttl?: 'usual' | 'asked' | undefined
}

/** Throws a usage Failure where a new session has not the time that a person wants it to have. */
export function checkMinimumLife(
  source: CredentialSource,
  { minTtl, ttl, duration }: MinimumLife & LengthOptions,
): void {
  if (ttl !== 'asked') return
  const length = newSessionSeconds(source, { duration }) * 1000
  // A session of just that length has it at no later moment.
  if (minTtl < length) return
  throw usageFailure(
    `A session of the profile ${source.profile} lasts ${formatDuration(length)}, so none has ${formatDuration(minTtl)} left.`,
    `mfa-login exec --profile ${source.profile} --server, which renews it, or a shorter --min-ttl`,
  )
}
