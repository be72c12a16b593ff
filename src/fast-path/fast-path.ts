/** Answers that do not need the whole program; see README.md. The build makes `dist/fast-path.cjs` of it. */
import { promptSeconds } from '../mfa/prompts/time-limit.ts'
import { readableEnvironment } from '../non-empty.ts'
import { write } from '../platform/process/output.ts'
import { cachedAnswer } from './cached-answer.ts'
import { promptText } from './prompt-text.ts'
import { waitForHolder } from './wait-for-holder.ts'

/** Answers a command line by the rules of README.md; returns whether it did. */
export function tryFastPath(argv: readonly string[]): boolean {
  const answer = answerFor(argv)
  if (answer !== undefined) write(1, answer)
  return answer !== undefined
}

function answerFor([command, ...words]: readonly string[]): string | undefined {
  const env = readableEnvironment(process.env)
  if (command === 'credential-process') {
    const startedAt = Date.now()
    const wait = (lockPath: string): boolean =>
      waitForHolder(lockPath, startedAt + promptSeconds(env) * 1000)
    return cachedAnswer(words, env, startedAt, wait)
  }
  if (command === 'prompt' && words.length === 0) return promptText(env, Date.now())
  return undefined
}
