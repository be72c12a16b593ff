import { command, PROFILE } from '../../command.ts'
import type { AwsKeys } from '../../aws/api.ts'
import type { Context } from '../../context.ts'
import { Failure, usageFailure } from '../../failure.ts'
import { clearBackups } from '../../keys/backups.ts'
import { givenKeys, problemOfId, problemOfSecret } from '../../keys/given.ts'
import { dropFromKeyring, intoKeyring, markAsInKeyring, writePlain } from '../../keys/move.ts'
import { locationForNewKeys, describeLocation, locationsOf } from '../../keys/places.ts'
import { readLongTermKeys } from '../../profile/keys-of.ts'
import { pathsOf, type Paths } from '../../profile/paths.ts'
import { requestedProfile, findSource, type CredentialSource } from '../../profile/resolve.ts'
import type { ProfileFiles } from '../../profile/values.ts'
import { readProfileFiles } from '../../profile/files/snapshot.ts'

export default command({
  about:
    'Moves long-term keys from the credentials file to the keyring of the operating system. The plain\n' +
    'copies, in backups too, are taken away when the keyring has given the secret back.',
  options: {
    profile: PROFILE,
    stdin: {
      about: 'read the keys from stdin: JSON of create-access-key, or ID and secret on two lines',
    },
    restore: { about: 'write the keys back to the file and take them out of the keyring' },
  },
  examples: [
    ['mfa-login keys store --profile work', 'out of the file, or asked for'],
    ['aws iam create-access-key | mfa-login keys store -p work --stdin', 'never in a file'],
    ['mfa-login keys store --profile work --restore', 'as it was'],
  ],
  parse: ({ profile, stdin = false, restore = false }) => {
    if (stdin && restore) {
      throw usageFailure('--stdin and --restore exclude each other.', 'mfa-login keys store --help')
    }
    return { profile, stdin, restore }
  },
  run: async ({ profile: asked, stdin, restore }, context) => {
    const paths = pathsOf(context)
    const files = await readProfileFiles(context, paths)
    const profile = requestedProfile(asked, context.env)
    // Only keys in a file can be moved, and only there can the keyring be named.
    const source = findSource(files, {}, { profile })
    const place: Place = { paths, files, profile, source }
    if (restore) await restoreKeys(context, place)
    else if (stdin) await storeGiven(context, place, givenKeys(await context.readStdin()))
    else if (source === undefined) await storeGiven(context, place, await askKeys(context, profile))
    else await storeFound(context, place, source)
    return 'ok'
  },
})

interface Place {
  readonly paths: Paths
  readonly files: ProfileFiles
  readonly profile: string
  readonly source: CredentialSource | undefined
}

async function storeFound(context: Context, place: Place, source: CredentialSource): Promise<void> {
  const keys = await readLongTermKeys(context, source)
  if (source.secretAccessKey !== undefined) return store(context, place, keys)
  context.info(`The keyring holds the keys of [${source.keysProfile ?? ''}] already.`)
  await clear(context, place.paths, keys)
}

async function storeGiven(context: Context, place: Place, keys: AwsKeys): Promise<void> {
  const { source, profile } = place
  if (source === undefined || source.accessKeyId === keys.accessKeyId) {
    return store(context, place, keys)
  }
  throw new Failure(
    'files',
    `The profile ${profile} has another access key, …${source.accessKeyId.slice(-4)}.`,
    `mfa-login keys remove --profile ${profile}, or --profile ANOTHER-NAME`,
  )
}

/** The keyring first, then the files: killed in between, the plain copy is still there. */
async function store(context: Context, place: Place, keys: AwsKeys): Promise<void> {
  const { paths, files, profile, source } = place
  const all = locationsOf(files, keys.accessKeyId)
  // One with another secret may be the one that is right, and would be lost.
  const found = all.filter(
    ({ profile: name, secretAccessKey = keys.secretAccessKey }) =>
      name === source?.keysProfile || secretAccessKey === keys.secretAccessKey,
  )
  const sections = found.length > 0 ? found : [locationForNewKeys(files, profile)]
  const where = sections.map((each) => describeLocation(paths, each)).join(', ')
  try {
    await intoKeyring(context.keyring, keys)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    const left = found.length > 0 ? `The keys stay in ${where}.` : 'Nothing was stored.'
    throw new Failure(error.exit, `${error.message} ${left}`, error.hint)
  }
  await markAsInKeyring(context, paths, sections, keys)
  context.info(`The keyring holds the keys …${keys.accessKeyId.slice(-4)} now, as ${where} says.`)
  await clear(context, paths, keys)
}

async function clear(context: Context, paths: Paths, keys: AwsKeys): Promise<void> {
  const { cleared, left } = await clearBackups(context, paths, keys)
  if (cleared.length > 0) context.info(`The backups say so too now: ${cleared.join(', ')}`)
  if (left.length === 0) return
  context.info(`Backups that still hold the secret; delete them: rm ${left.join(' ')}`)
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
    const accessKeyId = await terminal.ask(`Access key ID for ${profile}`, problemOfId)
    const secretAccessKey = await terminal.askSecret('Secret access key', problemOfSecret)
    return { accessKeyId: accessKeyId.trim(), secretAccessKey: secretAccessKey.trim() }
  } finally {
    terminal.close()
  }
}

/** The files first, then the keyring: killed in between, both have the keys, and a second run ends it. */
async function restoreKeys(context: Context, place: Place): Promise<void> {
  const { paths, files, profile, source } = place
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
  if (marked.length > 0)
    await writePlain(context, paths, marked, await readLongTermKeys(context, source))
  await dropFromKeyring(context, paths, accessKeyId)
  const where = sections.map((each) => describeLocation(paths, each)).join(', ')
  context.info(`The keys …${accessKeyId.slice(-4)} are in ${where}, and not in the keyring.`)
}
