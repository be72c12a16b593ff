/** `credential-process` where no index is valid; see README.md. The build makes `dist/miss.cjs` of it. */
import { promptSeconds } from '../mfa/prompts/time-limit.ts'
import { cachedAnswer } from './cached-answer.ts'
import type { Env } from './indexed-answer.ts'
import type { Load } from './load.ts'
import { waitForHolder } from './wait-for-holder.ts'

/** The answer from the cache, maybe after a wait; undefined if the whole program must answer. */
export function answerMiss(words: readonly string[], env: Env, load: Load): string | undefined {
  const startedAt = Date.now()
  return cachedAnswer(words, env, startedAt, load, (lockPath) =>
    waitForHolder(lockPath, startedAt + promptSeconds(env) * 1000),
  )
}
