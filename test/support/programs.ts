import { execFileSync } from 'node:child_process'

/** Whether a program is installed. Tests that need a missing program are skipped. */
export function has(program: string, ...args: string[]): boolean {
  return outputOf(program, ...args) !== undefined
}

/** The output of a program; undefined if it is not installed or fails. */
export function outputOf(program: string, ...args: string[]): string | undefined {
  try {
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  } catch {
    return undefined
  }
}
