import { AwsError } from './api.ts'
import type { Context } from '../context.ts'
import { classifyError, type ErrorClass } from './errors/classify.ts'

/**
 * Makes a call again where that may help: one that spends no code and may be made twice. Throws the last
 * AwsError.
 */
export async function retry<T>(context: Context, call: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await call()
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      const pause = pauseBeforeRepeating(classifyError(error), attempt)
      if (pause === 'no') throw error
      await context.sleep(pause)
    }
  }
}

/** Milliseconds to wait before a call that spends nothing is made again, or that it is of no use. */
export function pauseBeforeRepeating(refusal: ErrorClass, attempt: number): number | 'no' {
  if (refusal === 'unknown') return attempt < 2 ? 400 * 2 ** attempt : 'no'
  const pause = pauseBeforeResending(refusal, attempt)
  return pause === 'spent' ? 'no' : pause
}

/** Milliseconds to wait, or why not to send the same code again. */
export function pauseBeforeResending(
  refusal: ErrorClass,
  attempt: number,
): number | 'no' | 'spent' {
  switch (refusal) {
    case 'clock':
      // The client has learnt AWS's time from the answer's Date header.
      return attempt < 1 ? 0 : 'no'
    case 'throttled':
      return attempt < 4 ? 400 * 2 ** attempt : 'no'
    case 'not-sent':
      return attempt < 2 ? 300 : 'no'
    case 'refused':
    case 'serial':
    case 'untrusted':
      return 'no'
    case 'code':
    case 'unknown':
      return 'spent'
  }
}
