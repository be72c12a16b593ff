import { AwsError, type Context } from '../context.ts'
import { pauseBeforeRepeating } from './obtain.ts'
import { refusalOf } from './refusal.ts'

/**
 * Makes a call again where that may help: one that spends no code and may be made twice. Throws the last
 * AwsError.
 */
export async function repeated<T>(context: Context, call: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await call()
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      const pause = pauseBeforeRepeating(refusalOf(error), attempt)
      if (pause === 'no') throw error
      await context.sleep(pause)
    }
  }
}
