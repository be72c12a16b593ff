/** `credential-process` without the whole program; see README.md. The build makes `dist/fast-path.cjs` of it. */
import { readableEnvironment } from '../non-empty.ts'
import { indexedAnswer } from './indexed-answer.ts'
import type { Load } from './load.ts'
import { tryToPrint } from './try-to-print.ts'

/** Returns whether it has answered. */
export function tryFastPath([, ...words]: readonly string[], load: Load): boolean {
  const env = readableEnvironment(process.env)
  return tryToPrint(indexedAnswer(words, env) ?? load('miss').answerMiss(words, env, load))
}
