import { AwsError } from '../aws/api.ts'
import type { Context, Terminal } from '../context.ts'
import { Failure } from '../failure.ts'
import { explain, type ErrorContext } from '../aws/errors/explain.ts'
import { classifyError } from '../aws/errors/classify.ts'
import { retry } from '../aws/retry.ts'
import { askCodes } from './ask-codes.ts'

/** A call to AWS that takes two codes in a row. */
export interface CodePairExchange {
  readonly errorContext: ErrorContext
  /** Base32; known only for a new device. */
  readonly seed: string | undefined
  send(codes: readonly [string, string]): Promise<void>
  /** Called if AWS's answer was lost: whether the call took effect. */
  isDone(): Promise<boolean>
}

const TRIES = 3
/** Shorter waits need no line on screen. */
const NOTICEABLE_MS = 1000

/** Asks for two codes and sends them, up to three times. Returns the later code. Throws a Failure. */
export async function exchangeCodes(
  context: Context,
  terminal: Terminal,
  exchange: CodePairExchange,
): Promise<string> {
  for (let refusals = 1; ; refusals += 1) {
    const codes = await askCodes(context, terminal, exchange.seed)
    const problem = await send(context, terminal, exchange, codes)
    if (problem === undefined) return codes[1]
    if (refusals === TRIES) throw new Failure('refused', problem, clockHint(exchange.errorContext))
    terminal.write(`${problem}\n`)
  }
}

/** Undefined when AWS took the codes, else why others are needed. */
async function send(
  context: Context,
  terminal: Terminal,
  exchange: CodePairExchange,
  codes: readonly [string, string],
): Promise<string | undefined> {
  const wait = async (milliseconds: number): Promise<void> =>
    milliseconds < NOTICEABLE_MS
      ? context.sleep(milliseconds)
      : terminal.wait(milliseconds, (left) => `AWS is busy with this user; again in ${left} s. `)
  try {
    await retry(context, async () => exchange.send(codes), { atMostOnce: true, wait })
    return undefined
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    const meaning = problemOf(error)
    if (meaning === 'unknown' && (await isDone(exchange))) return undefined
    const problem = PROBLEMS[meaning]
    if (problem === undefined) throw failureOf(error, exchange.errorContext)
    return problem
  }
}

/** False too if this call fails: fresh codes will show it then. */
async function isDone(exchange: CodePairExchange): Promise<boolean> {
  try {
    return await exchange.isDone()
  } catch (error) {
    if (error instanceof AwsError) return false
    throw error
  }
}

type CodePairProblem = 'codes' | 'busy' | 'unknown' | 'final'

const PROBLEMS: Readonly<Record<CodePairProblem, string | undefined>> = {
  codes: 'AWS refused these codes: they must be right, in a row, fresh, and not used before.',
  busy: 'AWS is still busy with this user. Two fresh codes, please.',
  unknown: 'AWS gave no usable answer. Two fresh codes, please.',
  final: undefined,
}

function problemOf(error: AwsError): CodePairProblem {
  // IAM API reference, EnableMFADevice, Errors.
  if (error.code === 'InvalidAuthenticationCode') return 'codes'
  if (error.code === 'EntityAlreadyExists') return 'unknown'
  switch (classifyError(error)) {
    case 'busy':
    case 'throttled':
    // AWS has not checked the codes, and the client knows AWS's time from now on.
    case 'clock':
      return 'busy'
    case 'unknown':
      return 'unknown'
    default:
      return 'final'
  }
}

function failureOf(error: AwsError, errorContext: ErrorContext): Failure {
  if (error.code !== 'LimitExceeded') return explain(error, errorContext)
  return tooManyDevices(errorContext.profile)
}

export function tooManyDevices(profile: string): Failure {
  return new Failure(
    'refused',
    'This user has as many MFA devices as AWS allows (8).',
    `mfa-login device remove --profile ${profile} --serial ARN`,
  )
}

function clockHint({ profile }: ErrorContext): string {
  return `set the clock of the phone to automatic, then: mfa-login doctor --profile ${profile}`
}
