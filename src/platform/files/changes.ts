import { dirname } from 'node:path'
import type { Debug, Files, LockHolder, WaitOptions } from '../../context.ts'
import * as fs from './direct-fs.ts'
import { checkLock, withLock as withLockDirectory } from './lock.ts'
import { lockOf } from './lock-holder.ts'
import { onceClosed } from './open-files.ts'
import { checkReplaceable, create, realTarget, removeLeftovers, replace } from './replace.ts'
import { codeOf, orMissing, toFailure, withFailure } from './system-errors.ts'

export type Changes = Pick<
  Files,
  | 'replace'
  | 'checkReplaceable'
  | 'checkLock'
  | 'create'
  | 'remove'
  | 'sweepBeside'
  | 'withLock'
  | 'withLocks'
>

/** What changes files; `info` writes a line to stderr. */
export function createChanges(debug: Debug, info: (line: string) => void): Changes {
  const withLock: Files['withLock'] = async (path, work, options) =>
    withFileLock(debug, path, work, {
      onWait: (holder) => info(describeLock(holder)),
      ...options,
    })
  return {
    replace: async (path, text, options) => {
      await replace(path, text, options)
      debug.log(`wrote ${path}`)
    },
    checkReplaceable,
    checkLock: async (path) => checkLock(lockOf(await realTarget(path))),
    create,
    remove: async (path) => withFailure(path, remove(path)),
    sweepBeside: async (path) => removeLeftovers(dirname(await realTarget(path))),
    withLock,
    withLocks: async (paths, work) => withFileLocks(debug, withLock, paths, work),
  }
}

/** The order is that of the real paths, so that two processes never wait for each other. */
async function withFileLocks<T>(
  debug: Debug,
  withLock: Files['withLock'],
  paths: readonly string[],
  work: () => Promise<T>,
): Promise<T> {
  const targets = [...new Set(await Promise.all(paths.map(realTarget)))].sort()
  const isLockable = async (target: string) => (await orMissing(fs.stat(target)))?.isFile() ?? true
  const areLockable = await Promise.all(targets.map(isLockable))
  const lockable = targets.filter((_, index) => areLockable[index])
  const locked = lockable.reduceRight(
    (inner, target) => async () => {
      const lock = { isHeld: false }
      const workInside = async (): Promise<T> => {
        lock.isHeld = true
        return inner()
      }
      try {
        return await withLock(target, workInside)
      } catch (error) {
        // A folder in which no lock can be created is one in which no file can be replaced.
        const code = codeOf((error as Error).cause)
        if (lock.isHeld || !['EACCES', 'EROFS', 'EPERM'].includes(code)) throw error
        debug.log(`no lock for ${target}, which this user cannot replace`)
        return inner()
      }
    },
    work,
  )
  return locked()
}

async function withFileLock<T>(
  debug: Debug,
  path: string,
  work: () => Promise<T>,
  { early, ...options }: WaitOptions<T>,
): Promise<T> {
  const target = await realTarget(path)
  const startedAt = Date.now()
  const report = (event: string): void =>
    debug.log(`${event} ${target} after ${Date.now() - startedAt} ms`)
  const lock = { isHeld: false }
  const workInside = async (): Promise<T> => {
    lock.isHeld = true
    report('locked')
    return work()
  }
  const findEarly = async (): Promise<T | undefined> => {
    const answer = await early?.()
    if (answer !== undefined) report('found the answer of the process that locked')
    return answer
  }
  try {
    return await withLockDirectory(lockOf(target), workInside, { ...options, early: findEarly })
  } catch (error) {
    throw lock.isHeld ? error : toFailure(target, error)
  }
}

function describeLock({ lock, pid, asks, isOnThisMachine, isStopped }: LockHolder): string {
  if (isStopped)
    return `Waiting for process ${pid}, which is stopped and holds the lock ${lock}. Try: kill -CONT ${pid}`
  const holder = Number.isNaN(pid) ? 'another process' : `process ${pid}`
  const question = asks === undefined ? '' : `asks a question ${asks} and `
  return `Waiting for ${holder}${isOnThisMachine ? '' : ' of another machine'}, which ${question}holds the lock ${lock}.`
}

async function remove(path: string): Promise<void> {
  const stats = await orMissing(fs.lstat(path))
  if (stats?.isDirectory() === false)
    await orMissing(onceClosed(path, 'change', async () => fs.unlink(path)))
}
