/**
 * The one rule for how long a session is good enough: to serve from the cache, to keep, to show. Everything
 * that asks how much time a session has left asks here. Pure.
 */
import { usageFailure } from '../../failure.ts'
import { parseDuration } from './duration.ts'
import type { CacheEntry } from './session.ts'

/**
 * Seconds a served session must still live. The AWS SDK for .NET refreshes credentials 15 minutes before
 * they expire and botocore tries to; what is served later would be asked for again at once.
 */
export const MIN_TTL_SECONDS = 900

/** Milliseconds: a session that ends sooner is not worth keeping for another command. */
export const WORTH_KEEPING_MS = 60_000

export interface MinimumLife {
  /** Milliseconds a session must still live. */
  readonly minTtl: number
  /**
   * `default`: half of its life is enough for a session that is too short for `minTtl`.
   * `requested`: a person wants exactly that, and a command fails where no session can have it.
   */
  readonly origin?: 'default' | 'requested' | undefined
}

/** The value of `--min-ttl`. Throws a usage Failure where the text is not a duration. */
export function parseMinTtl(text: string | undefined): MinimumLife {
  if (text === undefined) return { minTtl: MIN_TTL_SECONDS * 1000, origin: 'default' }
  const seconds = parseDuration(text)
  if (seconds !== undefined) return { minTtl: seconds * 1000, origin: 'requested' }
  throw usageFailure(`${JSON.stringify(text)} is not a time such as 30m.`, '--min-ttl 30m')
}

/** Milliseconds until a session expires, negative afterwards; zero where the end is not known. */
export function timeLeft(expiration: string | undefined, now: number): number {
  const end = Date.parse(expiration ?? '')
  return Number.isNaN(end) ? 0 : end - now
}

export function isExpired(expiration: string | undefined, now: number): boolean {
  return timeLeft(expiration, now) <= 0
}

export function isWorthKeeping(expiration: string | undefined, now: number): boolean {
  return timeLeft(expiration, now) >= WORTH_KEEPING_MS
}

/** Milliseconds of `minTtl` that sessions of this length can have left for a while: half of their life. */
export function attainableTtl(minTtl: number, lifeMs: number): number {
  return Math.min(minTtl, lifeMs / 2)
}

type Lifetime = Pick<CacheEntry, 'expiration' | 'obtainedAt'>

/** Until when a session may be served: milliseconds since the epoch. */
export function servableUntil({ expiration, obtainedAt }: Lifetime, life: MinimumLife): number {
  const { minTtl, origin } = life
  const end = Date.parse(expiration)
  const length = end - Date.parse(obtainedAt ?? '')
  return end - (origin === 'default' && length > 0 ? attainableTtl(minTtl, length) : minTtl)
}

/** Milliseconds: clocks are set by seconds, and machines that share a home differ by as much. */
const AHEAD_MS = 60_000

/** Whether a session is dated in the future: a clock was wrong then or is now, so its end says nothing. */
export function isFromFuture({ obtainedAt }: Pick<Lifetime, 'obtainedAt'>, now: number): boolean {
  return Date.parse(obtainedAt ?? '') > now + AHEAD_MS
}

/**
 * Whether a session may be served. One that was made since the caller started always may, however short it
 * is: a new one would be no longer.
 */
export function isUsable(
  session: Lifetime,
  life: MinimumLife & { readonly callerStartedAt?: number | undefined },
  now: number,
): boolean {
  if (isFromFuture(session, now)) return false
  if (servableUntil(session, life) >= now) return true
  const isNew = Date.parse(session.obtainedAt ?? '') >= (life.callerStartedAt ?? Infinity)
  // The machine may have slept since.
  return isNew && !isExpired(session.expiration, now)
}
