import { basename, dirname, join, resolve } from 'node:path'
import type { Debug, Files, LockHolder, WaitOptions } from '../../context.ts'
import { Failure } from '../../failure.ts'
import * as fs from './direct-fs.ts'
import { crypto } from '../../crypto.ts'
import { fingerprintOf } from './fingerprint.ts'
import { withLock as withLockDirectory } from './lock.ts'
import { isRunning, lockOf } from './lock-holder.ts'

/** `info` writes a line to stderr. */
export function createFiles(debug: Debug, info: (line: string) => void): Files {
  const withLock: Files['withLock'] = async (path, work, options) =>
    withFileLock(debug, path, work, {
      onWait: (holder) => info(describeWait(holder)),
      ...options,
    })
  return {
    read: async (path) => read(debug, path),
    fingerprint: async (path) => {
      const stats = await withFailure(path, fs.preciseStat(path))
      return stats && fingerprintOf(stats, Date.now())
    },
    replace: async (path, text, options) => {
      await replace(path, text, options)
      debug.log(`wrote ${path}`)
    },
    create,
    remove: async (path) => fs.rm(path, { force: true }),
    sweepBeside,
    mode: async (path) => {
      const stats = await withFailure(path, orMissing(fs.stat(path)))
      return stats === undefined ? undefined : stats.mode & 0o777
    },
    list: async (directory) =>
      (await withFailure(directory, orMissing(fs.readdir(directory)))) ?? [],
    makePrivate: async (directory) => {
      await withFailure(directory, fs.mkdir(directory, { recursive: true, mode: 0o700 }))
    },
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
  const locked = targets.reduceRight(
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
        const { code = '' } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException
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

function describeWait({ lock, pid, isOnThisMachine }: LockHolder): string {
  const holder = Number.isNaN(pid) ? 'another process' : `process ${pid}`
  return `Waiting for ${holder}${isOnThisMachine ? '' : ' of another machine'}, which holds the lock ${lock}.`
}

async function read(debug: Debug, path: string): Promise<string | undefined> {
  const bytes = await withFailure(path, orMissing(fs.readFile(path)))
  debug.log(`read ${path}: ${bytes === undefined ? 'no such file' : `${bytes.length} bytes`}`)
  if (bytes === undefined) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new Failure('files', `${path} is not UTF-8 text.`, `iconv -t UTF-8 "${path}"`)
  }
}

/** Writes a temporary file beside the target, syncs and renames it: readers see the old or the new text. */
async function replace(path: string, text: string, { mayBeLost = false } = {}): Promise<void> {
  const target = await realTarget(path)
  await removeLeftovers(dirname(target), basename(target))
  const mode = ((await orMissing(fs.stat(target)))?.mode ?? PRIVATE) & 0o777
  const temporary = `${target}.mfa-login-${process.pid}-${crypto().randomBytes(4).toString('hex')}`
  try {
    const file = await withFailure(target, openNew(temporary))
    try {
      await withFailure(target, file.writeFile(text))
      if (mode !== PRIVATE) await file.chmod(mode)
      if (!mayBeLost) await withFailure(target, file.sync())
    } finally {
      await file.close()
    }
    await withFailure(target, fs.rename(temporary, target))
  } catch (error) {
    await fs.rm(temporary, { force: true })
    throw error
  }
}

const PRIVATE = 0o600

/** Creates a file, and its directory only if that is missing, which is rare. */
async function openNew(path: string): ReturnType<typeof fs.open> {
  const file = await orMissing(fs.open(path, 'wx', PRIVATE))
  if (file !== undefined) return file
  await fs.mkdir(dirname(path), { recursive: true, mode: 0o700 })
  return fs.open(path, 'wx', PRIVATE)
}

async function create(path: string, bytes: Uint8Array): Promise<void> {
  const file = await withFailure(path, fs.open(path, 'wx', PRIVATE))
  try {
    await withFailure(path, file.writeFile(bytes))
  } catch (error) {
    // Half a file would look like a complete one.
    await fs.rm(path, { force: true })
    throw error
  } finally {
    await file.close()
  }
}

async function sweepBeside(path: string): Promise<void> {
  await removeLeftovers(dirname(await realTarget(path)))
}

/** Removes temporary files of killed processes: those of one file, or of all files in the directory. */
async function removeLeftovers(directory: string, file?: string): Promise<void> {
  for (const name of (await withFailure(directory, orMissing(fs.readdir(directory)))) ?? []) {
    const [, target, pid] = /^(.*)\.mfa-login-(\d+)-[\da-f]{8}$/.exec(name) ?? []
    if (pid === undefined || (file !== undefined && file !== target)) continue
    const temporary = join(directory, name)
    if (await isLeftover(temporary, pid))
      await withFailure(temporary, fs.rm(temporary, { force: true }))
  }
}

/** Longer than any write takes; the process ID in the name may belong to another process by then. */
const LEFTOVER_AGE_MS = 60_000

/** Not every writer holds the file's lock, so the file of a running process may still be written to. */
async function isLeftover(temporary: string, pid: string): Promise<boolean> {
  if (!isRunning(Number(pid))) return true
  const stats = await orMissing(fs.lstat(temporary))
  return stats !== undefined && Date.now() - stats.mtimeMs > LEFTOVER_AGE_MS
}

/** The path behind symbolic links; the last one may point to a file that does not exist yet. */
async function realTarget(path: string): Promise<string> {
  let current = resolve(path)
  for (let hops = 0; hops < 40; hops += 1) {
    const stats = await withFailure(current, orMissing(fs.lstat(current)))
    if (stats?.isSymbolicLink() !== true) return current
    current = resolve(dirname(current), await fs.readlink(current))
  }
  throw new Failure(
    'files',
    `${path} is a symbolic link that leads in a circle.`,
    `ls -l "${path}"`,
  )
}

async function orMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such directory',
  EEXIST: 'it is there already',
  EACCES: 'this user may not open it',
  EPERM: 'the system does not allow it',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of its path is not a directory',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
}

/** Turns an error of the system into a Failure that names the file. */
async function withFailure<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw toFailure(path, error)
  }
}

function toFailure(path: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  const reason = REASONS[code]
  if (reason === undefined) return error
  const hint = ['ENOSPC', 'EDQUOT'].includes(code) ? `df -h "${dirname(path)}"` : `ls -ld "${path}"`
  return new Failure('files', `Cannot use ${path}: ${reason} (${code}).`, hint, { cause: error })
}
