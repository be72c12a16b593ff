/** Exit codes of the whole program; docs/usage.md lists them for users. */
export const EXIT = {
  ok: 0,
  /** `status`: the profile has no valid session. */
  noSession: 1,
  /** `policy check`, `audit`, `doctor`: there are findings. */
  findings: 1,
  usage: 2,
  /** A config, credentials or cache file is missing, unreadable, damaged or refused; stdout cannot be written. */
  files: 3,
  /** AWS answered and said no. */
  refused: 4,
  /** AWS did not answer, or the answer was not from AWS. */
  unreachable: 5,
  /** A token code is needed, and there is no way to ask for it. */
  noCodeSource: 6,
  /** `exec`: as shells report a command that cannot be started. */
  notExecutable: 126,
  notFound: 127,
  /** A defect of mfa-login. */
  internal: 70,
  /** A person cancelled, or nobody answered in time. */
  cancelled: 130,
  /** The reader of stdout closed the pipe: as shells report a program that SIGPIPE ends. */
  pipeClosed: 141,
} as const

export type ExitName = keyof typeof EXIT

/**
 * The only kind of error that users see: one sentence that says what is wrong and, if there is one, the
 * command that fixes it. `--debug` shows `cause` too.
 */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly exit: ExitName
  readonly hint: string | undefined

  constructor(exit: ExitName, message: string, hint?: string, options?: ErrorOptions) {
    super(message, options)
    this.exit = exit
    this.hint = hint
  }
}

/** In one line: SDKs show what credential_process wrote as the reason in a line of theirs. */
export function describeFailure({ message, hint }: Failure): string {
  return hint === undefined ? message : `${message} Try: ${hint}`
}

/** In a hint: the command that is running. */
export const THIS_COMMAND = '{this command}'

/** A profile, user or group that a command names, and the one that is meant. */
export interface Correction {
  readonly wrong: string
  readonly meant: string
}

/** In a hint: the command that is running, with the name that is meant. */
export function correctedCommand({ wrong, meant }: Correction): string {
  return `{this command with ${meant} for ${wrong}}`
}

/** A hint with the command that is running. */
export function fillInCommand(
  hint: string,
  commandLine: (correction?: Correction) => string,
): string {
  return hint.replace(
    /\{this command(?: with (.+?) for (.+?))?\}/g,
    (_, meant?: string, wrong?: string) =>
      meant === undefined || wrong === undefined ? commandLine() : commandLine({ meant, wrong }),
  )
}

/** The same Failure, whose hint has the command that is running inside another one. */
export function wrapCommand(failure: Failure, wrap: (command: string) => string): Failure {
  const { exit, message, hint, cause } = failure
  const wrapped = hint?.replace(/\{this command[^{}]*\}/g, wrap)
  return wrapped === hint ? failure : new Failure(exit, message, wrapped, { cause })
}

/** In a hint: what sets variables in the shell of the person. No value has a blank or a brace. */
export function setHint(values: Readonly<Record<string, string>>): string {
  const assignments = Object.entries(values).map(([name, value]) => `${name}=${value}`)
  return `{set ${assignments.join(' ')}}`
}

/** In a hint: what unsets variables in the shell of the person. */
export function unsetHint(names: readonly string[]): string {
  return `{unset ${names.join(' ')}}`
}

/** In a hint: long-term credentials in the environment. */
export const SET_KEYS = setHint({ AWS_ACCESS_KEY_ID: '…', AWS_SECRET_ACCESS_KEY: '…' })

/** In a hint: another place for the cache. */
export const SET_CACHE_FOLDER = `${setHint({ MFA_LOGIN_CACHE_DIR: 'FOLDER' })}, with a folder that you can write to`

/** Nobody could be asked here; someone may log in elsewhere. */
export class NoWayToAsk extends Failure {}

/**
 * Another process took locks while this one was stopped at a question. Nothing that they guard may be changed or
 * undone. `cause` is how the question failed, if it did.
 */
export class LockLost extends Failure {
  /** The paths of the lost locks whose work has not ended yet. */
  readonly lost: readonly string[]

  constructor(lost: readonly string[], cause?: unknown) {
    const message = 'This process was stopped, and another one has taken over its work.'
    super('noCodeSource', message, THIS_COMMAND, { cause })
    this.lost = lost
  }

  /** The same for what is outside of the work that holds the lock. */
  outside(lock: string): LockLost {
    return new LockLost(
      this.lost.filter((path) => path !== lock),
      this.cause,
    )
  }
}

/** The failure for a misused command line (exit code 2). */
export function usageFailure(message: string, hint?: string): Failure {
  return new Failure('usage', message, hint)
}

/** The failure for a setting; `from` is its variable, or its key with file and line. */
export function settingFailure(message: string, setting: Setting): Failure {
  return usageFailure(message, lookAt(setting))
}

interface Setting {
  readonly value: string
  readonly from: string
}

/** The hint for a setting. */
export function lookAt({ value, from }: Setting): string {
  const isQuoted = /^(["']).*\1$/.test(value)
  return `check ${from}${isQuoted ? ', and remove the quotation marks' : ''}`
}

/** The failure for a text that is not UTF-8, or begins with a byte order mark. */
export function encodingFailure(path: string, bytes: Uint8Array): Failure {
  const start = Buffer.from(bytes.subarray(0, 3)).toString('hex')
  if (start === 'efbbbf') {
    const message = `${path}:1: there is a byte order mark, so AWS tools refuse the file.`
    return new Failure('files', message, rewriteHint(path, 'UTF-8'))
  }
  const isUtf16 = /^(fffe|feff)/.test(start)
  const message = `${path} is ${isUtf16 ? 'UTF-16, not UTF-8 text' : 'not UTF-8 text'}.`
  return new Failure('files', message, rewriteHint(path, isUtf16 ? 'UTF-16' : 'LATIN1'))
}

/** What a shell changes between quotation marks, or PowerShell takes for one, and the braces of hints. */
const NOT_LITERAL = /[$`%!"{}\u2018-\u201E]|\\\\/

/** In a hint: the command that rewrites a file as UTF-8, or words where its path cannot be in one. */
function rewriteHint(path: string, encoding: 'UTF-8' | 'UTF-16' | 'LATIN1'): string {
  return NOT_LITERAL.test(path)
    ? `save ${path} as UTF-8 without a byte order mark`
    : `{rewrite ${encoding} ${path}}`
}

/** The failure for a question that a person cancelled (exit code 130). */
export function cancelled(): Failure {
  return new Failure('cancelled', 'Canceled; nothing was changed.')
}
