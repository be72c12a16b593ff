import { execFileSync } from 'node:child_process'

/** Whether a program is installed here: tests that need it are skipped where it is not. */
export function has(program: string, ...args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
