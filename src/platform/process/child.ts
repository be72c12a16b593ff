/** How a child process starts and ends, and what it gets of the signals that are sent to this process. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import { basename } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Failure } from '../../failure.ts'
import { isRunning } from '../files/lock-holder.ts'
import { findProgram, windowsProgram } from './find-program.ts'
import { isInThisGroup } from './process-state.ts'
import { startWitness } from './witness.ts'

/** Longer than any code or message; a program that prints without end must not fill the memory. */
export const MAX_CHARACTERS = 65_536

const isWindows = process.platform === 'win32'

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
  if (code === 'ENOENT' || code === 'ENOTDIR' || (code === 'EACCES' && isNowhere(program))) {
    const isHere = isWindows && findProgram(`.\\${program}`, process.env) !== undefined
    const inPath = isHere ? `check PATH; in this folder it is .\\${program}` : 'check PATH'
    const hint = code === 'ENOTDIR' ? 'check its path' : inPath
    return new Failure('notFound', `There is no command ${name}.`, hint, { cause: error })
  }
  const [reason, hint] =
    code === 'EACCES' && !isWindows
      ? ['it is not executable', `chmod +x ${name}, if it is a program`]
      : [message, 'run it by hand']
  const text = `The command ${name} cannot be started: ${reason}.`
  return new Failure('notExecutable', text, hint, { cause: error })
}

/** execvp(3) reports EACCES for a folder in PATH that this user may not search, even where the program is in none. */
function isNowhere(program: string): boolean {
  return basename(program) === program && findProgram(program, process.env) === undefined
}

/** The terminal sends these to its foreground process group. */
export const KEYBOARD_SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT']
const OTHER_SIGNALS: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2']

/**
 * Passes signals on to a child that decides itself what to do with them, except those that its whole process group
 * gets. Returns a function that ends this.
 */
export function forwardSignals(child: ChildProcess): () => void {
  // On Windows a console sends its events to all of its processes, and there are no other signals.
  const witness = isWindows ? undefined : startWitness()
  const forward = async (signal: NodeJS.Signals): Promise<void> => {
    if (witness === undefined || child.pid === undefined) return
    const isInGroup = isInThisGroup(child.pid)
    if (!((await witness.hasSeen(signal)) && isInGroup)) child.kill(signal)
  }
  const onSignal = (signal: NodeJS.Signals): void => void forward(signal)
  const signals = [...OTHER_SIGNALS, ...KEYBOARD_SIGNALS]
  for (const signal of signals) process.on(signal, onSignal)
  return () => {
    for (const signal of signals) process.off(signal, onSignal)
    witness?.stop()
  }
}

/** After SIGINT, before SIGTERM, before SIGKILL. */
const GRACE_MS = 300
const POLL_MS = 20

/** SIGINT first: after SIGTERM, pinentry-tty and getpass(3) leave the terminal without echo. */
const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGKILL'] as const

/**
 * Ends processes, and process groups by their negative ID, and waits until they have ended; on Windows also all that
 * they started.
 */
export async function endAll(pids: readonly number[]): Promise<void> {
  if (isWindows) await Promise.all(pids.map(endTree))
  for (const signal of ENDING_SIGNALS) {
    for (const pid of pids.filter(isRunning)) trySignal(pid, signal)
    const end = performance.now() + GRACE_MS
    while (performance.now() < end && pids.some(isRunning)) await delay(POLL_MS)
  }
}

/** Lets a child end by itself, with what it started. Windows has no signal for that: there they are ended. */
export function askToEnd(child: ChildProcess): void {
  if (!isWindows) child.kill()
  else if (child.pid !== undefined) void endAll([child.pid])
}

/** On Windows; a process that taskkill does not end is left to `endAll`. */
async function endTree(pid: number): Promise<void> {
  const program = windowsProgram('taskkill.exe', process.env)
  const options = { stdio: 'ignore', windowsHide: true } as const
  const child = spawn(program, ['/t', '/f', '/pid', String(pid)], options)
  await once(child, 'close').catch(() => undefined)
}

function trySignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It has ended meanwhile.
  }
}
