import type { Context } from '../../context.ts'
import { Failure } from '../../failure.ts'
import { backupsOf } from '../../profile/backups.ts'
import type { IniFile } from '../../profile/ini/ini-file.ts'
import type { Paths } from '../../profile/paths.ts'
import { removeSession } from '../../profile/setup/setup-plan.ts'
import { editFile } from '../../profile/files/edit-file.ts'
import { parseProfileFile } from '../../profile/files/snapshot.ts'
import { writtenSessions, type Inventory, type WrittenSession } from './inventory.ts'

/**
 * Removes sessions from the backups of the credentials file where `isToGo` says so. Keeps long-term keys and everything
 * that `setup --undo` needs. Returns the changed backups, and the texts of all afterwards: undefined if one could not
 * be read or changed.
 */
export async function removeSessionsFromBackups(
  context: Context,
  paths: Paths,
  inventory: Inventory,
  isToGo: (session: WrittenSession) => boolean,
): Promise<{ changed: string[]; texts: (string | undefined)[] }> {
  const changed: string[] = []
  const texts: (string | undefined)[] = []
  for (const path of await backupsOf(context, paths.credentials)) {
    try {
      const config = await configOf(context, paths, path)
      const { before, after } = await editFile(context, path, 'credentials', (credentials) => {
        const files = { config, credentials }
        const sessions = writtenSessions(files, inventory).filter(isToGo)
        return sessions.flatMap(({ profile }) => removeSession(files, 'credentials', profile))
      })
      if (after !== (before ?? '')) changed.push(path)
      texts.push(after)
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      context.info(`A session may be left in the backup ${path}, so delete it: ${error.message}`)
      texts.push(undefined)
    }
  }
  return { changed, texts }
}

/** The config of the same moment, which says whose sessions they are; else the current config. */
async function configOf(context: Context, paths: Paths, path: string): Promise<IniFile> {
  const configThen = paths.config + path.slice(paths.credentials.length)
  const config = (await context.files.read(configThen)) ?? (await context.files.read(paths.config))
  return parseProfileFile(config, configThen)
}
