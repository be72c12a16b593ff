/** Child processes. `--debug` reports their names and exit codes; arguments and output may hold secrets. */
import type { ChildProcess } from 'node:child_process'
import type { BackgroundOptions, Context, Debug, RunOptions } from '../../context.ts'
import { isTerminal } from '../terminal/is-terminal.ts'
import { askToEnd, forwardSignals, toStartFailure, waitForExit } from './child.ts'
import { converse, outputOf } from './converse.ts'
import { RENEWAL, terminalOwner } from './process-state.ts'
import { start } from './start.ts'

type Processes = Pick<Context, 'outputOf' | 'run' | 'runInBackground' | 'converse'>

export function createProcesses(debug: Debug): Processes {
  const report = async <T>(
    [name = '']: readonly string[],
    running: Promise<T>,
    exitCode: (result: T) => number | undefined,
  ): Promise<T> => {
    debug.log(`started ${name}`)
    const result = await running
    const code = exitCode(result)
    debug.log(`${name} ended ${code === undefined ? 'by a signal' : `with exit code ${code}`}`)
    return result
  }
  return {
    outputOf: async (...args) => report(['mfa_process'], outputOf(...args), () => 0),
    run: async (command, options) => report(command, run(command, options), (code) => code),
    runInBackground: async (command, options) =>
      report(command, runInBackground(command, options), (code) => code),
    converse: async (command, conversation) =>
      report(command, converse(command, conversation), ({ code }) => code),
  }
}

export async function run(
  [program = '', ...args]: readonly string[],
  { env, input }: RunOptions,
): Promise<number> {
  let stopForwarding: (() => void) | undefined
  try {
    const child = start(program, args, {
      env: { ...env },
      stdio: [input === undefined ? 'inherit' : 'pipe', 'inherit', 'inherit'],
    })
    const exit = waitForExit(child)
    if (child.pid !== undefined) stopForwarding = forwardSignals(child)
    child.stdin?.end(input)
    return await exit
  } catch (error) {
    throw toStartFailure(program, error)
  } finally {
    stopForwarding?.()
  }
}

async function runInBackground(
  [program = '', ...args]: readonly string[],
  { env, signal }: BackgroundOptions,
): Promise<number> {
  let child: ChildProcess | undefined
  const stop = (): void => {
    if (child === undefined) return
    askToEnd(child)
    child.stderr?.destroy()
  }
  signal.addEventListener('abort', stop)
  const isWindows = process.platform === 'win32'
  // The command shares stdin: where that is the terminal, it may be reading it at any time. Windows has no job control.
  const mayAsk = !isTerminal(0) && (isWindows || terminalOwner() === 'this-group')
  try {
    child = start(program, args, {
      env: { ...env, ...(mayAsk ? {} : { [RENEWAL]: '1' }) },
      // In its own session it has no terminal.
      detached: !mayAsk && !isWindows,
      // A pipe for stderr: grandchildren that live on must not keep this process's own stderr open.
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    if (signal.aborted) stop()
    child.stderr?.on('data', (chunk: Buffer) => process.stderr.write(chunk))
    return await waitForExit(child)
  } catch (error) {
    throw toStartFailure(program, error)
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
