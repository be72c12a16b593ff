/**
 * What a miss does before the whole program is loaded: where another process is at it already, wait. Dozens
 * may miss at once, and to load the program takes each of them longer than all the rest.
 *
 * The lock of `single-flight.ts` alone decides who makes the session. Until somebody has it, a small file
 * says who is on the way to it; who believes a file that is wrong only waits a little or loads for nothing.
 */
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { isHeld, isRunning, lockOf } from '../platform/files/lock-holder.ts'

/** From the first to all later ones: a person may have to type first. */
const POLL_MS = { first: 15, most: 80 }
/** From the file to the lock; on a machine with much to do it may take this long. */
const ON_THE_WAY_MS = 3000

/** Waits while another process makes what this one lacks; returns whether it did. */
export function waitForHolder(flight: string): boolean {
  const [lock, note] = [lockOf(flight), `${flight}.next`]
  if (!isHeld(lock)) {
    if (claimTurn(note)) return false
    sleepWhile(() => !isHeld(lock) && isClaimed(note))
  }
  sleepWhile(() => isHeld(lock))
  return true
}

/** Whether nobody else is on the way; this process then is, and says so if it can. */
function claimTurn(note: string): boolean {
  if (isClaimed(note)) return false
  try {
    mkdirSync(dirname(note), { recursive: true, mode: 0o700 })
    rmSync(note, { force: true })
  } catch {
    return true
  }
  return writeNote(note)
}

/** Whether the note could be left, or could not for another reason than that there is one. */
function writeNote(note: string): boolean {
  try {
    writeFileSync(note, String(process.pid), { flag: 'wx', mode: 0o600 })
    process.on('exit', () => removeNote(note))
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'EEXIST'
  }
}

/** Unless it was too old, and another has put its own there. */
function removeNote(note: string): void {
  try {
    if (readFileSync(note, 'utf8') === String(process.pid)) rmSync(note, { force: true })
  } catch {
    // It is gone.
  }
}

function isClaimed(note: string): boolean {
  try {
    // Nor is it one of the future, if somebody has set the clock.
    const isNew = Math.abs(Date.now() - statSync(note).mtimeMs) < ON_THE_WAY_MS
    return isNew && isRunning(Number(readFileSync(note, 'utf8')))
  } catch {
    return false
  }
}

function sleepWhile(isSo: () => boolean): void {
  const never = new Int32Array(new SharedArrayBuffer(4))
  for (let polls = 0; isSo(); polls += 1) {
    Atomics.wait(never, 0, 0, Math.min(POLL_MS.first + polls, POLL_MS.most))
  }
}
