/** What can be told about a lock without taking it. Cached answers use it and do not load `lock.ts`. */
import { readdirSync, readlinkSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** How often the holder touches its file, in milliseconds. */
export const HEARTBEAT_MS = 2000

/** The path of the lock for the file `path`. */
export function lockOf(path: string): string {
  return `${path}.mfa-login-lock`
}

/** Whether a live process of this machine holds the lock; false in doubt. */
export function isHeld(lock: string): boolean {
  try {
    // The holder's process ID and a random part.
    const [name = ''] = readdirSync(lock)
    const { mtimeMs } = statSync(join(lock, name))
    const isSilent = Math.abs(Date.now() - mtimeMs) > 3 * HEARTBEAT_MS
    return /^\d+-/.test(name) && !isSilent && isRunning(Number.parseInt(name, 10))
  } catch {
    return false
  }
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

/** Tells machines that share a folder, and containers, which have process IDs of their own. */
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
