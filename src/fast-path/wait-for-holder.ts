/**
 * On a miss, waits for another process that is creating the session, before the whole program is loaded.
 * Without this, 64 misses at once take 4.5 s instead of 2.0 s (2 cores, Node 20).
 *
 * The lock of `session/acquire/once-across-processes.ts` alone decides who creates the session. Until a
 * process has the lock, a note says which one is about to take it. Where the note is wrong, others wait for
 * a moment or load the program in vain.
 */
import { rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { holderOf, isRunning, lockOf, REPORT_MS } from '../platform/files/lock-holder.ts'
import { createFile, makeFolder } from '../platform/files/ownership.ts'
import { readRegularText } from '../platform/files/read-file.ts'
import { write } from '../platform/process/output.ts'
import { sanitize } from '../sanitize.ts'
import { describeWait } from '../session/model/waiting.ts'

/** Milliseconds between looks, growing: a person may have to type first, and the looks of many take the CPU. */
const POLL_MS = { first: 15, growth: 1.5, most: 80 }
/** Milliseconds from the note to the lock, on a busy machine. */
const NOTE_HOLDS_MS = 3000

/**
 * Waits while another process creates the session with this lock path, until `deadline` (ms since the epoch) at
 * most; returns whether it waited.
 */
export function waitForHolder(lockPath: string, deadline: number): boolean {
  const [lock, note] = [lockOf(lockPath), `${lockPath}.next`]
  if (holderOf(lock) === undefined) {
    if (claimTurn(note)) return false
    sleepWhile(() => holderOf(lock) === undefined && isClaimed(note))
  }
  const reportAt = Date.now() + REPORT_MS
  let isReported = false
  sleepWhile(() => {
    const holder = Date.now() < deadline ? holderOf(lock) : undefined
    if (holder !== undefined && !isReported && Date.now() > reportAt) {
      isReported = true
      write(2, `${sanitize(describeWait(holder))}\n`)
    }
    return holder !== undefined
  })
  return true
}

/** Leaves a note where no other process has one, as far as it can; returns whether it is this one's turn. */
function claimTurn(note: string): boolean {
  if (isClaimed(note)) return false
  try {
    makeFolder(dirname(note))
    rmSync(note, { force: true })
  } catch {
    return true
  }
  return writeNote(note)
}

/** Returns false only where another process was first. */
function writeNote(note: string): boolean {
  try {
    createFile(note, String(process.pid))
    process.on('exit', () => removeNote(note))
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'EEXIST'
  }
}

/** Not where the note was too old and another process has replaced it. */
function removeNote(note: string): void {
  try {
    if (readRegularText(note) === String(process.pid)) rmSync(note, { force: true })
  } catch {
    // It is gone already.
  }
}

function isClaimed(note: string): boolean {
  try {
    // One from the future does not count: the clock was set.
    const isNew = Math.abs(Date.now() - statSync(note).mtimeMs) < NOTE_HOLDS_MS
    return isNew && isRunning(Number(readRegularText(note)))
  } catch {
    return false
  }
}

function sleepWhile(isTrue: () => boolean): void {
  const never = new Int32Array(new SharedArrayBuffer(4))
  for (let pause = POLL_MS.first; isTrue(); pause = Math.min(pause * POLL_MS.growth, POLL_MS.most))
    Atomics.wait(never, 0, 0, pause)
}
