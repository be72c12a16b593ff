/** Where a program is that is named as in a shell. */
import { lstatSync, statSync } from 'node:fs'

type Env = Readonly<Record<string, string | undefined>>

/** The path of a program as the system or a shell would find it; undefined if there is none. */
export function findProgram(program: string, env: Env): string | undefined {
  return programPaths(program, env, process.platform).find(isFile)
}

/** What Windows tries without PATHEXT (cmd.exe, `where /?`). */
const PATHEXT = '.COM;.EXE;.BAT;.CMD'

/**
 * The paths at which a program may be, the first one first. On Windows those in PATH with the endings of PATHEXT; not
 * the current folder, where a repository could put an `aws.cmd`. PowerShell does not look there either.
 */
export function programPaths(program: string, env: Env, platform: string): readonly string[] {
  if (program === '') return []
  if (platform !== 'win32') {
    if (program.includes('/')) return [program]
    return (env.PATH ?? '').split(':').map((folder) => `${folder || '.'}/${program}`)
  }
  const endings = (variable(env, 'PATHEXT') ?? PATHEXT).split(';').filter((each) => each !== '')
  const path = program.replaceAll('/', '\\')
  const withEndings = endings.map((each) => path + each.toLowerCase())
  const hasEnding = endings.some((each) => path.toLowerCase().endsWith(each.toLowerCase()))
  if (/[\\:]/.test(path)) return hasEnding ? [path, ...withEndings] : [...withEndings, path]
  const names = hasEnding ? [path, ...withEndings] : withEndings
  const folders = (variable(env, 'PATH') ?? '').split(';').map((each) => each.replaceAll('"', ''))
  return folders
    .filter((each) => each !== '')
    .flatMap((folder) => names.map((name) => `${folder.replace(/[/\\]$/, '')}\\${name}`))
}

/** A variable of Windows, whose name has no case: it is `Path` in most environments. */
export function variable(env: Env, name: string): string | undefined {
  const found = Object.keys(env).find((each) => each.toUpperCase() === name)
  return found === undefined ? undefined : env[found]
}

/** The path of a program of Windows itself: by its name, Windows would start one in the current folder. */
export function windowsProgram(name: string, env: Env): string {
  return `${variable(env, 'SYSTEMROOT') ?? 'C:\\Windows'}\\System32\\${name}`
}

/** The program that runs batch files. */
export function commandProcessor(env: Env): string {
  return variable(env, 'COMSPEC') ?? windowsProgram('cmd.exe', env)
}

function isFile(path: string): boolean {
  try {
    // The aliases in WindowsApps are links that only CreateProcess can follow.
    const stats = process.platform === 'win32' ? lstatSync(path) : statSync(path)
    return !stats.isDirectory()
  } catch {
    return false
  }
}
