import type { AwsKeys } from '../aws/api.ts'
import { Failure } from '../failure.ts'
import { changeFiles } from '../profile/files/change-files.ts'
import { writeJournal, type Journal } from './journal.ts'
import {
  describeLocations,
  editsOf,
  isInKeyring,
  keyEdit,
  locationsOf,
  shortKeyId,
  storeInKeyring,
} from './key-locations.ts'
import type { Rotation } from './rotation.ts'

/**
 * Replaces the old key by the new key in every section, and then notes in the journal that the new key is stored. In
 * plain text only where the old one is, and not once `keys store` has taken the new one out of the files.
 * Throws a Failure if no section has either key by now: the new one would be nowhere.
 */
export async function replaceKeyInFiles(
  { context, paths, source }: Rotation,
  journal: Journal,
  keys: AwsKeys,
): Promise<Journal> {
  const { oldKeyId } = journal
  const { accessKeyId } = keys
  const stored = { ...journal, newSecret: undefined, isStored: true }
  const { plan } = await changeFiles(context, paths, {
    plan: (files) => {
      const locations = locationsOf(files, oldKeyId)
      const replaced = locationsOf(files, accessKeyId)
      if (locations.length === 0 && replaced.length === 0) {
        throw new Failure(
          'files',
          `Another program removed the key ${shortKeyId(oldKeyId)} from the files meanwhile.`,
          `mfa-login keys store --profile ${source.profile}`,
        )
      }
      const isStoredAway = replaced.some(isInKeyring)
      const edits = editsOf(locations, (location) =>
        keyEdit(location, isStoredAway || isInKeyring(location) ? { accessKeyId } : keys),
      )
      return { ...edits, removes: [oldKeyId], locations }
    },
    before: async ({ locations }) =>
      locations.some(isInKeyring) ? storeInKeyring(context.keyring, keys) : undefined,
    after: async () => writeJournal(context, stored),
  })
  const { locations } = plan
  if (locations.length > 0) {
    const where = describeLocations(paths, locations)
    context.info(`The new key ${shortKeyId(accessKeyId)} is stored: ${where}`)
  }
  return stored
}
