import { statSync } from 'node:fs'
import type { Fingerprint } from '../../context.ts'

/**
 * Milliseconds after a change in which the next change may have the same time: Linux stamps files with a
 * clock that ticks every 1 to 10 ms (CONFIG_HZ).
 */
const TICK_MS = 20

/** Undefined where there is no file. Throws the system's error. */
export function readFingerprint(path: string): Fingerprint | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false })
  if (found === undefined) return undefined
  const { dev, ino, size, mtimeNs, ctimeNs } = found
  const age = Date.now() - Number(ctimeNs / 1_000_000n)
  return {
    id: [dev, ino, size, mtimeNs, ctimeNs].join(' '),
    isSettled: age < 0 || age > TICK_MS,
  }
}
