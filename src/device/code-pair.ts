/**
 * Two codes in a row, as EnableMFADevice and ResyncMFADevice want them. With the seed of a new
 * device at hand they can be judged before they are sent; for a device that is enrolled already
 * only AWS knows the seed.
 */
import { Secret, TOTP } from 'otpauth'
import { isTokenCode, normalizeCode, STEP_MS } from '../mfa/token-code.ts'

/** A code that was typed, and when (milliseconds since the epoch). */
export interface TypedCode {
  readonly code: string
  readonly at: number
}

/** Twenty minutes either way: more, and AWS would refuse this machine's signatures first. */
const WINDOW_STEPS = 40

/** How long two codes may take together: AWS wants them fresh, and later ones leave the device out of step. */
const FRESH_MS = 3 * STEP_MS

/** Why a text cannot be the first code; undefined where it can. */
export function firstCodeProblem(
  seed: string | undefined,
  text: string,
  now: number,
): string | undefined {
  const code = normalizeCode(text)
  if (!isTokenCode(code)) return 'A code has six digits.'
  if (seed === undefined || stepsOf(seed, code, now).length > 0) return undefined
  return 'This is no code of this device; did the app take the QR code above?'
}

/** Why a text cannot be the second code; undefined where it can. */
export function secondCodeProblem(
  seed: string | undefined,
  first: TypedCode,
  text: string,
  now: number,
): string | undefined {
  const problem = firstCodeProblem(seed, text, now)
  if (problem !== undefined) return problem
  const code = normalizeCode(text)
  if (code === first.code) return 'This is the first code again; wait for the next one.'
  if (seed === undefined) return undefined
  const isOlder = stepsBetween(seed, first, { code, at: now }) < 0
  return isOlder ? 'This code is older than the first; type the one that follows it.' : undefined
}

export type Pair = 'ready' | 'skipped' | 'late'

/** Whether two codes can be sent: not if a code between them was skipped, or they are old by now. */
export function judgePair(
  seed: string | undefined,
  first: TypedCode,
  second: TypedCode,
  now: number,
): Pair {
  if (now - first.at > FRESH_MS) return 'late'
  if (seed === undefined) return 'ready'
  return stepsBetween(seed, first, second) === 1 ? 'ready' : 'skipped'
}

/** Milliseconds until the code after `first` comes; 0 where it is there already. */
export function untilSecond(seed: string | undefined, first: TypedCode, now: number): number {
  const current = Math.floor(now / STEP_MS)
  const [step] = seed === undefined ? [] : stepsOf(seed, first.code, first.at)
  // An app whose clock is off changes its code at another time; then it is the person who sees it.
  const isCurrent =
    step === undefined ? Math.floor(first.at / STEP_MS) === current : step === current
  return isCurrent ? (current + 1) * STEP_MS - now : 0
}

/** How far the second code is behind the first; 1 wherever the two can be in a row. */
function stepsBetween(seed: string, first: TypedCode, second: TypedCode): number {
  const earlier = stepsOf(seed, first.code, first.at)
  const distances = stepsOf(seed, second.code, second.at).flatMap((step) =>
    earlier.map((each) => step - each),
  )
  return distances.includes(1) ? 1 : (distances[0] ?? Number.NaN)
}

/**
 * The time steps (RFC 6238) whose code this is, the nearest first. Two of eighty may well have the
 * same six digits, so it is not always one.
 */
function stepsOf(seed: string, code: string, now: number): number[] {
  const totp = new TOTP({ secret: Secret.fromBase32(seed) })
  const current = Math.floor(now / STEP_MS)
  const steps = Array.from({ length: 2 * WINDOW_STEPS + 1 }, (_, at) => current + at - WINDOW_STEPS)
  return steps
    .filter((step) => totp.generate({ timestamp: step * STEP_MS }) === code)
    .sort((a, b) => Math.abs(a - current) - Math.abs(b - current))
}
