/** A run of the program that stops before changes of files, the keyring and AWS, and at its questions. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { outcomeOf, PROGRAM, TerminalRun, type Sandbox } from '../support/sandbox.ts'

const PRELOAD = fileURLToPath(new URL('../faults/preload.mjs', import.meta.url))
/** Milliseconds. A run that waits for the lock of another one does nothing for this long. */
const QUIET_MS = 250
const PATIENCE_MS = 60_000

export type State = 'running' | 'held' | 'asking' | 'ended'

export class HeldRun {
  readonly args: readonly string[]
  code: number | null | undefined
  state: State = 'running'
  readonly #folder: string
  readonly #terminal: TerminalRun | undefined
  readonly #child: ReturnType<Sandbox['start']> | undefined
  #text = ''
  #answers = 0

  /** Holds it before its change number `at`, counted from 1; 0 for none. */
  constructor(box: Sandbox, number: number, args: readonly string[], at: number) {
    this.args = args
    this.#folder = `${box.home}/held-${number}`
    mkdirSync(this.#folder)
    const env = {
      ...box.env,
      NODE_OPTIONS: `${box.env.NODE_OPTIONS ?? ''} --import ${PRELOAD}`,
      FAULT_AT: String(at),
      FAULT_HOLD: this.#folder,
      FAULT_REQUESTS: 'true',
      FAULT_KEYRING: 'true',
    }
    const end = (code: number | null): void => {
      this.code = code
      this.state = 'ended'
    }
    if (args.includes('--yes') || !mayAsk(args)) {
      this.#child = box.start(args, { env })
      this.#child.stdin.end()
      void outcomeOf(this.#child).then(({ code, stderr }) => {
        this.#text = stderr
        end(code)
      })
      return
    }
    const words = [process.execPath, PROGRAM, ...args].join(' ')
    this.#terminal = new TerminalRun(`exec ${words}`, env)
    void this.#terminal.exit.then((code) => end(code === 137 ? null : code))
  }

  get text(): string {
    return this.#terminal?.screen ?? this.#text
  }

  /** The last question, if it waits for an answer. */
  get question(): string | undefined {
    const questions = this.text.split('(y/N)')
    return questions.length - 1 > this.#answers ? questions.at(-2) : undefined
  }

  /** Waits until it has ended, is held or asks; or while `isBlocked`, until it does nothing. */
  async settle(isBlocked: () => boolean): Promise<void> {
    const end = Date.now() + PATIENCE_MS
    const quiet = Date.now() + QUIET_MS
    while (Date.now() < end) {
      if (this.code !== undefined) return
      this.state = this.#stateNow()
      if (this.state !== 'running' || (Date.now() > quiet && isBlocked())) return
      await pause(5)
    }
    throw new Error(`${this.args.join(' ')} is stuck:\n${this.text}`)
  }

  #stateNow(): State {
    if (existsSync(`${this.#folder}/held`)) return 'held'
    return this.question === undefined ? 'running' : 'asking'
  }

  /** Lets it go on to its change `further` from here; 0 for the end. */
  release(further: number): void {
    rmSync(`${this.#folder}/held`)
    writeFileSync(`${this.#folder}/go.new`, String(further))
    renameSync(`${this.#folder}/go.new`, `${this.#folder}/go`)
    this.state = 'running'
  }

  async answer(word: 'y' | 'n'): Promise<void> {
    const shown = this.text.length
    // Until the question reads the terminal.
    const end = Date.now() + PATIENCE_MS
    while (this.text.length === shown && this.code === undefined) {
      if (Date.now() > end) throw new Error(`${this.args.join(' ')} reads no answer:\n${this.text}`)
      this.#terminal?.type(word)
      for (let i = 0; i < 20 && this.text.length === shown; i += 1) await pause(10)
    }
    // The Enter that many people type after it.
    if (this.code === undefined) this.#terminal?.type('\r')
    this.#answers += 1
    if (this.code === undefined) this.state = 'running'
  }

  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL')
    this.#terminal?.kill()
    while (this.code === undefined) await pause(5)
  }

  /** The number of the change before which it is held. */
  get place(): string {
    return this.state === 'held' ? readFileSync(`${this.#folder}/held`, 'utf8') : this.state
  }
}

/** `keys store` has no terminal, as it would ask for keys where there are none. */
function mayAsk([name, ...rest]: readonly string[]): boolean {
  return name === 'setup' || name === 'import' || (name === 'keys' && rest[0] !== 'store')
}
