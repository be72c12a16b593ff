/** Programs whose output is read. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Conversation, ProcessResult } from '../../context.ts'
import { cancelled, Failure } from '../../failure.ts'
import { forwardTermination, KEYBOARD_SIGNALS, MAX_CHARACTERS, toStartFailure } from './child.ts'

/** After SIGTERM, before SIGKILL. */
const GRACE_MS = 1000

export async function converse(
  [program = '', ...args]: readonly string[],
  { env, onLine, onStderr, limit }: Conversation,
): Promise<ProcessResult> {
  let child: ChildProcess | undefined
  let failure: Failure | undefined
  const stop = (reason: Failure): void => {
    failure ??= reason
    child?.kill()
    setTimeout(() => child?.kill('SIGKILL'), GRACE_MS).unref()
    // Its own children may hold the pipes open.
    child?.stdout?.destroy()
    child?.stderr?.destroy()
  }
  const timer = setTimeout(stop, limit.milliseconds, limit.failure)
  const stopForwarding = forwardTermination(() => child)
  const cancel = (): void => stop(cancelled())
  for (const signal of KEYBOARD_SIGNALS) process.on(signal, cancel)
  try {
    child = spawn(program, args, {
      env: { ...env },
      stdio: [onLine === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    })
    const output = collectOutput(child, onLine, onStderr)
    const [code] = (await once(child, 'close')) as [number | null]
    if (failure !== undefined) throw failure
    return { code: code ?? undefined, ...output }
  } catch (error) {
    throw toStartFailure(program, error)
  } finally {
    clearTimeout(timer)
    stopForwarding()
    for (const signal of KEYBOARD_SIGNALS) process.off(signal, cancel)
  }
}

/** Replies to lines as they come; the result is complete once the child has closed its pipes. */
function collectOutput(
  { stdin, stdout, stderr }: ChildProcess,
  onLine: Conversation['onLine'],
  onStderr: Conversation['onStderr'],
): Readonly<Record<'stdout' | 'stderr', string>> {
  const output = { stdout: '', stderr: '' }
  let rest = ''
  // It may end without reading the last reply.
  stdin?.on('error', () => undefined)
  stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    output.stdout = (output.stdout + chunk).slice(0, MAX_CHARACTERS)
    if (onLine === undefined) return
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const reply = onLine(line)
      if (reply !== undefined) stdin?.write(`${reply}\n`)
    }
  })
  stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    output.stderr = (output.stderr + chunk).slice(0, MAX_CHARACTERS)
    onStderr?.(chunk)
  })
  return output
}

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
