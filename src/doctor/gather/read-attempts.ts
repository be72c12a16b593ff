import { Failure } from '../../failure.ts'
import { toProblem, type Problem } from '../problem.ts'

/** Runs a read; undefined if it fails. */
export type ReadAttempt = <T>(work: Promise<T>) => Promise<T | undefined>

/** Collects why files cannot be read, each reason once, so that the rest can still be checked. */
export function collectProblems(): { readonly problems: Problem[]; readonly attempt: ReadAttempt } {
  const problems: Problem[] = []
  const attempt: ReadAttempt = async (work) => {
    try {
      return await work
    } catch (error) {
      const problem = problemOf(error)
      if (!problems.some(({ message }) => message === problem.message)) problems.push(problem)
      return undefined
    }
  }
  return { problems, attempt }
}

/** Throws what is neither a Failure nor an error of the operating system. */
function problemOf(error: unknown): Problem {
  if (error instanceof Failure) return toProblem(error, 'look at that file')
  const { message, syscall } = error as NodeJS.ErrnoException
  if (typeof syscall !== 'string') throw error
  return { message, remedy: 'look at that file' }
}
