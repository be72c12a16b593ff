import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { AT_A_TIME, inParallel } from '../../src/administration/in-parallel.ts'

const ITEMS = Array.from({ length: 30 }, (_, index) => index)

describe('calls in parallel', () => {
  it('are eight at a time, and their results keep the order', async () => {
    let [running, peak] = [0, 0]
    const results = await inParallel(ITEMS, async (item) => {
      running += 1
      peak = Math.max(peak, running)
      await pause(item % 3)
      running -= 1
      return item * 2
    })
    expect(results).toEqual(ITEMS.map((item) => item * 2))
    expect(peak).toBe(AT_A_TIME)
    expect(AT_A_TIME).toBe(8)
  })

  it('end with the first error, and no more are started', async () => {
    let started = 0
    const failing = inParallel(ITEMS, async () => {
      started += 1
      await pause(1)
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    await pause(20)
    expect(started).toBe(AT_A_TIME)
  })
})
