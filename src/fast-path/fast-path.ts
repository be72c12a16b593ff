/**
 * What every AWS command and every prompt of a shell waits for, before the whole program. The build
 * makes one CommonJS file of it, `dist/quick.cjs`, as Node takes longer for modules than for all of this.
 */
import { write } from '../platform/process/output.ts'
import { cachedAnswer } from './cached-answer.ts'
import { promptText } from './prompt-text.ts'
import { waitForHolder } from './wait-for-holder.ts'

/** Answers a command line, if it can be done quickly; returns whether it did. */
export function tryFastPath(argv: readonly string[]): boolean {
  const answer = outputFor(argv)
  if (answer !== undefined) write(1, answer)
  return answer !== undefined
}

function outputFor([command, ...words]: readonly string[]): string | undefined {
  if (command === 'credential-process')
    return cachedAnswer(words, process.env, Date.now(), waitForHolder)
  if (command === 'prompt' && words.length === 0) return promptText(process.env, Date.now())
  return undefined
}
