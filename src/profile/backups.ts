import { basename, dirname, join } from 'node:path'
import type { Context } from '../context.ts'
import { Failure } from '../failure.ts'
import { parseIni, profileNames, type FileKind } from './ini/ini-file.ts'
import { keysIn } from './values.ts'

/** `setup` and `import` copy a file to its path, this and the time before they change it. */
export const BACKUP = '.mfa-login-backup-'

/** How many backups of one file stay. */
const KEPT = 10

/** The time in a backup's name; `now` in milliseconds since the epoch. */
export function backupTime(now: number): string {
  return new Date(now).toISOString().replace(/[-:]|\.\d+/g, '')
}

/** The backups of one of the two files, the oldest first; before them those that a wrong clock dated in the future. */
export async function backupsOf(context: Context, path: string): Promise<string[]> {
  const prefix = `${basename(path)}${BACKUP}`
  const names = await context.files.list(dirname(path))
  const now = backupTime(context.now())
  const order = new Intl.Collator('en', { numeric: true })
  const isFuture = (name: string): boolean => name.slice(prefix.length) > `${now}~`
  return (
    names
      .filter((name) => name.startsWith(prefix))
      // Locks and files that are being written.
      .filter((name) => !name.slice(prefix.length).includes('.mfa-login-'))
      // Several within a second end in -1, -2 and so on.
      .sort((a, b) => Number(isFuture(b)) - Number(isFuture(a)) || order.compare(a, b))
      .map((name) => join(dirname(path), name))
  )
}

/**
 * Removes all but the newest 10 backups of a file, and no backup that alone has the long-term keys of a section:
 * they may be nowhere else, and `setup --undo` looks for them.
 */
export async function limitBackups(context: Context, path: string, kind: FileKind): Promise<void> {
  const newestFirst = (await backupsOf(context, path)).reverse()
  if (newestFirst.length <= KEPT) return
  const inNewer = new Set<string>()
  let removed = 0
  for (const [index, backup] of newestFirst.entries()) {
    const keys = await keysInBackup(context, backup, kind)
    if (index >= KEPT && keys?.every((key) => inNewer.has(key)) === true) {
      await context.files.remove(backup)
      removed += 1
    }
    for (const key of keys ?? []) inNewer.add(key)
  }
  if (removed > 0) {
    const count = removed === 1 ? '1 old backup' : `${removed} old backups`
    context.info(`Removed ${count} of ${path}; the newest ${KEPT} stay.`)
  }
}

/** What distinguishes the long-term keys of each section; undefined if the backup cannot be read. */
async function keysInBackup(
  context: Context,
  path: string,
  kind: FileKind,
): Promise<string[] | undefined> {
  try {
    const file = parseIni((await context.files.read(path)) ?? '')
    const files = { config: file, credentials: file }
    if (file.problems.length > 0) return undefined
    return profileNames(file, kind).flatMap((profile) => {
      const keys = keysIn(files, kind, profile)
      return keys === undefined ? [] : [JSON.stringify([profile, keys])]
    })
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return undefined
  }
}
