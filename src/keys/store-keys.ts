import type { AwsKeys } from '../aws/api.ts'
import type { Context } from '../context.ts'
import { Failure } from '../failure.ts'
import { changeFiles } from '../profile/files/change-files.ts'
import { readProfileFiles } from '../profile/files/snapshot.ts'
import { readLongTermKeys } from '../profile/keys-of.ts'
import type { Paths } from '../profile/paths.ts'
import { findSource, type CredentialSource } from '../profile/resolve.ts'
import { isSameKey, type ProfileFiles } from '../profile/values.ts'
import { markInBackups, reportBackupsWithSecret, type MarkedBackups } from './backups.ts'
import {
  describeLocations,
  editsOf,
  findKeys,
  isInKeyring,
  keyEdit,
  locationForNewKeys,
  locationsOf,
  removeUnusedEntry,
  shortKeyId,
  storeInKeyring,
} from './key-locations.ts'

/** Whether the files have the keys that are to be stored. */
type IsSame = (source: CredentialSource | undefined) => boolean

/** Moves the keys of a profile from the files to the keyring and out of backups. Throws a Failure. */
export async function moveKeys(context: Context, paths: Paths, profile: string): Promise<void> {
  const source = findKeys(await readProfileFiles(context, paths), profile)
  const keys = await readLongTermKeys(context, source)
  const isSame: IsSame = (now) =>
    now?.accessKeyId === source.accessKeyId && now.secretAccessKey === source.secretAccessKey
  const isDone = await storeKeys(context, paths, profile, keys, isSame)
  // Another program changed them meanwhile.
  if (!isDone) await moveKeys(context, paths, profile)
}

/**
 * Stores keys unless `isSame` rejects those that the files have at that time. The keyring first, then the backups, then
 * the files: if the process dies in between, the files still have the keys, and the same command completes it.
 */
export async function storeKeys(
  context: Context,
  paths: Paths,
  profile: string,
  keys: AwsKeys,
  isSame?: IsSame,
): Promise<boolean> {
  const planned = planStoring(await readProfileFiles(context, paths), profile, keys, isSame)
  // A locked keyring may ask a person, which no file's lock waits for.
  await storeOrExplain(context, describeLocations(paths, planned.sections), planned.isNew, keys)
  let backups: MarkedBackups = { marked: [], unchanged: [] }
  const { plan } = await changeFiles(context, paths, {
    plan: (files) => planStoring(files, profile, keys, isSame),
    before: async ({ isOutdated }) => {
      if (isOutdated) return
      await storeInKeyring(context.keyring, keys)
      backups = await markInBackups(context, paths, keys)
    },
  })
  const { sections, isStored, isOutdated } = plan
  if (isOutdated) {
    await removeUnusedEntry(context, paths, keys.accessKeyId)
    return false
  }
  const [key, where] = [shortKeyId(keys.accessKeyId), describeLocations(paths, sections)]
  const already = `The keyring holds the keys ${key} of ${where} already.`
  context.info(isStored ? already : `The keyring holds the keys ${key} now, as ${where} says.`)
  reportBackups(context, backups)
  return true
}

function planStoring(
  files: ProfileFiles,
  profile: string,
  keys: AwsKeys,
  isSame: IsSame = (source) => hasKeyOrNone(source, keys),
) {
  const source = findSource(files, {}, { profile })
  // Leaves a section with another secret alone, as that secret may be the right one.
  const own = locationsOf(files, keys.accessKeyId).filter(
    (location) => location.profile === source?.keysProfile || isSameKey(location, keys),
  )
  const isOutdated = !isSame(source)
  const sections = own.length > 0 ? own : [locationForNewKeys(files, profile)]
  const edits = editsOf(isOutdated ? [] : sections, (section) =>
    keyEdit(section, { accessKeyId: keys.accessKeyId }),
  )
  const isStored = own.length > 0 && own.every(isInKeyring)
  return { ...edits, sections, isOutdated, isStored, isNew: own.length === 0 }
}

/** A person's keys never replace another key. */
function hasKeyOrNone(source: CredentialSource | undefined, { accessKeyId }: AwsKeys): boolean {
  if (source === undefined || source.accessKeyId === accessKeyId) return true
  throw new Failure(
    'files',
    `The profile ${source.profile} has another access key, ${shortKeyId(source.accessKeyId)}.`,
    `mfa-login keys remove --profile ${source.profile}, or --profile ANOTHER-NAME`,
  )
}

async function storeOrExplain(
  { keyring }: Context,
  where: string,
  isNew: boolean,
  keys: AwsKeys,
): Promise<void> {
  try {
    await storeInKeyring(keyring, keys)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    const left = isNew ? 'Nothing was stored.' : `The keys stay in ${where}.`
    throw new Failure(error.exit, `${error.message} ${left}`, error.hint, { cause: error })
  }
}

function reportBackups(context: Context, { marked, unchanged }: MarkedBackups): void {
  if (marked.length > 0) context.info(`The backups now say so too: ${marked.join(', ')}`)
  reportBackupsWithSecret(context, unchanged)
}
