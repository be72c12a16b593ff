/** Turns errors of the system into Failures that name the file. */
import type { Stats } from 'node:fs'
import { dirname } from 'node:path'
import { Failure } from '../../failure.ts'

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'the directory does not exist',
  EEXIST: 'it already exists',
  EACCES: 'this user is not allowed to open it',
  EPERM: 'the system does not allow it',
  EBUSY: 'it is in use',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of its path is not a directory',
  ENXIO: 'it is a socket',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'its name is too long',
  EIO: 'the disk reports an error',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
}

/** `remedy` is for a path that this user may not write to. */
export async function withFailure<T>(path: string, work: Promise<T>, remedy?: string): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw toFailure(path, error, remedy)
  }
}

/** The system's name of an error, such as ENOENT; empty for any other error. */
export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException | undefined)?.code ?? ''
}

/** Other errors stay what they are. */
export function toFailure(path: string, error: unknown, remedy?: string): unknown {
  const code = codeOf(error)
  const reason = REASONS[code]
  if (reason === undefined) return error
  const isFull = ['ENOSPC', 'EDQUOT'].includes(code)
  const hint = isFull ? `free space on the disk of ${dirname(path)}` : (remedy ?? `check ${path}`)
  return new Failure('files', `Cannot use ${path}: ${reason} (${code}).`, hint, { cause: error })
}

/** The Failure for something other than a file at its path. */
export function notAFile(path: string, stats: Stats): Failure {
  const kinds: [boolean, string][] = [
    [stats.isDirectory(), 'a directory'],
    [stats.isFIFO(), 'a pipe'],
    [stats.isSocket(), 'a socket'],
  ]
  const [, kind] = kinds.find(([is]) => is) ?? [true, 'a device']
  return new Failure('files', `Cannot use ${path}: it is ${kind}, not a file.`, `check ${path}`)
}

export async function orMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}
