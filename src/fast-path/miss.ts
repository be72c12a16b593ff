/** `credential-process` where no index is valid; see README.md. The build makes `dist/miss.cjs` of it. */
import { promptSeconds } from '../mfa/prompts/time-limit.ts'
import { readableEnvironment } from '../non-empty.ts'
import { cachedAnswer } from './cached-answer.ts'
import { tryToPrint } from './try-to-print.ts'
import { waitForHolder } from './wait-for-holder.ts'

/** Returns whether it has answered. */
export function tryFastPath([, ...words]: readonly string[]): boolean {
  const env = readableEnvironment(process.env)
  const startedAt = Date.now()
  const wait = (lockPath: string): boolean =>
    waitForHolder(lockPath, startedAt + promptSeconds(env) * 1000)
  return tryToPrint(cachedAnswer(words, env, startedAt, wait))
}
