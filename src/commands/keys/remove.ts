import { command } from '../../command.ts'
import { requireConsent } from '../../consent.ts'
import { Failure } from '../../failure.ts'
import { backupsWithSecret } from '../../keys/backups.ts'
import { describeLocations, locationsOf, shortKeyId } from '../../keys/key-locations.ts'
import { PROFILE, YES } from '../../options.ts'
import { pathsOf } from '../../profile/paths.ts'
import { logSource } from '../../profile/read-source.ts'
import { requestedProfile, findSource } from '../../profile/resolve.ts'
import { ALL_KEYS, removeKeys } from '../../profile/setup/setup-plan.ts'
import { editFile } from '../../profile/files/edit-file.ts'
import { readProfileFiles } from '../../profile/files/snapshot.ts'

export default command({
  about:
    'Removes the long-term keys of a profile from this machine: from the file or the keyring. At AWS they\n' +
    'stay valid.',
  options: { profile: PROFILE, yes: YES },
  examples: [['mfa-login keys remove --profile work', 'before you hand the machine over']],
  run: async ({ profile: requested, yes }, context) => {
    const paths = pathsOf(context)
    const files = await readProfileFiles(context, paths)
    const profile = requestedProfile(requested, context.env)
    const source = findSource(files, {}, { profile })
    if (source === undefined) {
      const hint = 'mfa-login keys list'
      throw new Failure('files', `There are no long-term keys for the profile ${profile}.`, hint)
    }
    logSource(context, source)
    const { accessKeyId, keysProfile } = source
    const all = locationsOf(files, accessKeyId)
    const own = all.filter((location) => location.profile === keysProfile)
    const key = shortKeyId(accessKeyId)
    if (!yes) {
      const question = `Take the keys ${key} of ${describeLocations(paths, own)} away? AWS does not show a secret twice.`
      await requireConsent(context, question, `mfa-login keys remove --yes --profile ${profile}`)
    }
    const isInKeyring = own.some(({ secretAccessKey }) => secretAccessKey === undefined)
    const isShared = all.length > own.length
    // The entry first: if the process dies in between, the file still names the key to remove.
    if (isInKeyring && !isShared) await context.keyring.remove(accessKeyId)
    for (const { kind, profile: section } of own) {
      const edits = removeKeys(files, kind, section, ALL_KEYS)
      await editFile(context, paths[kind], kind, edits)
    }
    const [secret] = own.flatMap(({ secretAccessKey }) => secretAccessKey ?? [])
    const backups = secret === undefined ? [] : await backupsWithSecret(context, paths, secret)
    if (backups.length > 0) {
      context.info(`Backups that still hold the secret; delete them: rm ${backups.join(' ')}`)
    }
    context.info(
      `The keys ${key} are gone here; at AWS they work until they are deactivated there.`,
    )
    context.info(`Sessions made with them stay until: mfa-login logout --profile ${profile}`)
    return 'ok'
  },
})
