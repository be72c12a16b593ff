import { write } from '../platform/process/output.ts'

/** Returns whether there is an answer. */
export function tryToPrint(answer: string | undefined): boolean {
  if (answer !== undefined) write(1, answer)
  return answer !== undefined
}
