import type { AwsKeys } from '../aws/api.ts'
import type { Edit } from '../profile/ini/edit.ts'
import { editFile } from '../profile/files/edit-file.ts'
import { readProfileFiles } from '../profile/files/snapshot.ts'
import { writeRotation, type Rotation } from './journal.ts'
import { intoKeyring } from './move.ts'
import {
  keyringEdit,
  KINDS,
  describeLocation,
  locationsOf,
  plainEdit,
  type KeyLocation,
} from './places.ts'
import { shortKeyId, type RotationWork } from './work.ts'

/** Puts the new key in the old one's place, in every section; where that fails, everything is as before. */
export async function switchOver(
  work: RotationWork,
  rotation: Rotation,
  keys: AwsKeys,
): Promise<Rotation> {
  const { context, paths } = work
  const places = locationsOf(await readProfileFiles(context, paths), rotation.oldKeyId)
  if (places.some(isMarked)) await intoKeyring(context.keyring, keys)
  try {
    await editAll(work, places, (place) =>
      isMarked(place) ? keyringEdit(place, keys.accessKeyId) : plainEdit(place, keys),
    )
  } catch (error) {
    // As far as it goes; `rollBack` does not delete a key that a file still names.
    await editAll(work, places, asBefore).catch(() => undefined)
    throw error
  }
  const stored = { ...rotation, newSecret: undefined, isStored: true }
  await writeRotation(context, stored)
  if (places.length > 0) {
    const where = places.map((place) => describeLocation(paths, place)).join(', ')
    context.info(`The new key ${shortKeyId(keys.accessKeyId)} is stored: ${where}`)
  }
  return stored
}

function isMarked({ secretAccessKey }: KeyLocation): boolean {
  return secretAccessKey === undefined
}

function asBefore(place: KeyLocation): Edit {
  const { accessKeyId, secretAccessKey } = place
  if (secretAccessKey === undefined) return keyringEdit(place, accessKeyId)
  return plainEdit(place, { accessKeyId, secretAccessKey })
}

async function editAll(
  { context, paths }: RotationWork,
  places: readonly KeyLocation[],
  change: (place: KeyLocation) => Edit,
): Promise<void> {
  for (const kind of KINDS) {
    const own = places.filter((place) => place.kind === kind)
    await editFile(context, paths[kind], kind, own.map(change))
  }
}
