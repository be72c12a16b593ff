import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { Failure } from '../../failure.ts'
import { MAX_CHARACTERS } from './child.ts'
import { forwardTermination } from './signals.ts'

const TIME_LIMIT_MS = 120_000

/**
 * Runs a command line through the shell and returns its first line of output. Its stderr is this process's, so
 * that it can talk to the person. Throws a Failure if it fails, prints too much or takes too long.
 */
export async function outputOf(commandLine: string, timeLimitMs = TIME_LIMIT_MS): Promise<string> {
  let child: ChildProcess | undefined
  const stopForwarding = forwardTermination(() => child)
  let [output, problem] = ['', '']
  const stop = (why: string): void => {
    problem = why
    child?.kill()
    // Programs that the shell started may hold the pipe open after the shell has ended.
    child?.stdout?.destroy()
  }
  const timer = setTimeout(() => stop(`did not end within ${timeLimitMs / 1000} s`), timeLimitMs)
  try {
    child = spawn(commandLine, { shell: true, stdio: ['ignore', 'pipe', 'inherit'] })
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
      if (output.length > MAX_CHARACTERS) stop('prints no end of text')
    })
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
    if (problem === '' && code === 0) return output.split('\n')[0] ?? ''
    problem ||= `failed (${signal ?? `exit code ${code ?? '?'}`})`
    throw new Failure('noCodeSource', `The command in mfa_process ${problem}.`, 'run it by hand')
  } finally {
    clearTimeout(timer)
    stopForwarding()
  }
}
