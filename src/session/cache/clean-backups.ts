import type { Context } from '../../context.ts'
import { Failure } from '../../failure.ts'
import { backupsOf } from '../../profile/backups.ts'
import type { Edit } from '../../profile/ini/edit.ts'
import type { Paths } from '../../profile/paths.ts'
import type { ProfileFiles } from '../../profile/values.ts'
import { removeKeys } from '../../profile/setup/setup-plan.ts'
import { editFile } from '../../profile/files/edit-file.ts'
import { parseProfileFile } from '../../profile/files/snapshot.ts'
import { writtenSessions } from './inventory.ts'

/**
 * Removes sessions from the backups of the credentials file: those of one profile, or all that a login would
 * write. Keeps long-term keys and everything that `setup --undo` needs. Returns the changed backups.
 */
export async function removeSessionsFromBackups(
  context: Context,
  paths: Paths,
  requested: string | undefined,
): Promise<string[]> {
  const changed: string[] = []
  for (const path of await backupsOf(context, paths.credentials)) {
    try {
      const edits = editsOf(await readBackup(context, paths, path), requested)
      await editFile(context, path, 'credentials', edits)
      if (edits.length > 0) changed.push(path)
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      context.info(`A session may be left in a backup: ${error.message} To delete it: rm ${path}`)
    }
  }
  return changed
}

/** With the config of the same moment, which tells whose the sessions are; else the config of today. */
async function readBackup(context: Context, paths: Paths, path: string): Promise<ProfileFiles> {
  const configThen = paths.config + path.slice(paths.credentials.length)
  const config = (await context.files.read(configThen)) ?? (await context.files.read(paths.config))
  return {
    config: parseProfileFile(config, configThen),
    credentials: parseProfileFile(await context.files.read(path), path),
  }
}

function editsOf(files: ProfileFiles, requested: string | undefined): Edit[] {
  return writtenSessions(files)
    .filter(
      ({ profile, source }) => requested === undefined || [profile, source].includes(requested),
    )
    .flatMap(({ profile }) => removeKeys(files, 'credentials', profile))
}
