import { readFileSync } from 'node:fs'
import type { Context } from '../context.ts'

/**
 * The home folder, as os.homedir() gives it: the variable HOME, on Windows USERPROFILE, where it is set (libuv,
 * uv_os_homedir), and not empty. Loads node:os only where it is not.
 */
export function homeFolder(): string {
  const { HOME, USERPROFILE } = process.env
  const home = process.platform === 'win32' ? USERPROFILE : HOME
  if (home) return home
  const { homedir, userInfo } = process.getBuiltinModule('node:os')
  return home === '' ? userInfo().homedir : homedir()
}

/** The home folder of a user in /etc/passwd; undefined for any other one. */
export function homeOf(user: string): string | undefined {
  try {
    const users = readFileSync('/etc/passwd', 'utf8').split('\n')
    return users.map((line) => line.split(':')).find(([name]) => name === user)?.[5]
  } catch {
    return undefined
  }
}

/** What the paths of the AWS files depend on besides the environment. */
export function homes(): Pick<Context, 'home' | 'homeOf' | 'platform'> {
  return { home: homeFolder(), homeOf, platform: process.platform }
}
