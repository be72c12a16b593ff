import { spawn, type ChildProcess } from 'node:child_process'
import type { RunOptions } from '../../context.ts'
import { toStartFailure, waitForExit } from './child.ts'
import { forwardSignals } from './signals.ts'

/** Runs a program on the terminal of this process and returns its exit code. Throws a Failure if it does not start. */
export async function run(
  [program = '', ...args]: readonly string[],
  { env, input }: RunOptions,
): Promise<number> {
  let child: ChildProcess | undefined
  const stopForwarding = forwardSignals(() => child)
  try {
    child = spawn(program, args, {
      env: { ...env },
      stdio: [input === undefined ? 'inherit' : 'pipe', 'inherit', 'inherit'],
    })
    child.stdin?.end(input)
    return await waitForExit(child)
  } catch (error) {
    throw toStartFailure(program, error)
  } finally {
    stopForwarding()
  }
}
