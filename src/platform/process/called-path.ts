import { realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import { findProgram } from './find-program.ts'

/**
 * The path by which this executable was called. Package managers put a link into PATH, which outlives an update; the
 * executable that it leads to has the version in its path.
 */
export function calledPath(): string {
  if (process.platform === 'win32') return process.execPath
  const path = findProgram(process.argv0, process.env)
  return path !== undefined && isThis(path) ? resolve(path) : process.execPath
}

function isThis(path: string): boolean {
  try {
    return realpathSync(path) === realpathSync(process.execPath)
  } catch {
    return false
  }
}
