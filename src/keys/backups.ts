import type { AwsKeys } from '../aws/api.ts'
import type { Context } from '../context.ts'
import { Failure } from '../failure.ts'
import { backupsOf } from '../profile/backups.ts'
import { editFile } from '../profile/files/edit-file.ts'
import { parseProfileFile } from '../profile/files/snapshot.ts'
import { KINDS, type FileKind } from '../profile/ini/ini-file.ts'
import type { Paths } from '../profile/paths.ts'
import { keyEdit, keyLocationsIn } from './key-locations.ts'

interface Backup {
  readonly path: string
  readonly kind: FileKind
}

/** Paths of the backups that have a secret in plain text. */
export async function backupsWithSecret(
  context: Context,
  paths: Paths,
  secret: string,
): Promise<string[]> {
  return (await findBackups(context, paths, secret)).map(({ path }) => path)
}

/** Names the backups that a person should delete. */
export function reportBackupsWithSecret(context: Context, backups: readonly string[]): void {
  if (backups.length > 0)
    context.info(`These backups still contain the secret, so delete them: ${backups.join(', ')}`)
}

export interface MarkedBackups {
  /** Now have the marker that the keyring has the keys. */
  readonly marked: readonly string[]
  /** Still have the secret: in another form, or in a file that cannot be changed. */
  readonly unchanged: readonly string[]
}

/**
 * Replaces the keys in backups by the marker that the keyring has them. `setup --undo` and a person can still
 * restore such a backup.
 */
export async function markInBackups(
  context: Context,
  paths: Paths,
  keys: AwsKeys,
): Promise<MarkedBackups> {
  const backups = await findBackups(context, paths, keys.secretAccessKey)
  for (const backup of backups) await markInBackup(context, backup, keys).catch(ignoreFailure)
  const unchanged = await backupsWithSecret(context, paths, keys.secretAccessKey)
  const marked = backups.map(({ path }) => path).filter((path) => !unchanged.includes(path))
  return { marked, unchanged }
}

async function markInBackup(
  context: Context,
  { path, kind }: Backup,
  { accessKeyId, secretAccessKey }: AwsKeys,
): Promise<void> {
  const empty = parseProfileFile('', path)
  const file = parseProfileFile(await context.files.read(path), path)
  const locations = keyLocationsIn({ config: empty, credentials: empty, [kind]: file }).filter(
    (each) => each.accessKeyId === accessKeyId && each.secretAccessKey === secretAccessKey,
  )
  const edits = locations.map((location) => keyEdit(location, { accessKeyId }))
  await editFile(context, path, kind, edits)
}

async function findBackups(context: Context, paths: Paths, secret: string): Promise<Backup[]> {
  const backups: Backup[] = []
  for (const kind of KINDS) {
    for (const path of await backupsOf(context, paths[kind])) {
      const text = await context.files.read(path).catch(ignoreFailure)
      if (text?.includes(secret) === true) backups.push({ path, kind })
    }
  }
  return backups
}

/** Skips a backup that is not text, or that this user may not read or write. */
function ignoreFailure(error: unknown): undefined {
  if (!(error instanceof Failure)) throw error
  return undefined
}
