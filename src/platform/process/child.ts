import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import type { BackgroundOptions, ProcessResult, RunOptions, Conversation } from '../../context.ts'
import { cancelled, Failure } from '../../failure.ts'

const PATIENCE_MS = 120_000
/** More characters than any answer has; a program gone wild must not fill the memory. */
const MOST_CHARACTERS = 65_536

/** What a shell command prints; its stderr, where it may talk to the person, stays the terminal. */
export async function outputOf(commandLine: string, patience = PATIENCE_MS): Promise<string> {
  let child: ChildProcess | undefined
  const stop = forwardTermination(() => child)
  let [output, excess] = ['', '']
  const give = (why: string): void => {
    excess = why
    child?.kill()
    // What the shell has started may hold the pipe when the shell is gone.
    child?.stdout?.destroy()
  }
  const late = setTimeout(() => give(`did not end within ${patience / 1000} s`), patience)
  try {
    child = spawn(commandLine, { shell: true, stdio: ['ignore', 'pipe', 'inherit'] })
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
      if (output.length > MOST_CHARACTERS) give('prints no end of text')
    })
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
    if (excess === '' && code === 0) return output.split('\n')[0] ?? ''
    const why = excess === '' ? `failed (${signal ?? `exit code ${code ?? '?'}`})` : excess
    throw new Failure('noCodeSource', `The command in mfa_process ${why}.`, 'run it by hand')
  } finally {
    clearTimeout(late)
    stop()
  }
}

/**
 * Where a signal ends us, it ends the child too, which would be left alone. To be called before
 * the child is started, so that no moment is between the two.
 */
function forwardTermination(child: () => ChildProcess | undefined): () => void {
  const end = (signal: NodeJS.Signals): void => {
    child()?.kill(signal)
    // Without a listener, which has gone by now, it does what it does by default.
    process.kill(process.pid, signal)
  }
  process.once('SIGTERM', end).once('SIGHUP', end)
  return () => void process.off('SIGTERM', end).off('SIGHUP', end)
}

/** Signals that reach us alone; those of the keyboard go to the child by itself. */
const PASSED = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const
const KEYBOARD = ['SIGINT', 'SIGQUIT'] as const

export async function run(
  [program = '', ...args]: readonly string[],
  { env, input }: RunOptions,
): Promise<number> {
  let child: ChildProcess | undefined
  const stop = forwardSignals(() => child)
  try {
    child = spawn(program, args, {
      env: { ...env },
      stdio: [input === undefined ? 'inherit' : 'pipe', 'inherit', 'inherit'],
    })
    child.stdin?.end(input)
    return await waitForExit(child)
  } catch (error) {
    throw startFailure(program, error as NodeJS.ErrnoException)
  } finally {
    stop()
  }
}

/** As shells say it (POSIX, Shell Command Language, 2.8.2). */
async function waitForExit(child: ChildProcess): Promise<number> {
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal])
}

/** Its stderr comes through a pipe: what the program has started may live on, and must hold nothing of ours. */
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
    child = spawn(program, args, { env: { ...env }, stdio: ['ignore', 'ignore', 'pipe'] })
    if (signal.aborted) stop()
    child.stderr?.on('data', (chunk: Buffer) => process.stderr.write(chunk))
    return await waitForExit(child)
  } catch (error) {
    throw startFailure(program, error as NodeJS.ErrnoException)
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

function forwardSignals(child: () => ChildProcess | undefined): () => void {
  const pass = (signal: NodeJS.Signals): void => void child()?.kill(signal)
  const fromKeyboard = (signal: NodeJS.Signals): void => {
    // A terminal has sent it to the child as well.
    if (!process.stdin.isTTY) pass(signal)
  }
  for (const signal of PASSED) process.on(signal, pass)
  for (const signal of KEYBOARD) process.on(signal, fromKeyboard)
  return () => {
    for (const signal of PASSED) process.off(signal, pass)
    for (const signal of KEYBOARD) process.off(signal, fromKeyboard)
  }
}

export async function converse(
  [program = '', ...args]: readonly string[],
  { env, onLine, onStderr, limit }: Conversation,
): Promise<ProcessResult> {
  let child: ChildProcess | undefined
  let broken: Failure | undefined
  const breakOff = (failure: Failure): void => {
    broken ??= failure
    child?.kill()
    setTimeout(() => child?.kill('SIGKILL'), GRACE_MS).unref()
    // What it started may keep the pipes open.
    child?.stdout?.destroy()
    child?.stderr?.destroy()
  }
  const timer = setTimeout(breakOff, limit.milliseconds, limit.failure)
  const stop = forwardTermination(() => child)
  // Of the keyboard, so by the person.
  const cancel = (): void => breakOff(cancelled())
  for (const signal of KEYBOARD) process.on(signal, cancel)
  try {
    child = spawn(program, args, {
      env: { ...env },
      stdio: [onLine === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    })
    const said = collectOutput(child, onLine, onStderr)
    const [code] = (await once(child, 'close')) as [number | null]
    if (broken !== undefined) throw broken
    return { code: code ?? undefined, ...said() }
  } catch (error) {
    throw error instanceof Failure ? error : startFailure(program, error as NodeJS.ErrnoException)
  } finally {
    clearTimeout(timer)
    stop()
    for (const signal of KEYBOARD) process.off(signal, cancel)
  }
}

const GRACE_MS = 1000

function collectOutput(
  { stdin, stdout, stderr }: ChildProcess,
  onLine: Conversation['onLine'],
  onStderr: Conversation['onStderr'],
): () => { stdout: string; stderr: string } {
  const said = { stdout: '', stderr: '' }
  let rest = ''
  // It may leave without reading the last word.
  stdin?.on('error', () => undefined)
  stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    said.stdout = (said.stdout + chunk).slice(0, MOST_CHARACTERS)
    if (onLine === undefined) return
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const words = onLine(line)
      if (words !== undefined) stdin?.write(`${words}\n`)
    }
  })
  stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    said.stderr = (said.stderr + chunk).slice(0, MOST_CHARACTERS)
    onStderr?.(chunk)
  })
  return () => said
}

function startFailure(program: string, { code, message }: NodeJS.ErrnoException): Failure {
  const name = JSON.stringify(program)
  if (code === 'ENOENT')
    return new Failure('notFound', `There is no command ${name}.`, 'look at PATH')
  if (code === 'ENOTDIR')
    return new Failure('notFound', `There is no command ${name}.`, 'look at its path')
  const reason = code === 'EACCES' ? 'it is not executable' : message
  const hint = code === 'EACCES' ? `chmod +x ${name}, if it is a program` : 'run it by hand'
  return new Failure('notExecutable', `The command ${name} cannot be started: ${reason}.`, hint)
}
