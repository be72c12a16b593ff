import type { AwsKeys } from '../aws/api.ts'
import { readProfileFiles } from '../profile/files/snapshot.ts'
import type { Edit } from '../profile/ini/edit.ts'
import { writeJournal, type Journal } from './journal.ts'
import {
  describeLocations,
  editSections,
  keysEdit,
  locationsOf,
  markerEdit,
  shortKeyId,
  type KeyLocation,
} from './key-locations.ts'
import { storeInKeyring } from './keyring-entries.ts'
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
      isInKeyring(location) ? markerEdit(location, keys.accessKeyId) : keysEdit(location, keys),
    )
  } catch (error) {
    // May fail too; `discardNewKey` does not delete a key that a file still names.
    await editSections(context, paths, locations, restoringEdit).catch(() => undefined)
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

function restoringEdit(location: KeyLocation): Edit {
  const { accessKeyId, secretAccessKey } = location
  if (secretAccessKey === undefined) return markerEdit(location, accessKeyId)
  return keysEdit(location, { accessKeyId, secretAccessKey })
}
