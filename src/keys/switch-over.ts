import type { AwsKeys } from '../aws/api.ts'
import type { Edit } from '../profile/ini/edit.ts'
import { editFile, readProfileFiles } from '../profile/edit-file.ts'
import { noteRotation, type Rotation } from './journal.ts'
import { intoKeyring } from './move.ts'
import { keyringEdit, KINDS, placeInWords, placesOf, plainEdit, type KeyPlace } from './places.ts'
import { short, type Work } from './work.ts'

/** Puts the new key in the old one's place, in every section; where that fails, everything is as before. */
export async function switchOver(work: Work, rotation: Rotation, keys: AwsKeys): Promise<Rotation> {
  const { context, paths } = work
  const places = placesOf(await readProfileFiles(context, paths), rotation.oldKeyId)
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
  await noteRotation(context, stored)
  if (places.length > 0) {
    const where = places.map((place) => placeInWords(paths, place)).join(', ')
    context.say(`The new key ${short(keys.accessKeyId)} is stored: ${where}`)
  }
  return stored
}

function isMarked({ secretAccessKey }: KeyPlace): boolean {
  return secretAccessKey === undefined
}

function asBefore(place: KeyPlace): Edit {
  const { accessKeyId, secretAccessKey } = place
  if (secretAccessKey === undefined) return keyringEdit(place, accessKeyId)
  return plainEdit(place, { accessKeyId, secretAccessKey })
}

async function editAll(
  { context, paths }: Work,
  places: readonly KeyPlace[],
  change: (place: KeyPlace) => Edit,
): Promise<void> {
  for (const kind of KINDS) {
    const own = places.filter((place) => place.kind === kind)
    await editFile(context, paths[kind], kind, own.map(change))
  }
}
