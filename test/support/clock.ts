/** A clock that runs at the machine's speed, ahead of it by whole seconds. */
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { addPreload } from './preload.ts'

const STEP_MS = 30_000
const SECOND_MS = 1000

const PRELOAD = fileURLToPath(new URL('./shift-clock.cjs', import.meta.url))

/**
 * Tests that need a time step to begin or to end set this clock forward instead of waiting. The local AWS reads it,
 * and so does every Node process that is started with what `addTo` adds, also while it runs. Other programs keep the machine's
 * time.
 */
export class Clock {
  readonly #file: string
  /** Whole seconds, so that file times keep their fractions. */
  #shiftMs = 0

  constructor(file: string) {
    this.#file = file
    this.#write()
  }

  /** Makes Node use this clock where these are its variables. */
  addTo(env: Record<string, string>): void {
    env.MFA_TEST_CLOCK_FILE = this.#file
    addPreload(env, PRELOAD)
  }

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

  /** Sets the clock forward by whole seconds. */
  advance(ms: number): void {
    this.#setForward(ms)
  }

  remove(): void {
    rmSync(this.#file)
  }

  #left(): number {
    return STEP_MS - (this.now() % STEP_MS)
  }

  #setForward(ms: number): void {
    this.#shiftMs += Math.max(0, Math.ceil(ms / SECOND_MS)) * SECOND_MS
    this.#write()
  }

  /** Replaces the file, as a running process may read it at any time. */
  #write(): void {
    writeFileSync(`${this.#file}.new`, String(this.#shiftMs))
    renameSync(`${this.#file}.new`, this.#file)
  }
}
