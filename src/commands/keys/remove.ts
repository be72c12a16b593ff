import { command } from '../../command.ts'
import { Failure } from '../../failure.ts'
import { backupsWithSecret, reportBackupsWithSecret } from '../../keys/backups.ts'
import {
  describeLocations,
  editsOf,
  isInKeyring,
  locationsOf,
  shortKeyId,
} from '../../keys/key-locations.ts'
import { JSON_OUTPUT, PROFILE, YES } from '../../options.ts'
import { makePlannedChange } from '../../planned-change.ts'
import { printJson } from '../../print-json.ts'
import { pathsOf } from '../../profile/paths.ts'
import { requestedProfile, findSource } from '../../profile/resolve.ts'
import { ALL_KEYS, removeKeys } from '../../profile/setup/setup-plan.ts'
import type { ProfileFiles } from '../../profile/values.ts'

export default command({
  about:
    'Removes the long-term keys of a profile from this machine: from the file or the keyring. At AWS they ' +
    'stay valid.',
  options: {
    profile: { ...PROFILE, pickUnless: ['key'] },
    key: {
      value: 'ID',
      about: 'this access key, from every profile, instead of the one of --profile',
      conflicts: ['profile'],
    },
    yes: YES,
    json: JSON_OUTPUT,
  },
  examples: [
    ['mfa-login keys remove --profile work', 'before you give the machine away'],
    ['mfa-login keys remove --key AKIAIOSFODNN7EXAMPLE', 'one of two keys; see keys list'],
  ],
  run: async ({ profile: requested, key, yes, json }, context) => {
    const paths = pathsOf(context)
    const profile = requestedProfile(requested, context.env)
    const which = key === undefined ? `--profile ${profile}` : `--key ${key}`
    const removal = await makePlannedChange(context, paths, {
      plan: (files) => planRemoval(files, profile, key),
      show: () => true,
      question: ({ accessKeyId, own }) =>
        `Remove the keys ${shortKeyId(accessKeyId)} of ${describeLocations(paths, own)}? AWS does not show a secret twice.`,
      command: `mfa-login keys remove --yes ${which}`,
      isUnattended: yes,
      unlock: async ({ entry }) => {
        if (entry !== undefined) await context.keyring.read(entry)
      },
      // Before the files: if the process dies in between, they still name the key to remove.
      before: async ({ entry }) => {
        if (entry !== undefined) await context.keyring.remove(entry)
      },
    })
    if (removal === undefined) return 'ok'
    const [secret] = removal.own.flatMap(({ secretAccessKey }) => secretAccessKey ?? [])
    const backups = secret === undefined ? [] : await backupsWithSecret(context, paths, secret)
    reportBackupsWithSecret(context, backups)
    context.info(
      `The keys ${shortKeyId(removal.accessKeyId)} are removed from this machine; at AWS they stay valid until you deactivate them.`,
    )
    context.info(
      `Sessions created with them stay until you run: mfa-login logout --profile ${profile}`,
    )
    if (json) printJson(context, { accessKeyId: removal.accessKeyId, backups })
    return 'ok'
  },
})

/** Takes a key out of the sections of its profile, or with its ID out of all. */
function planRemoval(files: ProfileFiles, profile: string, key: string | undefined) {
  const { accessKeyId = '', keysProfile = '' } =
    key === undefined ? (findSource(files, {}, { profile }) ?? {}) : { accessKeyId: key }
  const all = locationsOf(files, accessKeyId)
  // An interrupted setup of an older version left a copy.
  const places = [keysProfile, `${keysProfile}-long-term`]
  const own = key === undefined ? all.filter((each) => places.includes(each.profile)) : all
  if (own.length === 0) {
    const what = key === undefined ? `for the profile ${profile}` : `with the ID ${key}`
    throw new Failure('files', `There are no long-term keys ${what}.`, 'mfa-login keys list')
  }
  const isShared = all.length > own.length
  return {
    ...editsOf(own, (each) => removeKeys(files, each.kind, each.profile, ALL_KEYS)),
    removes: [accessKeyId],
    accessKeyId,
    own,
    /** What the keyring loses. */
    entry: own.some(isInKeyring) && !isShared ? accessKeyId : undefined,
  }
}
