import { describe, expect, it } from 'vitest'
import { isSettled } from '../../../src/platform/files/fingerprint.ts'

const NOW = 1_800_000_000_000
/** The times of a file that changed this many milliseconds ago. */
const changed = (ago: number, fraction = 123n) => {
  const time = BigInt(NOW - ago) * 1_000_000n + fraction
  return { mtimeNs: time, ctimeNs: time, ctimeMs: time / 1_000_000n }
}

describe('a fingerprint', () => {
  it('is settled once the clock of the file system has moved on', () => {
    expect(isSettled(changed(10), NOW)).toBe(false)
    expect(isSettled(changed(21), NOW)).toBe(true)
  })

  it('is in doubt for two seconds where the file system keeps whole seconds', () => {
    expect(isSettled(changed(1000, 0n), NOW)).toBe(false)
    expect(isSettled(changed(3000, 0n), NOW)).toBe(true)
  })

  it('is in doubt where the change is dated in the future', () => {
    expect(isSettled(changed(-60_000), NOW)).toBe(false)
  })
})
