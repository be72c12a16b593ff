import { command } from '../../command.ts'
import type { AwsKeys } from '../../aws/api.ts'
import type { Context } from '../../context.ts'
import { Failure } from '../../failure.ts'
import { markInBackups } from '../../keys/backups.ts'
import { checkAccessKeyId, checkSecretAccessKey, parseKeys } from '../../keys/parse-keys.ts'
import {
  describeLocations,
  editSections,
  keyEdit,
  locationForNewKeys,
  locationsOf,
  removeUnusedEntry,
  shortKeyId,
  storeInKeyring,
} from '../../keys/key-locations.ts'
import { PROFILE } from '../../options.ts'
import { readLongTermKeys } from '../../profile/keys-of.ts'
import { pathsOf, type Paths } from '../../profile/paths.ts'
import { logSource } from '../../profile/read-source.ts'
import { requestedProfile, findSource, type CredentialSource } from '../../profile/resolve.ts'
import type { ProfileFiles } from '../../profile/values.ts'
import { readProfileFiles } from '../../profile/files/snapshot.ts'

export default command({
  about:
    'Moves long-term keys from the credentials file to the keyring of the operating system. Removes the\n' +
    'plain-text copies, in backups too, once the keyring has returned the secret.',
  options: {
    profile: PROFILE,
    stdin: {
      about: 'read the keys from stdin: JSON of create-access-key, or ID and secret on two lines',
    },
    restore: {
      about: 'write the keys back to the file and remove them from the keyring',
      conflicts: ['stdin'],
    },
  },
  examples: [
    ['mfa-login keys store --profile work', 'from the file, or asks for them'],
    [
      'aws iam create-access-key | mfa-login keys store -p work --stdin',
      'new keys, never in a file',
    ],
    ['mfa-login keys store --profile work --restore', 'back to the file'],
  ],
  run: async ({ profile: requested, stdin, restore }, context) => {
    const paths = pathsOf(context)
    const files = await readProfileFiles(context, paths)
    const profile = requestedProfile(requested, context.env)
    // Only keys in a file can be moved, and only there can the keyring be named.
    const source = findSource(files, {}, { profile })
    if (source) logSource(context, source)
    const found: ProfileKeys = { paths, files, profile, source }
    if (restore) await restoreKeys(context, found)
    else if (source !== undefined && !stdin) await moveKeys(context, found, source)
    else {
      const keys = stdin ? parseKeys(await context.readStdin()) : await askKeys(context, profile)
      await storeNewKeys(context, found, keys)
    }
    return 'ok'
  },
})

/** What the files say about the keys of a profile. */
interface ProfileKeys {
  readonly paths: Paths
  readonly files: ProfileFiles
  readonly profile: string
  /** Undefined if the files have no keys for it. */
  readonly source: CredentialSource | undefined
}

async function moveKeys(
  context: Context,
  found: ProfileKeys,
  source: CredentialSource,
): Promise<void> {
  const keys = await readLongTermKeys(context, source)
  if (source.secretAccessKey !== undefined) return storeKeys(context, found, keys)
  context.info(`The keyring holds the keys of [${source.keysProfile ?? ''}] already.`)
  await clearBackups(context, found.paths, keys)
}

async function storeNewKeys(context: Context, found: ProfileKeys, keys: AwsKeys): Promise<void> {
  const { source, profile } = found
  if (source === undefined || source.accessKeyId === keys.accessKeyId) {
    return storeKeys(context, found, keys)
  }
  throw new Failure(
    'files',
    `The profile ${profile} has another access key, ${shortKeyId(source.accessKeyId)}.`,
    `mfa-login keys remove --profile ${profile}, or --profile ANOTHER-NAME`,
  )
}

/** The keyring first, then the files: if the process dies in between, the files still have the keys. */
async function storeKeys(context: Context, found: ProfileKeys, keys: AwsKeys): Promise<void> {
  const { paths, files, profile, source } = found
  const all = locationsOf(files, keys.accessKeyId)
  // Leaves a section with another secret alone, as that secret may be the right one.
  const own = all.filter(
    ({ profile: name, secretAccessKey = keys.secretAccessKey }) =>
      name === source?.keysProfile || secretAccessKey === keys.secretAccessKey,
  )
  const sections = own.length > 0 ? own : [locationForNewKeys(files, profile)]
  const where = describeLocations(paths, sections)
  try {
    await storeInKeyring(context.keyring, keys)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    const left = own.length > 0 ? `The keys stay in ${where}.` : 'Nothing was stored.'
    throw new Failure(error.exit, `${error.message} ${left}`, error.hint, { cause: error })
  }
  await editSections(context, paths, sections, (section) =>
    keyEdit(section, { accessKeyId: keys.accessKeyId }),
  )
  context.info(`The keyring holds the keys ${shortKeyId(keys.accessKeyId)} now, as ${where} says.`)
  await clearBackups(context, paths, keys)
}

async function clearBackups(context: Context, paths: Paths, keys: AwsKeys): Promise<void> {
  const { marked, unchanged } = await markInBackups(context, paths, keys)
  if (marked.length > 0) context.info(`The backups say so too now: ${marked.join(', ')}`)
  if (unchanged.length === 0) return
  context.info(`Backups that still hold the secret; delete them: rm ${unchanged.join(' ')}`)
}

async function askKeys(context: Context, profile: string): Promise<AwsKeys> {
  const terminal = await context.openTerminal()
  if (terminal === undefined) {
    throw new Failure(
      'files',
      `There are no long-term keys for the profile ${profile} in the files, and no terminal to ask on.`,
      `aws iam create-access-key | mfa-login keys store --stdin --profile ${profile}`,
    )
  }
  try {
    const accessKeyId = await terminal.ask(`Access key ID for ${profile}`, checkAccessKeyId)
    const secretAccessKey = await terminal.askSecret('Secret access key', checkSecretAccessKey)
    return { accessKeyId: accessKeyId.trim(), secretAccessKey: secretAccessKey.trim() }
  } finally {
    terminal.close()
  }
}

/**
 * The files first, then the keyring: if the process dies in between, both have the keys, and the same command
 * completes it.
 */
async function restoreKeys(context: Context, found: ProfileKeys): Promise<void> {
  const { paths, files, profile, source } = found
  if (source === undefined) {
    throw new Failure(
      'files',
      `There are no keys of the profile ${profile} to restore.`,
      'mfa-login keys list',
    )
  }
  const { accessKeyId } = source
  const sections = locationsOf(files, accessKeyId)
  const marked = sections.filter(({ secretAccessKey }) => secretAccessKey === undefined)
  if (marked.length > 0) {
    const keys = await readLongTermKeys(context, source)
    await editSections(context, paths, marked, (section) => keyEdit(section, keys))
  }
  await removeUnusedEntry(context, paths, accessKeyId)
  const where = describeLocations(paths, sections)
  context.info(`The keys ${shortKeyId(accessKeyId)} are in ${where}, and not in the keyring.`)
}
