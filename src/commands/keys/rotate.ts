import { command } from '../../command.ts'
import { requireConsent } from '../../consent.ts'
import { Failure } from '../../failure.ts'
import { findJournal, journalFolder, type Journal } from '../../keys/journal.ts'
import { describeLocations, locationsOf, shortKeyId } from '../../keys/key-locations.ts'
import { rotateKey } from '../../keys/rotate.ts'
import type { Rotation } from '../../keys/rotation.ts'
import { PROFILE, YES } from '../../options.ts'
import { readSource } from '../../profile/read-source.ts'
import { checkWritable } from '../../profile/files/check-writable.ts'
import { pathsOf } from '../../profile/paths.ts'
import { resolveSource, type CredentialSource } from '../../profile/resolve.ts'
import type { ProfileFiles } from '../../profile/values.ts'
import { readProfileFiles } from '../../profile/files/snapshot.ts'

export default command({
  about:
    'Replaces the access key of a profile: creates a new one with an MFA session, proves that it works with\n' +
    'MFA, stores it where the old one was, and deletes the old one. Resumes an interrupted rotation.',
  options: {
    profile: PROFILE,
    'keep-old': { about: 'leave the old key at AWS, deactivated' },
    yes: { ...YES, about: 'do not ask for consent; still asks for codes' },
  },
  examples: [
    [
      'mfa-login keys rotate --profile work',
      'asks for two codes, or for one if there is a session',
    ],
    ['mfa-login keys rotate -p work --keep-old', 'if other machines may still use it'],
  ],
  run: async ({ profile, keepOld, yes }, context) => {
    const paths = pathsOf(context)
    const { keysFile } = refuseEnvironment(await readSource(context, paths, { profile }))
    await checkWritable(context, paths, [keysFile])
    await context.files.makePrivate(journalFolder(context))
    // AWS allows two keys, so a second rotation at the same time would find no room.
    await context.files.withLock(`${journalFolder(context)}/rotation`, async () => {
      const files = await readProfileFiles(context, paths)
      // Another rotation may have changed the files while this one waited.
      const source = resolveSource(files, context.env, { profile })
      const interrupted = await findJournal(context, source.accessKeyId)
      const rotation = { context, paths, source, keepOld, isUnattended: yes }
      if (!yes) await confirmRotation(rotation, files, interrupted)
      await rotateKey(rotation, interrupted)
    })
    return 'ok'
  },
})

function refuseEnvironment({ keysFile, profile }: CredentialSource) {
  if (keysFile !== 'environment') return { keysFile }
  throw new Failure(
    'files',
    'The long-term keys are in the environment, where a new key could not be stored.',
    `mfa-login keys store --profile ${profile}, or: aws configure --profile ${profile}`,
  )
}

async function confirmRotation(
  { context, paths, source, keepOld }: Rotation,
  files: ProfileFiles,
  interrupted: Journal | undefined,
): Promise<void> {
  const { accessKeyId, profile } = source
  const where = describeLocations(paths, locationsOf(files, accessKeyId))
  const fate = keepOld ? 'deactivated' : 'deleted'
  const question =
    interrupted === undefined
      ? `Replace the access key ${shortKeyId(accessKeyId)} in ${where}? The old one is ${fate} then.`
      : `Resume the interrupted rotation of ${shortKeyId(interrupted.oldKeyId)}?`
  await requireConsent(context, question, `mfa-login keys rotate --yes --profile ${profile}`)
}
