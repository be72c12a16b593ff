import { spawn, type ChildProcess } from 'node:child_process'
import type { BackgroundOptions } from '../../context.ts'
import { toStartFailure, waitForExit } from './child.ts'

/** Runs a program until it ends or `signal` aborts, and returns its exit code. Throws a Failure if it does not start. */
export async function runInBackground(
  [program = '', ...args]: readonly string[],
  { env, signal }: BackgroundOptions,
): Promise<number> {
  let child: ChildProcess | undefined
  const stop = (): void => {
    child?.kill()
    child?.stderr?.destroy()
  }
  signal.addEventListener('abort', stop)
  try {
    // A pipe for stderr: grandchildren that live on must not keep this process's own stderr open.
    child = spawn(program, args, { env: { ...env }, stdio: ['ignore', 'ignore', 'pipe'] })
    if (signal.aborted) stop()
    child.stderr?.on('data', (chunk: Buffer) => process.stderr.write(chunk))
    return await waitForExit(child)
  } catch (error) {
    throw toStartFailure(program, error)
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
