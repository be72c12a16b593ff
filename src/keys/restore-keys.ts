import type { Context } from '../context.ts'
import { changeFiles } from '../profile/files/change-files.ts'
import { readProfileFiles } from '../profile/files/snapshot.ts'
import { readLongTermKeys } from '../profile/keys-of.ts'
import type { Paths } from '../profile/paths.ts'
import {
  describeLocations,
  editsOf,
  findKeys,
  isInKeyring,
  keyEdit,
  locationsOf,
  shortKeyId,
} from './key-locations.ts'

/** Writes the keys to the files, then removes them from the keyring, under the same locks. */
export async function restoreKeys(context: Context, paths: Paths, profile: string): Promise<void> {
  // A locked keyring may ask a person, which no file's lock waits for.
  await readLongTermKeys(context, findKeys(await readProfileFiles(context, paths), profile))
  const { plan } = await changeFiles(context, paths, {
    plan: async (files) => {
      const source = findKeys(files, profile)
      const { accessKeyId } = source
      const sections = locationsOf(files, accessKeyId)
      const marked = sections.filter(isInKeyring)
      const keys = marked.length > 0 ? await readLongTermKeys(context, source) : source
      return { ...editsOf(marked, (section) => keyEdit(section, keys)), accessKeyId, sections }
    },
    after: async ({ accessKeyId }) => context.keyring.remove(accessKeyId),
  })
  const { accessKeyId, sections } = plan
  const where = describeLocations(paths, sections)
  context.info(`The keys ${shortKeyId(accessKeyId)} are in ${where}, and not in the keyring.`)
}
