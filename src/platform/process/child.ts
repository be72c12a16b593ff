/** How a child process starts and ends. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import { Failure } from '../../failure.ts'

/** Longer than any code or message; a program that prints without end must not fill the memory. */
export const MAX_CHARACTERS = 65_536

/** The exit code as shells count it: 128 plus the number of a signal (POSIX, Shell Command Language, 2.8.2). */
export async function waitForExit(child: ChildProcess): Promise<number> {
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal])
}

/** Why a program did not start; a Failure passes unchanged. */
export function toStartFailure(program: string, error: unknown): Failure {
  if (error instanceof Failure) return error
  const { code, message } = error as NodeJS.ErrnoException
  const name = JSON.stringify(program)
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    const hint = code === 'ENOENT' ? 'look at PATH' : 'look at its path'
    return new Failure('notFound', `There is no command ${name}.`, hint, { cause: error })
  }
  const [reason, hint] =
    code === 'EACCES'
      ? ['it is not executable', `chmod +x ${name}, if it is a program`]
      : [message, 'run it by hand']
  const text = `The command ${name} cannot be started: ${reason}.`
  return new Failure('notExecutable', text, hint, { cause: error })
}
