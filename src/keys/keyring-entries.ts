import type { AwsKeys } from '../aws/api.ts'
import type { Context, Keyring } from '../context.ts'
import { Failure } from '../failure.ts'
import { readProfileFiles } from '../profile/files/snapshot.ts'
import type { Paths } from '../profile/paths.ts'
import { locationsOf } from './key-locations.ts'

/** Writes the keys and reads them back. Throws a Failure if the keyring returns something else. */
export async function storeInKeyring(keyring: Keyring, keys: AwsKeys): Promise<void> {
  const { accessKeyId, secretAccessKey } = keys
  await keyring.write(accessKeyId, secretAccessKey)
  if ((await keyring.read(accessKeyId)) === secretAccessKey) return
  throw new Failure(
    'files',
    'The keyring did not give back what was written to it.',
    'look at it with the keyring’s own program',
  )
}

/** Removes the entry of a key unless a section still refers to it. */
export async function removeUnusedEntry(
  context: Context,
  paths: Paths,
  accessKeyId: string,
): Promise<void> {
  const locations = locationsOf(await readProfileFiles(context, paths), accessKeyId)
  if (locations.some(({ secretAccessKey }) => secretAccessKey === undefined)) return
  await context.keyring.remove(accessKeyId)
}
