import { execFileSync } from 'node:child_process'

/** Whether a program is installed here: tests that need it are skipped where it is not. */
export function has(program: string, ...args: string[]): boolean {
  return outputOf(program, ...args) !== undefined
}

/** What a program prints; undefined where it is not installed or fails. */
export function outputOf(program: string, ...args: string[]): string | undefined {
  try {
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  } catch {
    return undefined
  }
}
