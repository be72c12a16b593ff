/** What it means that this machine's clock differs from AWS's. Pure. */
import { formatDuration } from './duration.ts'
import { attainableTtl, MIN_TTL_SECONDS, timeLeft } from './freshness.ts'

const MINUTE_MS = 60_000
/** AWS refuses some requests from here on, and all from 15 minutes on. */
const SKEW_ERROR_MS = 5 * MINUTE_MS

/** `offset`: milliseconds that AWS's clock is ahead of this machine's. */
export function describeSkew(offset: number): string {
  const skew = formatDuration(Math.round(Math.abs(offset) / MINUTE_MS) * MINUTE_MS)
  return `This machine’s clock is ${skew} ${offset > 0 ? 'behind' : 'ahead of'} AWS’s`
}

export function isSkewError(offset: number | undefined): boolean {
  return Math.abs(offset ?? 0) >= SKEW_ERROR_MS
}

/**
 * Whether a new session is too short by this machine's clock alone: each AWS tool, which judges by the same
 * clock, would ask for another one at once.
 */
export function isExpiredHere(expiration: string, offset: number, now: number): boolean {
  const life = timeLeft(expiration, now + offset)
  return timeLeft(expiration, now) < attainableTtl(MIN_TTL_SECONDS * 1000, life)
}
