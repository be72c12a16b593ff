/** Times as facts have them (ms since the epoch, null for never), and as reports do; pure. */

export const DAY_MS = 86_400_000

export function toDate(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString()
}

/** Null if none of them was ever. */
export function latest(times: readonly (number | null | undefined)[]): number | null {
  const last = Math.max(0, ...times.map((each) => each ?? 0))
  return last === 0 ? null : last
}
