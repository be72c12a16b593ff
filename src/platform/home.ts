/**
 * The home folder, as os.homedir() gives it: on POSIX systems the variable HOME where it is set (libuv,
 * uv_os_homedir). Loads node:os only where it is not set.
 */
export function homeFolder(): string {
  const { HOME } = process.env
  if (process.platform !== 'win32' && HOME !== undefined) return HOME
  return process.getBuiltinModule('node:os').homedir()
}
