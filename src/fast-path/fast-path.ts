/** `credential-process` where an index is valid; see README.md. The build makes `dist/fast-path.cjs` of it. */
import { readableEnvironment } from '../non-empty.ts'
import { indexedAnswer } from './indexed-answer.ts'
import { tryToPrint } from './try-to-print.ts'

/** Returns whether it has answered. */
export function tryFastPath([, ...words]: readonly string[]): boolean {
  return tryToPrint(indexedAnswer(words, readableEnvironment(process.env)))
}
