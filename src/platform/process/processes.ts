import type { Context, Debug } from '../../context.ts'
import { runInBackground } from './background.ts'
import { converse } from './converse.ts'
import { run } from './run.ts'
import { outputOf } from './shell-output.ts'

type Processes = Pick<Context, 'outputOf' | 'run' | 'runInBackground' | 'converse'>

/** Child processes. `--debug` reports their names and exit codes; arguments and output may hold secrets. */
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
    outputOf: async (commandLine) => report(['mfa_process'], outputOf(commandLine), () => 0),
    run: async (command, options) => report(command, run(command, options), (code) => code),
    runInBackground: async (command, options) =>
      report(command, runInBackground(command, options), (code) => code),
    converse: async (command, conversation) =>
      report(command, converse(command, conversation), ({ code }) => code),
  }
}
