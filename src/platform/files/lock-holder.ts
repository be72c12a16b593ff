/** What is known about a lock without taking it. Cached answers use it and do not load `lock.ts`. */
import { readdirSync, readlinkSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isStopped } from '../process/process-state.ts'

/** How often the holder touches its file, in milliseconds. */
export const HEARTBEAT_MS = 2000
/** No wait is silent for longer, in milliseconds. */
export const REPORT_MS = 2000

/** The path of the lock for the file `path`. */
export function lockOf(path: string): string {
  return `${path}.mfa-login-lock`
}

export interface Holder {
  readonly pid: number
  /** Where the process asks a person, such as `on pts/3`; undefined if it does not. */
  readonly asks: string | undefined
}

/** From the name of the owner's file: the process ID, what makes the name unique, and where it asks. */
export function parseOwnerName(name: string): Holder | undefined {
  const [, pid, place] = /^(\d+)-[\da-f]{12}(?:\.(.+))?$/.exec(name) ?? []
  return pid === undefined ? undefined : { pid: Number(pid), asks: place && decodePlace(place) }
}

export function encodePlace(place: string): string {
  return encodeURIComponent(place)
}

function decodePlace(place: string): string {
  try {
    return decodeURIComponent(place)
  } catch {
    return 'somewhere'
  }
}

/** The live process of this machine that holds the lock; undefined in doubt. */
export function holderOf(lock: string): Holder | undefined {
  try {
    const [name = ''] = readdirSync(lock)
    const holder = parseOwnerName(name)
    const silence = Math.abs(Date.now() - statSync(join(lock, name)).mtimeMs)
    if (holder === undefined || silence > 3 * HEARTBEAT_MS || !isRunning(holder.pid))
      return undefined
    return isStoppedAtQuestion(holder, silence) ? undefined : holder
  } catch {
    return undefined
  }
}

/** Whether a holder cannot ask before it is continued: another process may take the lock and ask. */
export function isStoppedAtQuestion({ pid, asks }: Holder, silenceMs: number): boolean {
  return asks !== undefined && isSilentlyStopped(pid, silenceMs)
}

/** Whether a process of this machine is stopped, and has been since its last heartbeat. */
export function isSilentlyStopped(pid: number, silenceMs: number): boolean {
  // Only a stopped process misses a heartbeat, and ps is a process more.
  return silenceMs > 1.5 * HEARTBEAT_MS && isStopped(pid)
}

/** Whether this machine runs a process with this ID. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

let machine: string | undefined

/** Distinguishes machines, and containers with their own process IDs, that share a folder. */
export function machineName(): string {
  return (machine ??= process.getBuiltinModule('node:os').hostname() + pidNamespace())
}

/** Empty where there is no /proc. */
function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return ''
  }
}
