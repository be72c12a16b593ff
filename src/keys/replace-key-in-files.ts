import type { AwsKeys } from '../aws/api.ts'
import { readProfileFiles } from '../profile/files/snapshot.ts'
import { writeJournal, type Journal } from './journal.ts'
import {
  describeLocations,
  editSections,
  keyEdit,
  locationsOf,
  shortKeyId,
  storeInKeyring,
  type KeyLocation,
} from './key-locations.ts'
import type { Rotation } from './rotation.ts'

/** Replaces the old key by the new key in every section. Restores the old key everywhere if that fails. */
export async function replaceKeyInFiles(
  { context, paths }: Rotation,
  journal: Journal,
  keys: AwsKeys,
): Promise<Journal> {
  const locations = locationsOf(await readProfileFiles(context, paths), journal.oldKeyId)
  if (locations.some(isInKeyring)) await storeInKeyring(context.keyring, keys)
  try {
    await editSections(context, paths, locations, (location) =>
      keyEdit(location, isInKeyring(location) ? { accessKeyId: keys.accessKeyId } : keys),
    )
  } catch (error) {
    // May fail too; `discardNewKey` does not delete a key that a file still names.
    await editSections(context, paths, locations, (location) => keyEdit(location, location)).catch(
      () => undefined,
    )
    throw error
  }
  const stored = { ...journal, newSecret: undefined, isStored: true }
  await writeJournal(context, stored)
  if (locations.length > 0) {
    const where = describeLocations(paths, locations)
    context.info(`The new key ${shortKeyId(keys.accessKeyId)} is stored: ${where}`)
  }
  return stored
}

function isInKeyring({ secretAccessKey }: KeyLocation): boolean {
  return secretAccessKey === undefined
}
