/**
 * What every AWS command and every prompt of a shell waits for, before the whole program. The build
 * makes one CommonJS file of it, `dist/quick.cjs`, as Node takes longer for modules than for all of this.
 */
import { write } from '../platform/process/output.ts'
import { cachedAnswer } from './cached-answer.ts'
import { promptText } from './prompt-text.ts'
import { waitedForAnother } from './wait-for-holder.ts'

/** Answers a command line, if it can be done quickly; returns whether it did. */
export function answered(argv: readonly string[]): boolean {
  const answer = answerTo(argv)
  if (answer !== undefined) write(1, answer)
  return answer !== undefined
}

function answerTo([command, ...words]: readonly string[]): string | undefined {
  if (command === 'credential-process')
    return cachedAnswer(words, process.env, Date.now(), waitedForAnother)
  if (command === 'prompt' && words.length === 0) return promptText(process.env, Date.now())
  return undefined
}
