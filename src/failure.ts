/** Exit codes of the whole program; docs/usage.md lists them for users. */
export const EXIT = {
  ok: 0,
  /** `status`: the profile has no valid session. */
  noSession: 1,
  /** `policy check`, `doctor`: there are findings. */
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

/** In a hint: the command that is running. */
export const THIS_COMMAND = '{this command}'

/** A profile that a command names, and the one that is meant. */
export interface Correction {
  readonly wrong: string
  readonly meant: string
}

/** In a hint: the command that is running, with the profile that is meant. */
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
    const message = 'This process was stopped, and another one has taken over what it did.'
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
export function settingFailure(
  message: string,
  { value, from }: { readonly value: string; readonly from: string },
): Failure {
  const isQuoted = /^(["']).*\1$/.test(value)
  return usageFailure(
    message,
    `look at ${from}${isQuoted ? ', and take the quotation marks off' : ''}`,
  )
}

const WITHOUT_BOM = 'tail -c +4'

/** The failure for a text that is not UTF-8, or begins with a byte order mark. */
export function encodingFailure(path: string, bytes: Uint8Array): Failure {
  const start = Buffer.from(bytes.subarray(0, 3)).toString('hex')
  const isUtf16 = /^(fffe|feff)/.test(start)
  if (start === 'efbbbf') {
    const message = `${path}:1: there is a byte order mark, so AWS tools refuse the file.`
    return new Failure('files', message, rewriteCommand(path, WITHOUT_BOM))
  }
  const convert = `iconv -f ${isUtf16 ? 'UTF-16' : 'LATIN1'} -t UTF-8`
  const message = `${path} is ${isUtf16 ? 'UTF-16, not UTF-8 text' : 'not UTF-8 text'}.`
  return new Failure('files', message, rewriteCommand(path, convert))
}

/** Keeps the mode of the file, and a symbolic link to it. .NET recognizes byte order marks. */
function rewriteCommand(path: string, filter: string): string {
  if (/^([A-Za-z]:|\\\\)/.test(path))
    return `[IO.File]::WriteAllText('${path}', [IO.File]::ReadAllText('${path}'))`
  const script = `umask 077; ${filter} "${path}" >"${path}.new" && cat "${path}.new" >"${path}" && rm "${path}.new"`
  // fish has no subshells.
  return `sh -c '${script.replaceAll("'", String.raw`'\''`)}'`
}

/** The failure for a question that a person cancelled (exit code 130). */
export function cancelled(): Failure {
  return new Failure('cancelled', 'Canceled; nothing was changed.')
}
