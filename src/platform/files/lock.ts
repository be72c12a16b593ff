/**
 * A lock between processes that a killed process does not block.
 *
 * The lock is a directory with one file, whose name identifies the owner. To take the lock, a process
 * renames a directory of its own, owner file inside, to the lock's path: the system allows that only if
 * there is nothing or an empty directory. The lock of a dead owner is freed by deleting *its* file; if two
 * processes do so at once, neither can delete the file of a new owner, because that has another name.
 */
import { basename, dirname, join } from 'node:path'
import type { LockHolder, WaitOptions } from '../../context.ts'
import { crypto } from '../../crypto.ts'
import { Failure, LockLost } from '../../failure.ts'
import * as fs from './direct-fs.ts'
import { currentFile, heldLocks, type HeldLock } from './held-locks.ts'
import {
  HEARTBEAT_MS,
  isRunning,
  isStoppedAtQuestion,
  isSilentlyStopped,
  machineName,
  parseOwnerName,
  REPORT_MS,
} from './lock-holder.ts'
import { onceClosed } from './open-files.ts'
import { codeOf } from './system-errors.ts'

/** Pauses grow: dozens of processes may wait for a person who types. */
const POLL_MS = { first: 30, most: 80 }
/** The check for a dead owner takes many system calls, and dozens of processes may wait. */
const POLLS_PER_OWNER_CHECK = 8
/** An owner on another machine (a shared home directory) counts as dead after this long without a heartbeat. */
const SILENCE_MS = 20_000

interface Owner {
  readonly machine: string
  readonly pid: number
  /** When the process started: its ID may belong to another process later. */
  readonly started: string
}

/**
 * Runs `work` while holding the lock at `path`. While it waits, it returns the answer of `early` as soon as
 * there is one, without taking the lock, and calls `onWait` after two seconds. Throws a Failure if something
 * else is at the path, which no wait would end.
 */
export async function withLock<T>(
  path: string,
  work: () => Promise<T>,
  { early, onWait }: WaitOptions<T> = {},
): Promise<T> {
  await fs.makeFolder(dirname(path))
  const me = await (owner ??= describeOwner())
  const name = `${me.pid}-${crypto().randomBytes(6).toString('hex')}`
  const report = onWait && reporter(path, me, onWait)
  for (let polls = 0; !(await tryToTake(path, name, me)); polls += 1) {
    const answer = await early?.()
    if (answer !== undefined) return answer
    const isOwnerCheckDue = polls % POLLS_PER_OWNER_CHECK === 0
    if (isOwnerCheckDue && (await removeDeadOwner(path, me))) continue
    await report?.(isOwnerCheckDue)
    await delay(Math.min(POLL_MS.first + 5 * polls, POLL_MS.most))
  }
  const lock: HeldLock = { path, ownerFile: join(path, name), suffix: '', isLost: false }
  heldLocks.add(lock)
  const touch = (): void => {
    const now = new Date()
    fs.utimes(currentFile(lock), now, now).catch(() => undefined)
  }
  const heartbeat = setInterval(touch, HEARTBEAT_MS)
  heartbeat.unref()
  try {
    return await work()
  } catch (error) {
    throw error instanceof LockLost ? error.outside(path) : error
  } finally {
    clearInterval(heartbeat)
    heldLocks.delete(lock)
    const file = currentFile(lock)
    await onceClosed(file, 'change', async () => fs.unlink(file)).catch(() => undefined)
    // Fails if another process has taken the lock since, and must.
    await fs.rmdir(path).catch(() => undefined)
  }
}

async function tryToTake(path: string, name: string, me: Owner): Promise<boolean> {
  if ((await holdersOf(path)).length > 0) return false
  const own = `${path}.${name}`
  await fs.mkdir(own, { mode: 0o700 })
  try {
    await fs.giveFolderToOwner(own)
    await fs.createFile(join(own, name), JSON.stringify(me))
    // Windows renames only to a path that does not exist.
    if (process.platform === 'win32') await fs.rmdir(path).catch(() => undefined)
    await fs.rename(own, path)
    return true
  } catch (error) {
    await fs.rm(own, { recursive: true, force: true })
    if (isTaken(error)) return false
    // A file, or a symbolic link to anything.
    throw codeOf(error) === 'ENOTDIR' ? notALock(path, error) : error
  }
}

function isTaken(error: unknown): boolean {
  return (
    ['ENOTEMPTY', 'EEXIST'].includes(codeOf(error)) ||
    (codeOf(error) === 'EPERM' && process.platform === 'win32')
  )
}

/** Throws a Failure if something else is at the path of a lock. Waits for nobody. */
export async function checkLock(path: string): Promise<void> {
  const stats = await fs.lstat(path).catch(() => undefined)
  if (stats?.isDirectory() === false) throw notALock(path)
  await holdersOf(path)
}

/** The names of the owner files: one, or none where the lock is free. Throws a Failure if it is no lock. */
async function holdersOf(path: string): Promise<string[]> {
  let names: string[]
  try {
    names = await fs.readdir(path)
  } catch (error) {
    // Windows has EPERM for a folder that is just being removed. Creating the lock meets what else may be wrong.
    const isWrong = process.platform === 'win32' ? ['ENOTDIR'] : ['ENOTDIR', 'EACCES', 'EPERM']
    if (isWrong.includes(codeOf(error))) throw notALock(path, error)
    return []
  }
  if (names.every((name) => parseOwnerName(name) !== undefined)) return names
  throw notALock(path)
}

function notALock(path: string, cause?: unknown): Failure {
  const isOfOthers = ['EACCES', 'EPERM'].includes(codeOf(cause))
  const reason = isOfOthers ? 'it belongs to another user' : 'something else has this name'
  const message = `Cannot take the lock ${path}: ${reason}.`
  const remove = process.platform === 'win32' ? 'delete the folder' : 'rm -r'
  return new Failure('files', message, `${remove} "${path}", if nothing there is needed`)
}

async function removeDeadOwner(path: string, me: Owner): Promise<boolean> {
  for (const name of await holdersOf(path)) {
    const file = join(path, name)
    if (!(await isDead(file, me))) return false
    await fs.rm(file, { force: true }).catch((error: unknown) => {
      throw notALock(path, error)
    })
  }
  return true
}

/** Reports the holder once two seconds have passed, and once more when it is stopped later. */
function reporter(path: string, me: Owner, onWait: (holder: LockHolder) => void) {
  const startedAt = performance.now()
  let reported: LockHolder | undefined
  return async (isOwnerCheckDue: boolean): Promise<void> => {
    const isDone = reported !== undefined && (!isOwnerCheckDue || reported.isStopped)
    if (isDone || performance.now() - startedAt < REPORT_MS) return
    const holder = await describeHolder(path, me)
    if (reported === undefined || holder.isStopped) onWait(holder)
    reported = holder
  }
}

async function describeHolder(path: string, me: Owner): Promise<LockHolder> {
  const [name = ''] = await holdersOf(path)
  const file = join(path, name)
  const owner = await readOwner(file).catch(() => undefined)
  const isOnThisMachine = owner === undefined || owner.machine === me.machine
  const { pid = NaN, asks } = parseOwnerName(name) ?? {}
  // One that is stopped at a question is not waited for.
  const mayBlock = owner !== undefined && isOnThisMachine && asks === undefined
  const isStopped = mayBlock && isSilentlyStopped(pid, await silenceOf(file))
  return { lock: path, pid, asks, isOnThisMachine, isStopped }
}

async function readOwner(file: string): Promise<Owner> {
  return JSON.parse((await fs.readRegularFile(file)).toString()) as Owner
}

async function isDead(file: string, me: Owner): Promise<boolean> {
  try {
    const owner = await readOwner(file)
    if (owner.machine !== me.machine) return await isSilent(file)
    if (!isRunning(owner.pid) || (await startTimeOf(owner.pid)) !== owner.started) return true
    const holder = parseOwnerName(basename(file))
    return holder !== undefined && isStoppedAtQuestion(holder, await silenceOf(file))
  } catch {
    // The file is gone by now, or its process was killed while it wrote it.
    return isSilent(file)
  }
}

async function isSilent(file: string): Promise<boolean> {
  return (await silenceOf(file)) > SILENCE_MS
}

/** Milliseconds since the last heartbeat; infinite where the file is gone. */
async function silenceOf(file: string): Promise<number> {
  const stats = await fs.stat(file).catch(() => undefined)
  if (stats === undefined) return Infinity
  return Math.max(Date.now() - stats.mtimeMs, unchangedFor(file, stats))
}

/** The heartbeats of owners as this process first saw them, by its own time. */
const heartbeats = new Map<string, { readonly mtimeMs: number; readonly seenAt: number }>()

/** Milliseconds without a heartbeat while this process watched: one may be dated in the future, by another clock. */
function unchangedFor(file: string, { mtimeMs }: { readonly mtimeMs: number }): number {
  const now = performance.now()
  const first = heartbeats.get(file)
  if (first?.mtimeMs === mtimeMs) return now - first.seenAt
  heartbeats.set(file, { mtimeMs, seenAt: now })
  return 0
}

/** Read once for all locks of this process. */
let owner: Promise<Owner> | undefined

async function describeOwner(): Promise<Owner> {
  const started = await startTimeOf(process.pid)
  return { machine: machineName(), pid: process.pid, started }
}

/** Field 22 of /proc/PID/stat (proc(5)), in clock ticks since boot; empty without /proc. */
async function startTimeOf(pid: number): Promise<string> {
  const text = (await fs.readFile(`/proc/${pid}/stat`).catch(() => '')).toString()
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
