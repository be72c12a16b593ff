/** A clock that runs at the machine's speed, ahead of it by whole seconds. */
const STEP_MS = 30_000
const SECOND_MS = 1000

const PRELOAD = new URL('./shift-clock.cjs', import.meta.url).pathname

/**
 * Tests that need the time step of a code to begin or to end set this clock forward instead of waiting. The local
 * AWS reads it, and so does every Node process that is started with `env`. Other programs keep the machine's time.
 */
export class Clock {
  /** Whole seconds, so that file times keep their fractions; `npm test` at another phase sets the first one. */
  #shiftMs = Number(process.env.MFA_TEST_CLOCK_SHIFT_MS ?? '0')

  readonly now = (): number => Date.now() + this.#shiftMs

  /** Sets the clock forward to the end of the current step: between `leftMs` - 1000 and `leftMs` milliseconds are left. */
  skipTo(leftMs: number): void {
    this.#setForward(this.#left() - leftMs)
  }

  /** Sets the clock forward to the next step if less than `leastMs` milliseconds of this one are left. */
  ensureLeft(leastMs: number): void {
    const left = this.#left()
    if (left < leastMs) this.#setForward(left)
  }

  /** Variables that make Node use this clock; none while it shows the machine's time. */
  get env(): Record<string, string> {
    if (this.#shiftMs === 0) return {}
    return {
      NODE_OPTIONS: `--require ${PRELOAD}`,
      MFA_TEST_CLOCK_SHIFT_MS: String(this.#shiftMs),
    }
  }

  #left(): number {
    return STEP_MS - (this.now() % STEP_MS)
  }

  #setForward(ms: number): void {
    this.#shiftMs += Math.max(0, Math.ceil(ms / SECOND_MS)) * SECOND_MS
  }
}
