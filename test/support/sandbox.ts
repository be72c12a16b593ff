/** A home directory, a local AWS and a clock for one test, and the built program in a scrubbed environment. */
import { spawn as spawnChild, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { spawn as spawnPty } from '@lydell/node-pty'
import { onTestFinished } from 'vitest'
import {
  codeAt,
  createAccount,
  startLocalAws,
  type Account,
  type LocalAws,
} from '../../src/local-aws/index.ts'
import { Clock } from './clock.ts'

export const PROGRAM = fileURLToPath(new URL('../../bin/mfa-login.js', import.meta.url))
/** The beginning of a command line, for sh and cmd. */
export const COMMAND = `"${process.execPath}" "${PROGRAM}"`
const IN_CONSOLE = fileURLToPath(new URL('./in-console.cjs', import.meta.url))
/** The script that `setup` puts in front of the program in credential_process. */
export const LAUNCHER = fileURLToPath(new URL('../../bin/mfa-login-credentials', import.meta.url))

/** What the programs of a system cannot do without. Without PowerShell nobody can be asked outside a terminal. */
function systemEnvironment(): Record<string, string> {
  if (process.platform !== 'win32') return { PATH: process.env.PATH ?? '' }
  const values = Object.fromEntries(
    WINDOWS_VARIABLES.map((name) => [name, process.env[name] ?? '']),
  )
  const folders = process.env.PATH?.split(delimiter).filter((each) => !/powershell/i.test(each))
  return { ...values, PATH: folders?.join(delimiter) ?? '' }
}

const WINDOWS_VARIABLES = ['PATHEXT', 'SystemRoot', 'ComSpec', 'TEMP', 'TMP']

/** What starts the program: this Node, or the runtime that is tested (`.ci/runtimes/run`). */
const RUNTIME = process.env.MFA_TEST_RUNTIME ?? process.execPath

export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly env?: Record<string, string>
  readonly input?: string
}

export class Sandbox {
  readonly home: string
  readonly aws: LocalAws
  readonly env: Record<string, string>
  readonly #clock: Clock

  private constructor(home: string, aws: LocalAws, clock: Clock) {
    this.home = home
    this.aws = aws
    this.#clock = clock
    this.env = {
      ...systemEnvironment(),
      HOME: this.home,
      USERPROFILE: this.home,
      AWS_ENDPOINT_URL: aws.url,
      AWS_EC2_METADATA_DISABLED: 'true',
    }
  }

  static async start(account: Account): Promise<Sandbox> {
    const home = mkdtempSync(join(tmpdir(), 'mfa-login-test-'))
    const clock = new Clock(`${home}.clock`)
    return new Sandbox(home, await startLocalAws({ account, now: clock.now }), clock)
  }

  async close(): Promise<void> {
    await this.aws.close()
    this.#clock.remove()
    rmSync(this.home, { recursive: true, force: true })
  }

  get user() {
    return this.aws.account.users[0]!
  }
  get key() {
    return this.user.keys[0]!
  }
  get device() {
    return this.user.devices[0]!
  }

  /** Milliseconds since the epoch by the clock of the local AWS and the program. */
  now(): number {
    return this.#clock.now()
  }

  /** The code of the current step, or of the one before or after it, which AWS accepts too. */
  code(step: -1 | 0 | 1 = 0): string {
    return codeAt(this.device, this.now() + step * 30_000)
  }

  /**
   * Sets the clock forward to the next step unless this one lasts long enough for what the test does in it. Programs
   * that are started later use this clock.
   */
  freshStep(leastMs = 5000): void {
    this.#clock.addTo(this.env)
    this.#clock.ensureLeft(leastMs)
  }

  /** After `freshStep`: sets the clock forward, so that a program that then waits for the next step waits `leftMs`. */
  nearEndOfStep(leftMs = 4000): void {
    this.#clock.skipTo(leftMs)
  }

  /** After `freshStep`: sets the clock forward by whole seconds. */
  advance(ms: number): void {
    this.#clock.advance(ms)
  }

  path(name: string): string {
    return join(this.home, '.aws', name)
  }
  read(name: string): string {
    return existsSync(this.path(name)) ? readFileSync(this.path(name), 'utf8') : ''
  }
  write(name: string, text: string): void {
    mkdirSync(dirname(this.path(name)), { recursive: true, mode: 0o700 })
    writeFileSync(this.path(name), text, { mode: 0o600 })
  }

  /** `[section]` with the user's long-term keys. */
  keysSection(section = 'work'): string {
    const { accessKeyId, secretAccessKey } = this.key
    return `[${section}]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`
  }

  /** For an `mfa_process` that waits for `$HOME/code`: the file appears whole, as nobody may read half of it. */
  giveCode(code: string): void {
    writeFileSync(`${this.home}/code.new`, code)
    renameSync(`${this.home}/code.new`, `${this.home}/code`)
  }

  calls(action = 'GetSessionToken'): string[] {
    return this.aws.requests.filter((each) => each.action === action).map((each) => each.outcome)
  }

  /** Without a controlling terminal, as a new process session has none. */
  start(args: readonly string[], { env = {} }: RunOptions = {}): ChildProcessWithoutNullStreams {
    const NODE_OPTIONS = [this.env.NODE_OPTIONS, env.NODE_OPTIONS].join(' ').trim()
    return spawnChild(RUNTIME, [PROGRAM, ...args], {
      env: { ...this.env, ...env, ...(NODE_OPTIONS && { NODE_OPTIONS }) },
      detached: true,
    })
  }

  async run(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
    const child = this.start(args, options)
    // An exit before the input is read breaks the pipe.
    child.stdin.on('error', () => undefined)
    if (options.input !== undefined) child.stdin.end(options.input)
    return outcomeOf(child)
  }

  /** Runs a shell command line in a new terminal. */
  terminal(commandLine: string, window?: Window): TerminalRun {
    return new TerminalRun(commandLine, { ...this.env, ...window?.env }, window)
  }
}

export async function outcomeOf(child: ChildProcessWithoutNullStreams): Promise<Outcome> {
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk))
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stdout, stderr }
}

const IS_WINE = process.env.WINELOADER !== undefined
/** A pseudo-console of Wine ends at the byte of Ctrl-C. */
const CTRL_C_OF_KITTY = '\u001B[99;5u'

/** What the window of a terminal is, where it matters. */
export interface Window {
  readonly term?: string
  readonly columns?: number
  readonly rows?: number
  /** Variables besides those of the sandbox. */
  readonly env?: Record<string, string>
}

/** What runs a line in a terminal: /bin/sh, on Windows cmd where the line has operators. */
function runnerOf(line: string): [program: string, args: string[]] {
  // When the leader of a terminal's session ends, Linux may drop what was printed just before.
  if (process.platform !== 'win32') return ['/bin/sh', ['-c', `trap 'sleep 0.05' EXIT; ${line}`]]
  if (/[<>|&]/.test(line)) return [process.execPath, [IN_CONSOLE, '--shell', line]]
  const words = line.replace(/^exec /, '').matchAll(/"([^"]*)"|\S+/g)
  const program = Array.from(words, ([word, quoted]) => quoted ?? word)
  return [process.execPath, [IN_CONSOLE, ...program]]
}

export class TerminalRun {
  screen = ''
  readonly exit: Promise<number>
  readonly #pty
  #wake: (() => void) | undefined

  constructor(commandLine: string, env: Record<string, string>, window: Window = {}) {
    const { term = 'xterm', columns = 200, rows = 60 } = window
    this.#pty = spawnPty(...runnerOf(commandLine), {
      env: { ...env, TERM: term },
      cols: columns,
      rows,
    })
    this.#pty.onData((data) => {
      this.screen += data
      this.#wake?.()
    })
    this.exit = new Promise((resolve) =>
      // node-pty reports exit code 0 after a signal; shells report 128 + its number.
      this.#pty.onExit(({ exitCode, signal = 0 }) => resolve(signal > 0 ? 128 + signal : exitCode)),
    )
  }

  /** That of the shell, or of the program where the line is `exec` and the program. */
  get pid(): number {
    return this.#pty.pid
  }

  type(text: string | Buffer): void {
    const keys = IS_WINE && text === '\u0003' ? CTRL_C_OF_KITTY : text
    // Its declarations leave the bytes out.
    this.#pty.write(keys as string)
  }

  /** Waits until the screen shows a text for the nth time. */
  async waitFor(text: string, times = 1, patience = 40_000): Promise<void> {
    const end = Date.now() + patience
    while (this.screen.split(text).length - 1 < times) {
      if (Date.now() > end) throw new Error(`no ${JSON.stringify(text)} on screen:\n${this.screen}`)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
        setTimeout(resolve, 20)
      })
    }
  }

  /** Types after a question appears; the pause lets the program start to read. */
  async answer(question: string, text: string, times = 1): Promise<void> {
    await this.waitFor(question, times)
    await new Promise((resolve) => setTimeout(resolve, 250))
    this.type(text)
  }

  resize({ columns = 200, rows = 60 }: Window): void {
    this.#pty.resize(columns, rows)
  }

  kill(): void {
    // Windows has no signals, and node-pty throws if there is one.
    this.#pty.kill(process.platform === 'win32' ? undefined : 'SIGKILL')
  }
}

/** A sandbox that is removed after the test. The profile `work` has the keys of the account's first user. */
export async function sandbox(account: Account = createAccount()): Promise<Sandbox> {
  const made = await Sandbox.start(account)
  onTestFinished(async () => made.close())
  made.write('credentials', made.keysSection())
  made.write('config', '[profile work]\nregion = eu-west-1\n')
  return made
}
