import { AwsError } from '../aws/api.ts'
import type { Context, Terminal, TypedAhead } from '../context.ts'
import { Failure } from '../failure.ts'
import { explain, type ErrorContext } from '../aws/errors/explain.ts'
import { classifyError } from '../aws/errors/classify.ts'
import { retry } from '../aws/retry.ts'
import {
  firstCodeProblem,
  judgePair,
  secondCodeProblem,
  untilSecond,
  type TypedCode,
} from './code-pair.ts'
import { beginningOfCode, normalizeCode } from '../mfa/token-code.ts'
import { unlessRefused } from './user.ts'

/** A call to AWS that takes two codes in a row. */
interface CodePairExchange {
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
    if (refusals === TRIES) {
      const hint = `mfa-login doctor --profile ${exchange.errorContext.profile}`
      throw new Failure(
        'refused',
        problem,
        `set the clock of the phone to automatic, then: ${hint}`,
      )
    }
    terminal.write(`${problem}\n`)
  }
}

/** Asks for two codes in a row until there are two that AWS can accept. Throws a Failure `cancelled`. */
async function askCodes(
  context: Context,
  terminal: Terminal,
  seed: string | undefined,
): Promise<[string, string]> {
  const ask = async (
    question: string,
    problemOf: (text: string, now: number) => string | undefined,
    typed?: TypedAhead,
  ): Promise<TypedCode> => {
    const check = (answer: string): string | undefined => problemOf(answer, context.now())
    const options = { isProvisional: true, ...(typed && { initial: beginningOfCode(typed) }) }
    const text = await terminal.ask(question, check, options)
    return { code: normalizeCode(text), at: context.now() }
  }
  const askFirst = async (): Promise<TypedCode> =>
    ask('The code it shows', (text, now) => firstCodeProblem(seed, text, now))
  const askSecond = async (first: TypedCode): Promise<TypedCode> => {
    const wait = untilSecond(seed, first, context.now())
    const counting = (seconds: number): string => `It shows the next one in ${seconds} s. `
    const typed = await terminal.wait(wait, counting)
    return ask('The next code', (text, now) => secondCodeProblem(seed, first, text, now), typed)
  }
  let first = await askFirst()
  for (;;) {
    const second = await askSecond(first)
    switch (judgePair(seed, first, second, context.now())) {
      case 'ready':
        return [first.code, second.code]
      case 'skipped':
        terminal.write('A code in between was skipped, so this one counts as the first.\n')
        first = second
        break
      case 'late':
        terminal.write('These codes are too old now. Type two new ones.\n')
        first = await askFirst()
    }
  }
}

/** Undefined when AWS took the codes, else why others are needed. */
async function send(
  context: Context,
  terminal: Terminal,
  exchange: CodePairExchange,
  codes: readonly [string, string],
): Promise<string | undefined> {
  const wait = async (milliseconds: number): Promise<void> => {
    const busy = (left: number): string => `AWS is busy with this user; again in ${left} s. `
    if (milliseconds < NOTICEABLE_MS) await context.sleep(milliseconds)
    else await terminal.wait(milliseconds, busy)
  }
  try {
    await retry(context, async () => exchange.send(codes), { atMostOnce: true, wait })
    return undefined
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    const meaning = problemOf(error)
    // Where this call fails too, fresh codes show whether it is done.
    const isDone = async (): Promise<boolean> => unlessRefused(false, async () => exchange.isDone())
    if (meaning === 'unknown' && (await isDone())) return undefined
    const problem = PROBLEMS[meaning]
    if (problem !== undefined) return problem
    const { errorContext } = exchange
    if (error.code === 'LimitExceeded') throw tooManyDevices(errorContext.profile)
    throw explain(error, errorContext)
  }
}

/** What the person reads; a `final` error ends the command. */
const PROBLEMS = {
  codes: 'AWS refused these codes: they must be correct, in a row, new, and not used before.',
  busy: 'AWS is still busy with this user. Type two new codes.',
  unknown: 'AWS gave no usable answer. Type two new codes.',
  final: undefined,
}

function problemOf(error: AwsError): keyof typeof PROBLEMS {
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

export function tooManyDevices(profile: string): Failure {
  return new Failure(
    'refused',
    'This user has as many MFA devices as AWS allows (8).',
    `mfa-login device remove --profile ${profile}`,
  )
}
