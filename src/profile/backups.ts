import { basename, dirname, join } from 'node:path'
import type { Context } from '../context.ts'

/** `setup` and `import` copy a file to its path, this and the time before they change it. */
export const BACKUP = '.mfa-login-backup-'

/** The backups of one of the two files, the oldest first. */
export async function backupsOf(context: Context, path: string): Promise<string[]> {
  const prefix = `${basename(path)}${BACKUP}`
  const names = await context.files.list(dirname(path))
  return (
    names
      .filter((name) => name.startsWith(prefix))
      // Locks and files that are being written.
      .filter((name) => !name.slice(prefix.length).includes('.mfa-login-'))
      .sort()
      .map((name) => join(dirname(path), name))
  )
}
