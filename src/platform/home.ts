import { readFileSync } from 'node:fs'

/**
 * The home folder, as os.homedir() gives it: on POSIX systems the variable HOME where it is set (libuv,
 * uv_os_homedir), and not empty. Loads node:os only where it is not.
 */
export function homeFolder(): string {
  const { HOME } = process.env
  if (process.platform !== 'win32' && HOME) return HOME
  const { homedir, userInfo } = process.getBuiltinModule('node:os')
  return HOME === '' ? userInfo().homedir : homedir()
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
