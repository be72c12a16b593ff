/** When a failed call is made again. */
import { AwsError } from './api.ts'
import type { Context } from '../context.ts'
import { classifyError, type ErrorClass } from './errors/classify.ts'

interface RetryRule {
  /** How many times a call is made again after an error of this class. */
  readonly retries: number
  /** Milliseconds to wait before the first of them. */
  readonly delay: number
  readonly isDelayDoubled?: boolean
  /** AWS may have acted on the call, or have spent its token code. */
  readonly mayBeDone?: boolean
}

const NEVER: RetryRule = { retries: 0, delay: 0 }

const RULES: Readonly<Record<ErrorClass, RetryRule>> = {
  throttled: { retries: 4, delay: 400, isDelayDoubled: true },
  busy: { retries: 3, delay: 3000 },
  'not-visible': { retries: 30, delay: 2000 },
  // Up to a minute.
  'not-ready': { retries: 7, delay: 500, isDelayDoubled: true },
  'not-sent': { retries: 2, delay: 300 },
  unknown: { retries: 2, delay: 400, isDelayDoubled: true, mayBeDone: true },
  code: { ...NEVER, mayBeDone: true },
  // A second wait for a connection would outlast the code, and a proxy may lock a user out.
  'no-connection': NEVER,
  proxy: NEVER,
  // The client has sent it again by itself.
  clock: NEVER,
  refused: NEVER,
  serial: NEVER,
  untrusted: NEVER,
}

/**
 * Milliseconds to wait before a call is made again, or undefined to give up; `attempt` counts earlier errors of
 * the class. `atMostOnce` is for calls that spend a token code.
 */
export function retryDelay(
  errorClass: ErrorClass,
  attempt: number,
  { atMostOnce }: { readonly atMostOnce: boolean },
): number | undefined {
  const { retries, delay, isDelayDoubled = false } = RULES[errorClass]
  if (attempt >= retries || (atMostOnce && mayBeDone(errorClass))) return undefined
  return isDelayDoubled ? delay * 2 ** attempt : delay
}

/** Whether AWS may have acted on the call, or have spent its token code. */
export function mayBeDone(errorClass: ErrorClass): boolean {
  return RULES[errorClass].mayBeDone === true
}

interface RetryOptions {
  /** Do not make the call again where AWS may have acted on it. */
  readonly atMostOnce?: boolean
  readonly classify?: (error: AwsError) => ErrorClass
  /** Waits, in milliseconds; by default without a word. */
  readonly wait?: (milliseconds: number) => Promise<void>
}

/** Makes a call, and makes it again where that may help. Throws the last AwsError. */
export async function retry<T>(
  { sleep }: Pick<Context, 'sleep'>,
  call: () => Promise<T>,
  { atMostOnce = false, classify = classifyError, wait = sleep }: RetryOptions = {},
): Promise<T> {
  const attempts = new Map<ErrorClass, number>()
  for (;;) {
    try {
      return await call()
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      const errorClass = classify(error)
      const attempt = attempts.get(errorClass) ?? 0
      const delay = retryDelay(errorClass, attempt, { atMostOnce })
      if (delay === undefined) throw error
      attempts.set(errorClass, attempt + 1)
      await wait(delay)
    }
  }
}

/**
 * `retry` for calls with a new key or its session, which AWS does not know everywhere at once (IAM User Guide,
 * Troubleshooting: "Changes that I make are not always immediately visible").
 */
export async function retryUntilVisible<T>(
  context: Pick<Context, 'sleep'>,
  call: () => Promise<T>,
): Promise<T> {
  const classify = (error: AwsError): ErrorClass =>
    error.code === 'InvalidClientTokenId' ? 'not-visible' : classifyError(error)
  return retry(context, call, { classify })
}
