/** Helpers: programs whose output is read. They ask a person for a code, or print one. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { basename } from 'node:path'
import type { Conversation, ProcessResult } from '../../context.ts'
import { cancelled, Failure } from '../../failure.ts'
import { whileAsking } from '../files/held-locks.ts'
import { endAll, KEYBOARD_SIGNALS, MAX_CHARACTERS, toStartFailure } from './child.ts'
import { terminalOwner, withDescendants } from './process-state.ts'
import { start } from './start.ts'

/** Programs of Windows write the second form. */
const LINE_END = /\r?\n/

interface Helper extends Conversation {
  /** Its stderr is this process's. */
  readonly sharesStderr?: boolean
  readonly shell?: boolean
  /** Whether its first line of output is all that is wanted: it, or what it started, may go on without end. */
  readonly isOneLine?: boolean
  /** Thrown where it prints more than MAX_CHARACTERS, of which the first are kept otherwise. */
  readonly overflow?: Failure
}

export async function converse(
  [program = '', ...args]: readonly string[],
  conversation: Conversation,
): Promise<ProcessResult> {
  return whileAsking(`with ${basename(program)}`, async () =>
    runHelper(program, args, conversation),
  )
}

/**
 * Runs a command line through the shell and returns its first line of output. Its stderr is this process's, so
 * that it can talk to the person. Throws a Failure if it fails, prints too much or takes too long.
 */
export async function outputOf(commandLine: string, timeLimitMs: number): Promise<string> {
  const fail = (problem: string): Failure =>
    new Failure('noCodeSource', `The command in mfa_process ${problem}.`, 'run it by hand')
  const late = fail(`did not end within ${Math.ceil(timeLimitMs / 100) / 10} s`)
  const helper: Helper = {
    env: process.env,
    shell: true,
    usesTerminal: true,
    sharesStderr: true,
    isOneLine: true,
    limit: { milliseconds: timeLimitMs, failure: late },
    overflow: fail('never stops printing'),
  }
  const { code, signal, stdout } = await whileAsking('with mfa_process', async () =>
    runHelper(commandLine, [], helper),
  )
  const [line = '', ...more] = stdout.split(LINE_END)
  // Without an exit code it had to be ended once the line was there.
  if (code === 0 || (code === undefined && signal === undefined && more.length > 0)) return line
  throw fail(`failed (${signal ?? `exit code ${code ?? '?'}`})`)
}

async function runHelper(
  program: string,
  args: readonly string[],
  helper: Helper,
): Promise<ProcessResult> {
  const hasOwnGroup = needsOwnGroup(helper)
  let child: ChildProcess | undefined
  let failure: Failure | undefined
  let ended: Promise<void> | undefined
  const stop = (reason: Failure): void => {
    failure ??= reason
    if (child?.pid === undefined) return
    ended ??= endAll(hasOwnGroup ? [-child.pid] : withDescendants(child.pid))
    // Those that live on in spite of it must not hold the pipes open.
    child.stdout?.destroy()
    child.stderr?.destroy()
  }
  const timer = setTimeout(stop, helper.limit.milliseconds, helper.limit.failure)
  const finishSignals = stopAtSignals(() => stop(cancelled()))
  try {
    child = start(program, args, {
      env: { ...helper.env },
      shell: helper.shell ?? false,
      detached: hasOwnGroup,
      stdio: [
        helper.onLine === undefined ? 'ignore' : 'pipe',
        'pipe',
        helper.sharesStderr ? 'inherit' : 'pipe',
      ],
    })
    const output = collectOutput(child, helper, stop)
    const goesOn = helper.isOneLine === true ? endAfterLine(child, output, stop) : () => false
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
    await ended
    if (goesOn()) return { code: undefined, ...output }
    if (failure !== undefined) throw failure
    return { code: code ?? undefined, signal: signal ?? undefined, ...output }
  } catch (error) {
    throw toStartFailure(program, error)
  } finally {
    clearTimeout(timer)
    finishSignals()
  }
}

/** How long a helper may run after it printed its line, in milliseconds: it may still end with an error. */
const AFTER_LINE_MS = 1000

/** Ends a helper that keeps running after its first line. Returns a function that says whether that was needed. */
function endAfterLine(
  child: ChildProcess,
  output: Readonly<Record<'stdout', string>>,
  stop: (reason: Failure) => void,
): () => boolean {
  const hasLine = (): boolean => output.stdout.includes('\n')
  const hasExited = (): boolean => child.exitCode !== null || child.signalCode !== null
  let isEnded = false
  let timer: NodeJS.Timeout | undefined
  // What it started may keep its output open, and may be what prints the line.
  const stopReading = (): void => {
    clearTimeout(timer)
    if (hasLine()) child.stdout?.destroy()
  }
  child.on('exit', stopReading)
  child.stdout?.on('data', () => {
    if (hasExited()) stopReading()
    else if (hasLine()) {
      timer ??= setTimeout(() => {
        isEnded = !hasExited()
        if (isEnded) stop(cancelled())
      }, AFTER_LINE_MS)
    }
  })
  return () => isEnded
}

/**
 * A helper and all that it starts is ended as one group. That is a session of its own, in which it has no
 * terminal: one that may ask there stays in the group that uses the terminal.
 */
function needsOwnGroup({ usesTerminal = false }: Helper): boolean {
  if (process.platform === 'win32') return false
  return !(usesTerminal && terminalOwner() === 'this-group')
}

/** SIGTERM and SIGHUP end this process too, once the helper has ended. */
function stopAtSignals(stop: () => void): () => void {
  const ending: NodeJS.Signals[] = ['SIGTERM', 'SIGHUP']
  let received: NodeJS.Signals | undefined
  const onSignal = (signal: NodeJS.Signals): void => {
    if (ending.includes(signal)) received ??= signal
    stop()
  }
  const signals = [...KEYBOARD_SIGNALS, ...ending]
  for (const signal of signals) process.on(signal, onSignal)
  return () => {
    for (const signal of signals) process.off(signal, onSignal)
    if (received !== undefined) process.kill(process.pid, received)
  }
}

/** Replies to lines as they come; the result is complete once the child has closed its pipes. */
function collectOutput(
  { stdin, stdout, stderr }: ChildProcess,
  { onLine, onStderr, overflow }: Helper,
  stop: (reason: Failure) => void,
): Readonly<Record<'stdout' | 'stderr', string>> {
  const output = { stdout: '', stderr: '' }
  let rest = ''
  // It may end without reading the last reply.
  stdin?.on('error', () => undefined)
  stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    output.stdout += chunk
    if (output.stdout.length > MAX_CHARACTERS && overflow !== undefined) stop(overflow)
    output.stdout = output.stdout.slice(0, MAX_CHARACTERS)
    if (onLine === undefined) return
    const lines = (rest + chunk).split(LINE_END)
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
