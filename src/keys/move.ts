import type { AwsKeys } from '../aws/api.ts'
import type { Context, Keyring } from '../context.ts'
import { Failure } from '../failure.ts'
import type { Edit } from '../profile/ini/edit.ts'
import type { Paths } from '../profile/paths.ts'
import { editFile } from '../profile/files/edit-file.ts'
import { readProfileFiles } from '../profile/files/snapshot.ts'
import { keyringEdit, KINDS, locationsOf, plainEdit, type KeyLocation } from './places.ts'

type Section = Pick<KeyLocation, 'profile' | 'kind'>

/** Puts keys into the keyring and believes it only when they read back. Throws a Failure. */
export async function intoKeyring(keyring: Keyring, keys: AwsKeys): Promise<void> {
  const { accessKeyId, secretAccessKey } = keys
  await keyring.write(accessKeyId, secretAccessKey)
  if ((await keyring.read(accessKeyId)) === secretAccessKey) return
  throw new Failure(
    'files',
    'The keyring did not give back what was written to it.',
    'look at it with the keyring’s own program',
  )
}

/** Each file is edited in one step; the plain copies go. */
export async function markAsInKeyring(
  context: Context,
  paths: Paths,
  sections: readonly Section[],
  { accessKeyId }: AwsKeys,
): Promise<void> {
  await edit(context, paths, sections, (section) => keyringEdit(section, accessKeyId))
}

export async function writePlain(
  context: Context,
  paths: Paths,
  sections: readonly Section[],
  keys: AwsKeys,
): Promise<void> {
  await edit(context, paths, sections, (section) => plainEdit(section, keys))
}

async function edit(
  context: Context,
  paths: Paths,
  sections: readonly Section[],
  change: (section: Section) => Edit,
): Promise<void> {
  for (const kind of KINDS) {
    const own = sections.filter((section) => section.kind === kind)
    await editFile(context, paths[kind], kind, own.map(change))
  }
}

/** Takes an entry out of the keyring that no section speaks of any more. */
export async function dropFromKeyring(
  context: Context,
  paths: Paths,
  accessKeyId: string,
): Promise<void> {
  const places = locationsOf(await readProfileFiles(context, paths), accessKeyId)
  if (places.some(({ secretAccessKey }) => secretAccessKey === undefined)) return
  await context.keyring.remove(accessKeyId)
}
