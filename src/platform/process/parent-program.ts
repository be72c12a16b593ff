import { windowsProgram } from './find-program.ts'

let found: string | undefined
let isKnown = false

/** On Windows, the file name of the program that started this one; undefined elsewhere. Takes a tenth of a second. */
export function parentProgram(): string | undefined {
  if (!isKnown && process.platform === 'win32') found = nameOf(process.ppid)
  isKnown = true
  return found
}

function nameOf(pid: number): string | undefined {
  const { spawnSync } = process.getBuiltinModule('node:child_process')
  const program = windowsProgram('tasklist.exe', process.env)
  const args = ['/nh', '/fo', 'csv', '/fi', `PID eq ${pid}`]
  const { stdout } = spawnSync(program, args, {
    encoding: 'latin1',
    windowsHide: true,
    timeout: 3000,
  })
  // Wine writes UTF-16. Without such a process there is a sentence.
  return /^"([^"]+)"/.exec((stdout as string | null)?.replaceAll('\0', '') ?? '')?.[1]
}
