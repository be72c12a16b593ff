import { describe, expect, it, test } from 'vitest'
import {
  firstCodeProblem,
  judgePair,
  secondCodeProblem,
  untilSecond,
} from '../../src/device/code-pair.ts'
import { codeAt, createVirtualDevice } from '../../src/local-aws/index.ts'

/** In the middle of a time step. */
const NOW = Math.floor(Date.UTC(2026, 0, 1) / 30_000) * 30_000 + 15_000
const device = createVirtualDevice('arn:aws:iam::123456789012:mfa/bob')
const { seed } = device
const code = (step: number): string => codeAt(device, NOW + step * 30_000)
const typed = (step: number, at = NOW) => ({ code: code(step), at })

describe('the first code', () => {
  test.each([0, -1, 1, -30, 30])('may be the one %i steps from now', (step) => {
    expect(firstCodeProblem(seed, code(step), NOW)).toBeUndefined()
  })
  it('is refused if it belongs to another device', () => {
    expect(firstCodeProblem(seed, code(500), NOW)).toContain('not from this device')
    expect(firstCodeProblem(seed, '12345', NOW)).toContain('six digits')
  })
  it('may be any code if only AWS knows the seed', () => {
    expect(firstCodeProblem(undefined, '123 456', NOW)).toBeUndefined()
  })
})

describe('the second code', () => {
  test.each<[string, string, string | undefined]>([
    ['the first again', code(0), 'first code again'],
    ['the one before', code(-1), 'older than the first'],
    ['the next', code(1), undefined],
    ['a later one', code(3), undefined],
    ['of another device', code(500), 'not from this device'],
  ])('that is %s', (_, text, problem) => {
    const found = secondCodeProblem(seed, typed(0), text, NOW)
    if (problem === undefined) expect(found).toBeUndefined()
    else expect(found).toContain(problem)
  })
  it('is compared with the first if only AWS knows the seed', () => {
    const first = { code: '123456', at: NOW }
    expect(secondCodeProblem(undefined, first, '123 456', NOW)).toContain('first code again')
    expect(secondCodeProblem(undefined, first, '654321', NOW)).toBeUndefined()
  })
})

describe('two codes', () => {
  it('are ready in a row, even from a phone whose clock is off', () => {
    expect(judgePair(seed, typed(0), typed(1), NOW + 20_000)).toBe('ready')
    expect(judgePair(seed, typed(-9), typed(-8), NOW + 20_000)).toBe('ready')
  })
  it('are ready even if one of them is the code of another step too', () => {
    const twin = createVirtualDevice('arn:aws:iam::123456789012:mfa/twin', {
      seed: 'HF5G7FO6XZP4HO5RQHM7QHPPEXNI35BNTQKVXOZQ3EBGHGJ74BX7NY34RKFELULE',
    })
    const at = (step: number) => ({ code: codeAt(twin, NOW + step * 30_000), at: NOW })
    const same = [-9, -8].flatMap((step) =>
      Array.from({ length: 81 }, (_, index) => index - 40).filter(
        (other) => other !== step && at(other).code === at(step).code,
      ),
    )
    expect(same).not.toEqual([])
    expect(judgePair(twin.seed, at(-9), at(-8), NOW)).toBe('ready')
  })
  it('are not ready with a skipped code in between', () => {
    expect(judgePair(seed, typed(0), typed(2), NOW + 20_000)).toBe('skipped')
  })
  it('are late after 90 seconds', () => {
    expect(judgePair(seed, typed(0), typed(1), NOW + 91_000)).toBe('late')
    expect(judgePair(undefined, typed(0), typed(1), NOW + 91_000)).toBe('late')
    expect(judgePair(undefined, typed(0), typed(1), NOW + 40_000)).toBe('ready')
  })
})

describe('the wait for the second code', () => {
  it('lasts until the end of the step', () => {
    expect(untilSecond(seed, typed(0), NOW + 5000)).toBe(10_000)
  })
  it('is zero if the device shows the second code already', () => {
    expect(untilSecond(seed, typed(-1), NOW)).toBe(0)
    expect(untilSecond(seed, typed(0), NOW + 20_000)).toBe(0)
  })
  it('is zero if only AWS knows the seed', () => {
    expect(untilSecond(undefined, typed(0), NOW + 5000)).toBe(0)
  })
})
