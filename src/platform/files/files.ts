import { dirname } from 'node:path'
import type { Debug, Files, LockHolder, WaitOptions } from '../../context.ts'
import { encodingFailure, SET_CACHE_FOLDER } from '../../failure.ts'
import * as fs from './direct-fs.ts'
import { fingerprintOf } from './fingerprint.ts'
import { checkLock, withLock as withLockDirectory } from './lock.ts'
import { lockOf } from './lock-holder.ts'
import { onceClosed } from './open-files.ts'
import { checkReplaceable, create, realTarget, removeLeftovers, replace } from './replace.ts'
import { codeOf, orMissing, toFailure, withFailure } from './system-errors.ts'

/** `info` writes a line to stderr. */
export function createFiles(debug: Debug, info: (line: string) => void): Files {
  const withLock: Files['withLock'] = async (path, work, options) =>
    withFileLock(debug, path, work, {
      onWait: (holder) => info(describeLock(holder)),
      ...options,
    })
  return {
    read: async (path) => read(debug, path, fs.readRegularFile),
    readDocument: async (path) => read(debug, path, fs.readFile),
    fingerprint: async (path) => {
      const now = Date.now()
      const stats = await withFailure(path, fs.preciseStat(path))
      return stats && fingerprintOf(stats, now)
    },
    replace: async (path, text, options) => {
      await replace(path, text, options)
      debug.log(`wrote ${path}`)
    },
    checkReplaceable,
    checkLock: async (path) => checkLock(lockOf(await realTarget(path))),
    create,
    remove: async (path) => withFailure(path, remove(path)),
    sweepBeside: async (path) => removeLeftovers(dirname(await realTarget(path))),
    exists: async (path) => (await withFailure(path, orMissing(fs.stat(path)))) !== undefined,
    isDirectory: async (path) =>
      (await withFailure(path, orMissing(fs.stat(path))))?.isDirectory() === true,
    mode: async (path) => {
      const stats = await withFailure(path, orMissing(fs.stat(path)))
      return stats?.isFile() === true ? stats.mode & 0o777 : undefined
    },
    list: async (directory) =>
      (await withFailure(directory, orMissing(fs.namesOfFiles(directory)))) ?? [],
    makePrivate: async (directory) => {
      // The folders that are made are below the cache folder.
      await withFailure(directory, fs.makeFolder(directory), SET_CACHE_FOLDER)
      await withFailure(directory, fs.checkPrivate(directory))
    },
    checkPrivate: async (directory) => withFailure(directory, fs.checkPrivate(directory)),
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

async function read(
  debug: Debug,
  path: string,
  readBytes: (path: string) => Promise<Buffer>,
): Promise<string | undefined> {
  const bytes = await withFailure(
    path,
    orMissing(onceClosed(path, 'read', async () => readBytes(path))),
  )
  debug.log(`read ${path}: ${bytes === undefined ? 'no such file' : `${bytes.length} bytes`}`)
  if (bytes === undefined) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw encodingFailure(path, bytes)
  }
}
