/**
 * Two codes in a row, as EnableMFADevice and ResyncMFADevice require. The seed of a new device allows
 * checking them before they are sent; the seed of an enrolled device is known to AWS only.
 */
import { Secret, TOTP } from 'otpauth'
import { codeProblem, normalizeCode, STEP_MS } from '../mfa/token-code.ts'

export interface TypedCode {
  readonly code: string
  /** When it was typed (ms since the epoch). */
  readonly at: number
}

/** Twenty minutes either way: with a larger clock error, AWS refuses this machine's signatures anyway. */
const WINDOW_STEPS = 40

/** How old the first code may be: AWS accepts older ones, but the device is then out of sync. */
const FRESH_MS = 3 * STEP_MS

/** Why a text cannot be the first code; undefined if it can. */
export function firstCodeProblem(
  seed: string | undefined,
  text: string,
  now: number,
): string | undefined {
  const problem = codeProblem(text)
  if (problem !== undefined) return problem
  const code = normalizeCode(text)
  if (seed === undefined || stepsOf(seed, code, now).length > 0) return undefined
  return 'This code is not from this device; did the app scan the QR code above?'
}

/** Why a text cannot be the second code; undefined if it can. */
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

/** `skipped`: there is a code between the two. `late`: the first one is too old. */
type PairState = 'ready' | 'skipped' | 'late'

/** Whether two codes can be sent. */
export function judgePair(
  seed: string | undefined,
  first: TypedCode,
  second: TypedCode,
  now: number,
): PairState {
  if (now - first.at > FRESH_MS) return 'late'
  if (seed === undefined) return 'ready'
  return stepsBetween(seed, first, second) === 1 ? 'ready' : 'skipped'
}

/**
 * Milliseconds until the device shows the code after `first`; 0 if it does already, or if only AWS knows the seed:
 * the first code may have been typed as the app changed, or its clock may be off, so only the person knows.
 */
export function untilSecond(seed: string | undefined, first: TypedCode, now: number): number {
  if (seed === undefined) return 0
  const current = Math.floor(now / STEP_MS)
  const [step] = stepsOf(seed, first.code, first.at)
  return step === current ? (current + 1) * STEP_MS - now : 0
}

/** How many steps the second code is after the first; 1 if they can be in a row. */
function stepsBetween(seed: string, first: TypedCode, second: TypedCode): number {
  const earlier = stepsOf(seed, first.code, first.at)
  const distances = stepsOf(seed, second.code, second.at).flatMap((step) =>
    earlier.map((each) => step - each),
  )
  return distances.includes(1) ? 1 : (distances[0] ?? Number.NaN)
}

/**
 * The time steps (RFC 6238) with this code, the nearest first. There may be several: two of eighty steps can
 * have the same six digits.
 */
function stepsOf(seed: string, code: string, now: number): number[] {
  const totp = new TOTP({ secret: Secret.fromBase32(seed) })
  const current = Math.floor(now / STEP_MS)
  const steps = Array.from({ length: 2 * WINDOW_STEPS + 1 }, (_, at) => current + at - WINDOW_STEPS)
  return steps
    .filter((step) => totp.generate({ timestamp: step * STEP_MS }) === code)
    .sort((a, b) => Math.abs(a - current) - Math.abs(b - current))
}
