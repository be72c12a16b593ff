import { describe, expect, it, test } from 'vitest'
import {
  attainableTtl,
  isExpired,
  isUsable,
  isWorthKeeping,
  servableUntil,
} from '../../../src/session/model/freshness.ts'

const MINUTE = 60_000
const END = Date.parse('2026-01-01T12:00:00Z')
const expiration = '2026-01-01T12:00:00Z'
const obtained = (minutesBeforeEnd: number): string =>
  new Date(END - minutesBeforeEnd * MINUTE).toISOString()
const QUARTER = 15 * MINUTE

describe('a session', () => {
  test.each([
    ['long', 720, 'default', 15],
    ['of an hour', 60, 'default', 15],
    ['of 20 minutes', 20, 'default', 10],
    ['of 20 minutes, where 15 are requested', 20, 'requested', 15],
  ] as const)('that is %s is servable until so many minutes before its end', (...row) => {
    const [, length, origin, minutes] = row
    const session = { expiration, obtainedAt: obtained(length) }
    const life = { minTtl: QUARTER, origin }
    expect(END - servableUntil(session, life)).toBe(minutes * MINUTE)
    expect(isUsable(session, life, END - minutes * MINUTE)).toBe(true)
    expect(isUsable(session, life, END - minutes * MINUTE + 1)).toBe(false)
  })

  it('that does not say when it was made needs all of the time', () => {
    expect(servableUntil({ expiration }, { minTtl: QUARTER, origin: 'default' })).toBe(
      END - QUARTER,
    )
  })

  it('that is dated in the future is not usable, but for a clock that was set by seconds', () => {
    const session = { expiration, obtainedAt: obtained(700) }
    const start = END - 700 * MINUTE
    const life = { minTtl: QUARTER, callerStartedAt: start - 60 * MINUTE }
    expect(isUsable(session, life, start - MINUTE)).toBe(true)
    expect(isUsable(session, life, start - MINUTE - 1)).toBe(false)
  })

  it('whose end is not known is not usable', () => {
    expect(isUsable({ expiration: 'soon' }, { minTtl: 0 }, END)).toBe(false)
  })

  it('that was made since the caller started is usable until it expires', () => {
    const session = { expiration, obtainedAt: obtained(5) }
    const life = { minTtl: QUARTER, origin: 'requested' } as const
    const [start, now] = [END - 5 * MINUTE, END - MINUTE]
    expect(isUsable(session, { ...life, callerStartedAt: start }, now)).toBe(true)
    expect(isUsable(session, { ...life, callerStartedAt: start + 1 }, now)).toBe(false)
    expect(isUsable(session, { ...life, callerStartedAt: start }, END)).toBe(false)
    expect(isUsable(session, life, now)).toBe(false)
  })

  it('is worth keeping for one minute, and expired at its end', () => {
    expect(isWorthKeeping(expiration, END - MINUTE)).toBe(true)
    expect(isWorthKeeping(expiration, END - MINUTE + 1)).toBe(false)
    expect(isExpired(expiration, END - 1)).toBe(false)
    expect(isExpired(expiration, END)).toBe(true)
    expect(isExpired(undefined, END)).toBe(true)
  })
})

it('attainableTtl is half of a short life', () => {
  expect(attainableTtl(QUARTER, 20 * MINUTE)).toBe(10 * MINUTE)
  expect(attainableTtl(QUARTER, 60 * MINUTE)).toBe(QUARTER)
})
