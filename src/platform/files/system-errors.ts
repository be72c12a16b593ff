/** Turns errors of the system into Failures that name the file. */
import type { Stats } from 'node:fs'
import { dirname } from 'node:path'
import { Failure } from '../../failure.ts'

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such directory',
  EEXIST: 'it is there already',
  EACCES: 'this user may not open it',
  EPERM: 'the system does not allow it',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of its path is not a directory',
  ENXIO: 'it is a socket',
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
  const hint = isFull ? `df -h "${dirname(path)}"` : (remedy ?? `ls -ld "${path}"`)
  return new Failure('files', `Cannot use ${path}: ${reason} (${code}).`, hint, { cause: error })
}

/** The Failure for something else where a file has to be. */
export function notAFile(path: string, stats: Stats): Failure {
  const kinds: [boolean, string][] = [
    [stats.isDirectory(), 'a directory'],
    [stats.isFIFO(), 'a pipe'],
    [stats.isSocket(), 'a socket'],
  ]
  const [, kind] = kinds.find(([is]) => is) ?? [true, 'a device']
  return new Failure('files', `Cannot use ${path}: it is ${kind}, not a file.`, `ls -ld "${path}"`)
}

export async function orMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}
