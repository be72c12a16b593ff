import { basename, dirname, join, resolve } from 'node:path'
import type { Debug, Files } from '../../context.ts'
import { Failure } from '../../failure.ts'
import {
  direct,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  type OpenFile,
} from './direct-fs.ts'
import { crypto } from '../../crypto.ts'
import { readFingerprint } from './fingerprint.ts'
import { locked } from './lock.ts'
import { isRunning, lockOf } from './lock-holder.ts'

export function createFiles(debug: Debug): Files {
  return {
    read: async (path) => {
      const text = await read(path)
      debug.log(
        `read ${path}: ${text === undefined ? 'no such file' : `${text.length} characters`}`,
      )
      return text
    },
    fingerprint: async (path) => withFailure(path, direct(readFingerprint)(path)),
    replace: async (path, text, options) => {
      await replace(path, text, options)
      debug.log(`wrote ${path}`)
    },
    create,
    remove: async (path) => rm(path, { force: true }),
    sweepBeside,
    mode: async (path) => {
      const found = await withFailure(path, orMissing(stat(path)))
      return found === undefined ? undefined : found.mode & 0o777
    },
    list: async (directory) => (await withFailure(directory, orMissing(readdir(directory)))) ?? [],
    makePrivate: async (directory) => {
      await withFailure(directory, mkdir(directory, { recursive: true, mode: 0o700 }))
    },
    locked: async (path, work, early) => lockedFile(path, work, { early, debug }),
  }
}

interface LockOptions<T> {
  readonly early: (() => Promise<T | undefined>) | undefined
  readonly debug: Debug
}

async function lockedFile<T>(
  path: string,
  work: () => Promise<T>,
  { early, debug }: LockOptions<T>,
): Promise<T> {
  const target = await realTarget(path)
  const lock = { isHeld: false }
  const startedAt = Date.now()
  const inside = async (): Promise<T> => {
    lock.isHeld = true
    debug.log(`locked ${target} after ${Date.now() - startedAt} ms`)
    return work()
  }
  try {
    return await locked(lockOf(target), inside, early)
  } catch (error) {
    throw lock.isHeld ? error : toFailure(target, error)
  }
}

async function read(path: string): Promise<string | undefined> {
  const bytes = await withFailure(path, orMissing(readFile(path)))
  if (bytes === undefined) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new Failure('files', `${path} is not UTF-8 text.`, `iconv -t UTF-8 "${path}"`)
  }
}

/** Temp file beside the resolved target, synced, renamed: a reader sees the old or the new text. */
async function replace(path: string, text: string, { mayBeLost = false } = {}): Promise<void> {
  const target = await realTarget(path)
  await removeLeftovers(dirname(target), basename(target))
  const mode = ((await orMissing(stat(target)))?.mode ?? PRIVATE) & 0o777
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
    await withFailure(target, rename(temporary, target))
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

const PRIVATE = 0o600

/** A new file, in a folder that is most often there. */
async function openNew(path: string): Promise<OpenFile> {
  const found = await orMissing(open(path, 'wx', PRIVATE))
  if (found !== undefined) return found
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  return open(path, 'wx', PRIVATE)
}

async function create(path: string, bytes: Uint8Array): Promise<void> {
  const file = await withFailure(path, open(path, 'wx', 0o600))
  try {
    await withFailure(path, file.writeFile(bytes))
  } catch (error) {
    // Half a backup would be taken for one.
    await rm(path, { force: true })
    throw error
  } finally {
    await file.close()
  }
}

async function sweepBeside(path: string): Promise<void> {
  await removeLeftovers(dirname(await realTarget(path)))
}

/** Temp files of processes that were killed: of one file, or of all in the directory. */
async function removeLeftovers(directory: string, file?: string): Promise<void> {
  for (const name of (await withFailure(directory, orMissing(readdir(directory)))) ?? []) {
    const [, target, pid] = /^(.*)\.mfa-login-(\d+)-[\da-f]{8}$/.exec(name) ?? []
    if (pid === undefined || (file !== undefined && file !== target)) continue
    const temporary = join(directory, name)
    if (await isLeftOver(temporary, pid))
      await withFailure(temporary, rm(temporary, { force: true }))
  }
}

/** Older than any write takes; by then its process ID may be somebody else's. */
const FORGOTTEN_MS = 60_000

/** A process that runs may be writing it: not all that write hold the file's lock. */
async function isLeftOver(temporary: string, pid: string): Promise<boolean> {
  if (!isRunning(Number(pid))) return true
  const found = await orMissing(lstat(temporary))
  return found !== undefined && Date.now() - found.mtimeMs > FORGOTTEN_MS
}

/** Where a path leads through symlinks, also where the last one points at nothing yet. */
async function realTarget(path: string): Promise<string> {
  let current = resolve(path)
  for (let hops = 0; hops < 40; hops += 1) {
    const found = await withFailure(current, orMissing(lstat(current)))
    if (found?.isSymbolicLink() !== true) return current
    current = resolve(dirname(current), await readlink(current))
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

/** The system's refusal as a sentence that names the file. */
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
  const look = ['ENOSPC', 'EDQUOT'].includes(code) ? `df -h "${dirname(path)}"` : `ls -ld "${path}"`
  return new Failure('files', `Cannot use ${path}: ${reason} (${code}).`, look)
}
