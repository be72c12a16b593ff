/** A home with a session of the profile work, and what programs and terminals there show. */
import { expect } from 'vitest'
import { sandbox, type Sandbox, type TerminalRun } from './sandbox.ts'
import { screenOf } from './screen.ts'

/** Prints its environment. */
export const PRINT = 'process.stdout.write(JSON.stringify(process.env))'
/** A command that does nothing, on every system. */
export const NOTHING = [process.execPath, '-e', '0']
export const isWindows = process.platform === 'win32'
/** All that a terminal got; on Windows, what its window shows. */
export async function textOn({ screen }: TerminalRun, columns = 200): Promise<string> {
  return isWindows ? `${(await screenOf(screen, columns)).join('\r\n')}\r\n` : screen
}

export async function loggedIn(): Promise<Sandbox> {
  const box = await sandbox()
  const { code } = await box.run(['--profile', 'work', '--token-code', box.code()])
  expect(code).toBe(0)
  return box
}

type Env = Record<string, string | undefined>
export const envOf = (stdout: string): Env => JSON.parse(stdout) as Env
