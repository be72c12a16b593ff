import { command, PROFILE } from '../../command.ts'
import { requireConsent } from '../../consent.ts'
import { Failure } from '../../failure.ts'
import { backupsWith } from '../../keys/backups.ts'
import { describeLocation, locationsOf } from '../../keys/places.ts'
import { pathsOf } from '../../profile/paths.ts'
import { requestedProfile, findSource } from '../../profile/resolve.ts'
import { ALL_KEYS, removeKeys } from '../../profile/setup/setup-plan.ts'
import { editFile } from '../../profile/files/edit-file.ts'
import { readProfileFiles } from '../../profile/files/snapshot.ts'

export default command({
  about:
    'Takes the long-term keys of a profile away from this machine: out of the file or the keyring.\n' +
    'At AWS they go on working.',
  options: { profile: PROFILE, yes: { short: 'y', about: 'do not ask' } },
  examples: [['mfa-login keys remove --profile work', 'before you hand the machine over']],
  parse: ({ profile, yes = false }) => ({ profile, yes }),
  run: async ({ profile: asked, yes }, context) => {
    const paths = pathsOf(context)
    const files = await readProfileFiles(context, paths)
    const profile = requestedProfile(asked, context.env)
    const source = findSource(files, {}, { profile })
    if (source === undefined) {
      const hint = 'mfa-login keys list'
      throw new Failure('files', `There are no long-term keys for the profile ${profile}.`, hint)
    }
    const { accessKeyId, keysProfile } = source
    const all = locationsOf(files, accessKeyId)
    const own = all.filter((place) => place.profile === keysProfile)
    const key = `…${accessKeyId.slice(-4)}`
    if (!yes) {
      const where = own.map((place) => describeLocation(paths, place)).join(', ')
      const question = `Take the keys ${key} of ${where} away? AWS does not show a secret twice.`
      await requireConsent(context, question, `mfa-login keys remove --yes --profile ${profile}`)
    }
    const isMarked = own.some(({ secretAccessKey }) => secretAccessKey === undefined)
    const isShared = all.length > own.length
    // The entry first: killed in between, the file still says what there was to remove.
    if (isMarked && !isShared) await context.keyring.remove(accessKeyId)
    for (const { kind, profile: section } of own) {
      const edits = removeKeys(files, kind, section, ALL_KEYS)
      await editFile(context, paths[kind], kind, edits)
    }
    const [secret] = own.flatMap(({ secretAccessKey }) => secretAccessKey ?? [])
    const backups = secret === undefined ? [] : await backupsWith(context, paths, secret)
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
