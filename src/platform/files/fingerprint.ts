import type { BigIntStats } from 'node:fs'
import type { Fingerprint } from '../../context.ts'

/**
 * Milliseconds after a change in which the next change may have the same time: Linux stamps files with a
 * clock that ticks every 1 to 10 ms (CONFIG_HZ); FAT, HFS+ and ext3 keep whole seconds, FAT two of them.
 */
const TICK_MS = 20
const COARSE_TICK_MS = 2000
const SECOND_NS = 1_000_000_000n

/** Tells this version of a file from others, at this time (ms since the epoch). */
export function fingerprintOf(stats: BigIntStats, now: number): Fingerprint {
  const { dev, ino, size, mtimeNs, ctimeNs } = stats
  return {
    id: [dev, ino, size, mtimeNs, ctimeNs].join(' '),
    isSettled: isSettled(stats, now),
  }
}

/** Whether a change from now on gets another time; not where the last change is dated in the future. */
export function isSettled(
  { mtimeNs, ctimeNs, ctimeMs }: Pick<BigIntStats, 'mtimeNs' | 'ctimeNs' | 'ctimeMs'>,
  now: number,
): boolean {
  const isCoarse = mtimeNs % SECOND_NS === 0n && ctimeNs % SECOND_NS === 0n
  return now - Number(ctimeMs) > (isCoarse ? COARSE_TICK_MS : TICK_MS)
}
