import { command } from '../../command.ts'
import type { AwsKeys } from '../../aws/api.ts'
import type { Context } from '../../context.ts'
import { Failure } from '../../failure.ts'
import { findKeys } from '../../keys/key-locations.ts'
import { checkAccessKeyId, checkSecretAccessKey, parseKeys } from '../../keys/parse-keys.ts'
import { restoreKeys } from '../../keys/restore-keys.ts'
import { moveKeys, storeKeys } from '../../keys/store-keys.ts'
import { JSON_OUTPUT, PROFILE } from '../../options.ts'
import { printJson } from '../../print-json.ts'
import { pathsOf, type Paths } from '../../profile/paths.ts'
import { logSource } from '../../profile/read-source.ts'
import { requestedProfile, findSource } from '../../profile/resolve.ts'
import { readProfileFiles } from '../../profile/files/snapshot.ts'

export default command({
  about:
    'Moves long-term keys from the credentials file to the keyring of the operating system. Removes the ' +
    'plain-text copies, in backups too, once the keyring has returned the secret.',
  options: {
    profile: PROFILE,
    stdin: {
      about:
        'read the keys from stdin: JSON of "aws iam create-access-key", or ID and secret on two lines',
    },
    restore: {
      about: 'write the keys back to the file and remove them from the keyring',
      conflicts: ['stdin'],
    },
    json: JSON_OUTPUT,
  },
  examples: [
    ['mfa-login keys store --profile work', 'from the file, or asks for them'],
    [
      'aws iam create-access-key | mfa-login keys store -p work --stdin',
      'new keys, never in a file',
    ],
    ['mfa-login keys store --profile work --restore', 'back to the file'],
  ],
  run: async ({ profile: requested, stdin, restore, json }, context) => {
    const paths = pathsOf(context)
    const profile = requestedProfile(requested, context.env)
    if (restore) await restoreKeys(context, paths, profile)
    else await store(context, paths, profile, stdin)
    if (!json) return 'ok'
    const { accessKeyId } = findKeys(await readProfileFiles(context, paths), profile)
    printJson(context, { profile, accessKeyId, place: restore ? 'file' : 'keyring' })
    return 'ok'
  },
})

async function store(
  context: Context,
  paths: Paths,
  profile: string,
  stdin: boolean,
): Promise<void> {
  // Only keys in a file can be moved, and only there can the keyring be named.
  const source = findSource(await readProfileFiles(context, paths), {}, { profile })
  if (source) logSource(context, source)
  if (stdin) await storeKeys(context, paths, profile, parseKeys(await context.readStdin()))
  else if (source === undefined)
    await storeKeys(context, paths, profile, await askKeys(context, profile))
  else await moveKeys(context, paths, profile)
}

async function askKeys(context: Context, profile: string): Promise<AwsKeys> {
  const terminal = await context.openTerminal()
  if (terminal === undefined) {
    throw new Failure(
      'files',
      `There are no long-term keys for the profile ${profile} in the files, and there is no terminal to ask at.`,
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
