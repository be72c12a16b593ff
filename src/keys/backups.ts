import type { AwsKeys } from '../aws/api.ts'
import type { Context } from '../context.ts'
import { Failure } from '../failure.ts'
import { backupsOf } from '../profile/backups.ts'
import type { FileKind } from '../profile/ini/ini-file.ts'
import type { Paths } from '../profile/paths.ts'
import { editFile } from '../profile/files/edit-file.ts'
import { parseProfileFile } from '../profile/files/snapshot.ts'
import { keyLocationsIn, keyringEdit, KINDS } from './places.ts'

/** Backups that hold a secret in plain text. */
export async function backupsWith(
  context: Context,
  paths: Paths,
  secret: string,
): Promise<string[]> {
  return (await allWith(context, paths, secret)).map(({ path }) => path)
}

export interface Cleared {
  /** Backups that name the keyring now, as the files do. */
  readonly cleared: readonly string[]
  /** Those that hold the secret in another way, or cannot be changed. */
  readonly left: readonly string[]
}

/**
 * Lets the backups say that the keyring holds the keys. They stay good for `setup --undo`, which asks only
 * where keys were, and to be copied back.
 */
export async function clearBackups(
  context: Context,
  paths: Paths,
  keys: AwsKeys,
): Promise<Cleared> {
  const found = await allWith(context, paths, keys.secretAccessKey)
  for (const { path, kind } of found) {
    try {
      await clear(context, path, kind, keys)
    } catch (error) {
      if (!(error instanceof Failure)) throw error
    }
  }
  const left = await backupsWith(context, paths, keys.secretAccessKey)
  return { cleared: found.map(({ path }) => path).filter((path) => !left.includes(path)), left }
}

async function clear(
  context: Context,
  path: string,
  kind: FileKind,
  { accessKeyId, secretAccessKey }: AwsKeys,
): Promise<void> {
  const none = parseProfileFile('', path)
  const file = parseProfileFile(await context.files.read(path), path)
  const places = keyLocationsIn({ config: none, credentials: none, [kind]: file })
  const own = places.filter(
    (place) => place.accessKeyId === accessKeyId && place.secretAccessKey === secretAccessKey,
  )
  const edits = own.map((place) => keyringEdit(place, accessKeyId))
  await editFile(context, path, kind, edits)
}

async function allWith(
  context: Context,
  paths: Paths,
  secret: string,
): Promise<{ path: string; kind: FileKind }[]> {
  const found: { path: string; kind: FileKind }[] = []
  for (const kind of KINDS) {
    for (const path of await backupsOf(context, paths[kind])) {
      const text = await context.files.read(path).catch(unreadable)
      if (text?.includes(secret) === true) found.push({ path, kind })
    }
  }
  return found
}

/** What is not text, or not ours to read, was not written by us. */
function unreadable(error: unknown): undefined {
  if (!(error instanceof Failure)) throw error
  return undefined
}
