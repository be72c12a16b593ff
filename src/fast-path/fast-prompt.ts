/** `prompt` without the whole program; see README.md. The build makes `dist/fast-prompt.cjs` of it. */
import { readableEnvironment } from '../non-empty.ts'
import { promptText } from './prompt-text.ts'
import { tryToPrint } from './try-to-print.ts'

/** Returns whether it has answered. */
export function tryFastPath([, ...words]: readonly string[]): boolean {
  const env = readableEnvironment(process.env)
  return tryToPrint(words.length === 0 ? promptText(env, Date.now()) : undefined)
}
