import type { Failure } from './failure.ts'
import type { Aws, AwsSettings } from './aws/api.ts'

/** What a command may touch of the outside world. `src/io/` makes the real one. */
export interface Context {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
  readonly platform: string
  /** The command that starts this very program again: executable, then script. */
  readonly self: readonly string[]
  /** Stands before `self` in a credential_process line to answer hits without Node; empty on Windows. */
  readonly launcher: readonly string[]
  readonly version: string
  /** Whether a person sits at stdin and stderr. */
  readonly isInteractive: boolean
  /** When this process started: milliseconds since the epoch. */
  readonly startedAt: number
  /** Milliseconds since the epoch. */
  now(): number
  /** Ends early where `signal` says so. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>
  /** Payload. */
  print(text: string): void
  /** Talk; a line is a whole sentence. */
  info(line: string): void
  readonly debug: Debug
  readStdin(): Promise<string>
  readonly files: Files
  /** The operating system’s keyring. */
  readonly keyring: Keyring
  /** The controlling terminal, or undefined where there is none. */
  openTerminal(): Promise<Terminal | undefined>
  /** Runs a command line through the shell; its first line of output. */
  outputOf(commandLine: string): Promise<string>
  /** Runs a program that shares our terminal; its exit code. `input` is its stdin, if given. */
  run(command: readonly string[], options: RunOptions): Promise<number>
  /** Runs a program of which only stderr is seen, and ends it when `signal` says so; its exit code. */
  runInBackground(command: readonly string[], options: BackgroundOptions): Promise<number>
  /** Opens an address in the person's browser; `failed` hears why that did not work, where it is known. */
  openBrowser(url: string, failed: (why: string) => void): Promise<void>
  /** Answers HTTP requests of this machine until closed. */
  listen(answer: (request: LoopbackRequest) => Promise<LoopbackAnswer>): Promise<LoopbackServer>
  /**
   * Runs a program whose stdin and stdout are ours alone. Throws a Failure: `notFound` or
   * `notExecutable`, that of the limit, `cancelled` for Ctrl-C; the program is ended then.
   */
  converse(command: readonly string[], talk: Conversation): Promise<ProcessResult>
  aws(settings: AwsSettings): Promise<Aws>
}

/** Reports on stderr what the program does and why, once a person asks for it with --debug or MFA_LOGIN_DEBUG. */
export interface Debug {
  readonly isOn: boolean
  enable(): void
  /** One sentence. Names files, profiles, devices and access key IDs by their last four characters; no secrets. */
  log(message: string): void
  /** Keeps a value out of every later line, should a message hold it by mistake. */
  keepSecret(value: string | undefined): void
}

export interface BackgroundOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
}

export interface LoopbackRequest {
  readonly method: string
  readonly path: string
  readonly authorization: string | undefined
}

export interface LoopbackAnswer {
  readonly status: number
  /** Sent as JSON. */
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Called once the answer has left. */
  readonly sent?: () => void
}

export interface LoopbackServer {
  readonly port: number
  close(): void
}

/** How long something may take, and what is thrown then. */
export interface TimeLimit {
  readonly milliseconds: number
  readonly failure: Failure
}

export interface Conversation {
  readonly env: Readonly<Record<string, string | undefined>>
  /** What to write for a line that came; without this the program’s stdin is empty. */
  readonly onLine?: (line: string) => string | undefined
  /** Gets what it writes to its stderr, as it comes. */
  readonly onStderr?: (text: string) => void
  readonly limit: TimeLimit
}

export interface ProcessResult {
  /** Undefined where a signal ended it. */
  readonly code: number | undefined
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly input?: string
}

/** Tells one version of a file from another without reading it: device, inode, size and times. */
export interface Fingerprint {
  readonly id: string
  /** False just after a change: another change of the same size could have the same `id`. */
  readonly isSettled: boolean
}

export interface Files {
  /** The text of a file, or undefined where there is none. */
  read(path: string): Promise<string | undefined>
  /** Undefined where there is no file. */
  fingerprint(path: string): Promise<Fingerprint | undefined>
  /**
   * Replaces a file in one step, through symlinks; keeps its mode, new files are 0600. One that may be
   * lost with the power is not waited for until the disk has it.
   */
  replace(path: string, text: string, options?: { readonly mayBeLost?: boolean }): Promise<void>
  /** Makes a file (0600). Throws a Failure where there is one already. */
  create(path: string, bytes: Uint8Array): Promise<void>
  remove(path: string): Promise<void>
  /** Removes what killed processes left of writing to a file, and to others in its folder. */
  sweepBeside(path: string): Promise<void>
  /** The permission bits of what a path leads to, or undefined where there is nothing. */
  mode(path: string): Promise<number | undefined>
  /** Names in a directory, empty where there is none. */
  list(directory: string): Promise<string[]>
  /** Makes a directory (0700) and the ones above it. */
  makePrivate(directory: string): Promise<void>
  /**
   * Runs `work` while no other process holds the lock named by `path`. While waiting, an answer
   * of `early` is taken instead.
   */
  locked<T>(path: string, work: () => Promise<T>, early?: () => Promise<T | undefined>): Promise<T>
}

/** Secrets by account, in the entries of mfa-login. Throws a Failure where there is no keyring or it is locked. */
export interface Keyring {
  /** Undefined where there is no such entry. */
  read(account: string): Promise<string | undefined>
  write(account: string, secret: string): Promise<void>
  /** Done also where there is no such entry. */
  remove(account: string): Promise<void>
}

export interface Terminal {
  write(text: string): void
  /**
   * One line of text; asked again until `check` returns undefined. Throws Failure `cancelled`, or that
   * of the limit.
   */
  ask(
    question: string,
    check: (answer: string) => string | undefined,
    limit?: TimeLimit,
  ): Promise<string>
  /** The same, and what is typed is not shown. */
  askSecret(question: string, check: (answer: string) => string | undefined): Promise<string>
  choose(question: string, choices: readonly string[]): Promise<string>
  confirm(question: string): Promise<boolean>
  /**
   * Waits, showing a line that tells the seconds left. What is typed meanwhile goes to the next
   * question. Throws Failure `cancelled`.
   */
  wait(milliseconds: number, line: (secondsLeft: number) => string): Promise<void>
  close(): void
}
