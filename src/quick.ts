/**
 * What every AWS command and every prompt of a shell waits for, before the whole program. The build
 * makes one CommonJS file of it, `dist/quick.cjs`, as Node takes longer for modules than for all of this.
 */
import { writeSync } from 'node:fs'
import { cachedAnswer } from './session/hit.ts'
import { promptText } from './session/prompt.ts'

/** Answers a command line, if it can be done quickly; returns whether it did. */
export function answered(argv: readonly string[]): boolean {
  const answer = answerTo(argv)
  if (answer !== undefined) print(answer)
  return answer !== undefined
}

function answerTo([command, ...words]: readonly string[]): string | undefined {
  if (command === 'credential-process') return cachedAnswer(words, process.env, Date.now())
  if (command === 'prompt' && words.length === 0) return promptText(process.env, Date.now())
  return undefined
}

/** To the descriptor itself: `process.stdout` loads as much again as everything here. */
function print(text: string): void {
  let left = Buffer.from(text)
  try {
    while (left.length > 0) left = left.subarray(writeSync(1, left))
  } catch {
    // A pipe that is full, or whose reader has gone: the streams know what to do.
    process.stdout.on('error', () => process.exit(0)).write(left)
  }
}
