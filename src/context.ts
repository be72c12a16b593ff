import type { Failure } from './failure.ts'
import type { Aws, AwsSettings } from './aws/api.ts'

/** All that a command may touch of the outside world. `src/platform/` has the real one. */
export interface Context {
  /** As `readableEnvironment` gives it: no value is empty. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** `--region`. */
  readonly region?: string | undefined
  /** The environment as it is, for the programs that are started. */
  readonly inherited: Readonly<Record<string, string | undefined>>
  readonly home: string
  /** The home folder of another user; undefined for an unknown one. */
  homeOf(user: string): string | undefined
  readonly platform: string
  /** On Windows, the file name of the program that started this one. Takes a tenth of a second the first time. */
  readonly parentProgram: string | undefined
  /** The command that starts this program again: executable, then script. */
  readonly self: readonly string[]
  /**
   * The launcher that goes before `self` in a credential_process line and serves cached answers without
   * Node; empty on Windows.
   */
  readonly launcher: readonly string[]
  /** The file of a manual page, such as `mfa-login-exec`; undefined where the package is without it. */
  manualPage(name: string): string | undefined
  /** On Windows, a path with the short (8.3) names of its folders, where the disk has them. */
  shortPath(path: string): Promise<string>
  readonly version: string
  aboutInstallation(): Promise<AboutInstallation>
  /** Whether stdin and stderr are a terminal. */
  readonly isInteractive: boolean
  /** When this process started (ms since the epoch). */
  readonly startedAt: number
  /** Milliseconds since the epoch. */
  now(): number
  /** Ends early when `signal` aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>
  /** Writes to stdout: the result of the command, as a program reads it. */
  print(text: string): void
  /** Writes a result for people to stdout. A terminal shows it broken at words, with verdicts in color. */
  report(text: string): void
  /** The columns for a report, 40 to 200; Infinity where stdout is no terminal. */
  readonly columns: number
  /** Writes a line to stderr, broken at words by a terminal: what the person should know, in whole sentences. */
  info(line: string): void
  /** Shows a line in place of the one before on a terminal that is stderr; empty, it is gone. Nothing elsewhere. */
  readonly progress: (line: string) => void
  /** The same as `info`, unless the line has been written already. */
  readonly infoOnce: (line: string) => void
  readonly debug: Debug
  readStdin(): Promise<string>
  /** The first line of stdin, which may stay open. */
  readStdinLine(): Promise<string>
  readonly files: Files
  readonly keyring: Keyring
  /** The controlling terminal; undefined if there is none, or another process group is using it. */
  openTerminal(): Promise<Terminal | undefined>
  /** Whether there is a terminal, and others are using it: this process runs in its background, or `isRenewal`. */
  isTerminalTaken(): boolean
  /** Whether `exec --server` runs this process for a command that may be reading the terminal. */
  readonly isRenewal: boolean
  /** The path of the program of this name in PATH, or at this path; undefined if there is none. */
  findProgram(program: string): string | undefined
  /**
   * Runs a command line through the shell and returns its first line of output. Throws a Failure, also after the
   * time limit.
   */
  outputOf(commandLine: string, timeLimitMs: number): Promise<string>
  /** Runs a program on the terminal of this process and returns its exit code. Throws a Failure. */
  run(command: readonly string[], options: RunOptions): Promise<number>
  /** Runs a program of which only stderr is shown and returns its exit code; `signal` ends it. Throws a Failure. */
  runInBackground(command: readonly string[], options: BackgroundOptions): Promise<number>
  /** Opens a URL in the person's browser without waiting for it; `onFailure` gets the reason if that fails. */
  openBrowser(url: string, onFailure: (reason: string) => void): Promise<void>
  /** Answers HTTP requests from this machine until closed. */
  listen(answer: (request: LoopbackRequest) => Promise<LoopbackAnswer>): Promise<LoopbackServer>
  /**
   * Runs a program and talks to it through its stdin and stdout. Throws a Failure: `notFound` or
   * `notExecutable` if it does not start; after ending it, that of the limit, or `cancelled` for Ctrl-C.
   */
  converse(command: readonly string[], conversation: Conversation): Promise<ProcessResult>
  aws(settings: AwsSettings): Promise<Aws>
}

/** For bug reports; without paths, which may have a person's name. */
export interface AboutInstallation {
  /** The versions of Node.js and, where it is the runtime, of Bun. */
  readonly node: string
  readonly bun?: string
  readonly platform: string
  readonly arch: string
  /** The kernel and its release. */
  readonly system: string
  readonly installedBy: string
}

/** Reports on stderr what the program does and why, with --debug or MFA_LOGIN_DEBUG. */
export interface Debug {
  readonly isOn: boolean
  enable(): void
  /** One sentence. Names files, profiles, devices and access key IDs by their last four characters; no secrets. */
  log(message: string): void
  /** Replaces a value in every later line, in case a message contains it by mistake. */
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
  /** Called once the answer is sent. */
  readonly sent?: () => void
}

export interface LoopbackServer {
  readonly port: number
  close(): void
}

/** How long something may take, and the Failure that is thrown after that. */
export interface TimeLimit {
  readonly milliseconds: number
  readonly failure: Failure
}

export interface Conversation {
  readonly env: Readonly<Record<string, string | undefined>>
  /** The reply to a line of its stdout; without this its stdin is empty. */
  readonly onLine?: ((line: string) => string | undefined) | undefined
  /** Gets its stderr as it comes. */
  readonly onStderr?: (text: string) => void
  /** Whether it may ask on the terminal of this process. */
  readonly usesTerminal?: boolean
  readonly limit: TimeLimit
}

export interface ProcessResult {
  /** Undefined if a signal ended it. */
  readonly code: number | undefined
  readonly signal?: string | undefined
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Its stdin; without this it shares that of this process. */
  readonly input?: string
}

/** Tells one version of a file from another without reading it: device, inode, size and times. */
export interface Fingerprint {
  readonly id: string
  /** False just after a change: another change of the same size could have the same `id`. */
  readonly isSettled: boolean
}

export interface Files {
  /**
   * The text of a regular file; undefined if it does not exist. The null device is empty. Throws a Failure for
   * anything else, as nobody may be writing to a pipe.
   */
  read(path: string): Promise<string | undefined>
  /** The same for a file that the person names as input, such as `<(command)`: waits for a pipe's writer. */
  readDocument(path: string): Promise<string | undefined>
  /** Undefined if there is no file. */
  fingerprint(path: string): Promise<Fingerprint | undefined>
  /**
   * Replaces a regular file in one step, through symbolic links, and keeps its owner, group, mode and access control
   * list; throws a Failure and leaves the file where it cannot. New files are 0600. With `mayBeLost` it does not wait
   * for the disk: a power failure may undo the change.
   */
  replace(path: string, text: string, options?: { readonly mayBeLost?: boolean }): Promise<void>
  /** Throws the Failure that replacing a file would meet. */
  checkReplaceable(path: string): Promise<void>
  /** Throws a Failure if the lock of `path` can never be free. Does not wait for it. */
  checkLock(path: string): Promise<void>
  /** Creates a whole file (0600). Throws a Failure if it exists. */
  create(path: string, bytes: Uint8Array): Promise<void>
  /** A folder in the place of the file stays. Throws a Failure. */
  remove(path: string): Promise<void>
  /** Removes the temporary files that killed processes left in the directory of a file. */
  sweepBeside(path: string): Promise<void>
  /** Whether there is anything, through symbolic links. */
  exists(path: string): Promise<boolean>
  /** Whether it is a directory, through symbolic links. */
  isDirectory(path: string): Promise<boolean>
  /** The permission bits of a regular file, through symbolic links; undefined if there is none. */
  mode(path: string): Promise<number | undefined>
  /** The names of the files and links in a directory; empty if it does not exist. */
  list(directory: string): Promise<string[]>
  /** Creates a directory and its parents (0700). Throws the Failure of `checkPrivate`. */
  makePrivate(directory: string): Promise<void>
  /** Throws a Failure if a directory belongs to another user or others may write to it. */
  checkPrivate(directory: string): Promise<void>
  /** Runs `work` while holding the lock of `path`. Throws a Failure if the lock can never be free. */
  withLock<T>(path: string, work: () => Promise<T>, options?: WaitOptions<T>): Promise<T>
  /**
   * Runs `work` while holding the locks of several files, in one order in every process. A file that this user
   * cannot replace needs no lock.
   */
  withLocks<T>(paths: readonly string[], work: () => Promise<T>): Promise<T>
}

/** What to do while another process holds a lock. */
export interface WaitOptions<T> {
  /** Ends the wait with its answer, without the lock, as soon as there is one. */
  readonly early?: () => Promise<T | undefined>
  /**
   * Called after two seconds, and once more when the holder is stopped later. By default a line on stderr names
   * the lock and its holder.
   */
  readonly onWait?: (holder: LockHolder) => void
}

/** The process that holds a lock. */
export interface LockHolder {
  /** The path of the lock. */
  readonly lock: string
  /** NaN where the holder is just leaving. */
  readonly pid: number
  /** Where it asks a person, such as `on pts/3`; undefined if it does not. */
  readonly asks: string | undefined
  readonly isOnThisMachine: boolean
  /** Whether it holds the lock until somebody continues it (SIGCONT). */
  readonly isStopped: boolean
}

/** The operating system's keyring, by account. Throws a Failure if there is none or it is locked. */
export interface Keyring {
  /** Undefined if there is no such entry. */
  read(account: string): Promise<string | undefined>
  write(account: string, secret: string): Promise<void>
  /** Does nothing if there is no such entry. */
  remove(account: string): Promise<void>
}

export interface Terminal {
  /** Breaks lines that are too long between words. */
  write(text: string): void
  readonly size: { readonly columns: number; readonly rows: number }
  /**
   * Asks for a line of text until `check` returns no problem. Throws a Failure: `cancelled`, or that of the
   * limit.
   */
  ask(
    question: string,
    check: (answer: string) => string | undefined,
    options?: AskOptions,
  ): Promise<string>
  /** The same without showing what is typed. */
  askSecret(question: string, check: (answer: string) => string | undefined): Promise<string>
  choose(question: string, choices: readonly string[]): Promise<string>
  /** Enter alone answers `initial`; without it, no. */
  confirm(question: string, initial?: boolean): Promise<boolean>
  /** Waits and shows a line with the seconds left. Throws a Failure `cancelled`. */
  wait(milliseconds: number, line: (secondsLeft: number) => string): Promise<TypedAhead>
  close(): void
}

/** What a person types before a question. */
export interface TypedAhead {
  readonly text: string
  /** Whether Enter came last. */
  readonly isEntered: boolean
}

export interface AskOptions {
  readonly limit?: TimeLimit | undefined
  /** What stands in the line at first; entered, it is the first answer. */
  readonly initial?: TypedAhead
  /** Whether an answer that passes the check may still be wrong: it gets no check mark. */
  readonly isProvisional?: boolean
}
