/** Windows: nobody can replace or remove a file that another program has open, unless that program allows it. */
import { statSync, type Stats } from 'node:fs'
import { Failure, THIS_COMMAND } from '../../failure.ts'
import { codeOf } from './system-errors.ts'

/** About two seconds: virus scanners, indexers and editors keep a file open for less. */
const RETRIES = { count: 20, ms: 100 }

/** What Windows reports for an open file, as libuv names it. A reader gets EBUSY alone. */
const CODES = { change: ['EPERM', 'EACCES', 'EBUSY'], read: ['EBUSY'] }
type Use = keyof typeof CODES

/** Milliseconds until the next try, or undefined to give up; `attempt` counts earlier errors. */
export function pauseForOpenFile(
  use: Use,
  code: string,
  attempt: number,
  platform: string = process.platform,
): number | undefined {
  const isOpen = platform === 'win32' && CODES[use].includes(code)
  return isOpen && attempt < RETRIES.count ? RETRIES.ms : undefined
}

/**
 * Tries again while another program has the file at `path` open, or the temporary file that is to get this name. Then
 * throws a Failure, or the error where there is no file at `path`; other errors as they come.
 */
export async function onceClosed<T>(path: string, use: Use, work: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      if (pauseForOpenFile(use, codeOf(error), 0) === undefined) throw error
      const stats = tryStat(path)
      if (stats?.isFile() === false) throw error
      if (use === 'change' && stats && (stats.mode & 0o200) === 0) throw isReadOnly(path, error)
      const pause = pauseForOpenFile(use, codeOf(error), attempt)
      if (pause === undefined) throw stats === undefined ? error : isOpen(path, error)
      await new Promise((resolve) => setTimeout(resolve, pause))
    }
  }
}

/** Undefined where a file gets its name by the change, and for one that Windows is deleting: nobody can look at that. */
function tryStat(path: string): Stats | undefined {
  try {
    return statSync(path)
  } catch {
    return undefined
  }
}

function isOpen(path: string, cause: unknown): Failure {
  const code = codeOf(cause)
  // The others also mean that an access list denies the change.
  const message =
    code === 'EBUSY'
      ? `Another program has ${path} open (EBUSY).`
      : `${path} cannot be changed (${code}): another program may have it open.`
  return new Failure('files', message, `close it, then: ${THIS_COMMAND}`, { cause })
}

function isReadOnly(path: string, cause: unknown): Failure {
  return new Failure('files', `${path} is read-only.`, `attrib -r "${path}"`, { cause })
}
