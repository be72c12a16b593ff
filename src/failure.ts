/** Exit codes of the whole program; docs/usage.md lists them for users. */
export const EXIT = {
  ok: 0,
  /** `status`: the asked profile has no valid session. */
  noSession: 1,
  /** `policy check`, `doctor`: there are findings. */
  findings: 1,
  usage: 2,
  /** A config, credentials or cache file is missing, unreadable, damaged or refused. */
  files: 3,
  /** AWS answered and said no. */
  refused: 4,
  /** AWS did not answer, or what answered was not AWS. */
  unreachable: 5,
  /** A token code is needed and there is nobody and nothing to ask. */
  noCodeSource: 6,
  /** `exec`: what a shell says where a command cannot be started. */
  notExecutable: 126,
  notFound: 127,
  /** A defect of ours. */
  internal: 70,
  /** By a person, or as nobody answered in time. */
  cancelled: 130,
} as const

export type ExitName = keyof typeof EXIT

/**
 * The one kind of error a user is meant to see: one sentence saying what is wrong
 * and, where there is one, the command that fixes it. `cause` is what `--debug` shows beneath it.
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

/** The failure for a misused command line (exit code 2). */
export function usageFailure(message: string, hint?: string): Failure {
  return new Failure('usage', message, hint)
}

/** The failure for a question that a person broke off (exit code 130). */
export function cancelled(): Failure {
  return new Failure('cancelled', 'Cancelled; nothing was changed.')
}
