/** What those see of a lock's holder who take no lock: hits, which do not load `lock.ts`. */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Milliseconds; the holder gives a sign of life this often. */
export const HEARTBEAT_MS = 2000

/** The lock for what `path` names. */
export function lockOf(path: string): string {
  return `${path}.mfa-login-lock`
}

/** Whether a process that seems to be alive and of this machine holds the lock; in doubt not. */
export function isHeld(lock: string): boolean {
  try {
    // Its holder's process ID, and a random part.
    const [name = ''] = readdirSync(lock)
    const { mtimeMs } = statSync(join(lock, name))
    const isSilent = Math.abs(Date.now() - mtimeMs) > 3 * HEARTBEAT_MS
    return /^\d+-/.test(name) && !isSilent && isRunning(Number.parseInt(name, 10))
  } catch {
    return false
  }
}

/** Whether a process of this machine has the pid. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
