import type { Failure } from '../failure.ts'

/** A problem as the code that met it describes it. */
export interface Problem {
  readonly message: string
  readonly remedy: string
}

/** Takes message and hint of a failure; `fallback` is the remedy for one without a hint. */
export function toProblem({ message, hint }: Failure, fallback: string): Problem {
  return { message, remedy: hint ?? fallback }
}
