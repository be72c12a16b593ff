import { command, PROFILE } from '../../command.ts'
import { requireConsent } from '../../consent.ts'
import type { Context } from '../../context.ts'
import { Failure } from '../../failure.ts'
import { findRotation, rotationsOf, type Rotation } from '../../keys/journal.ts'
import { describeLocation, locationsOf } from '../../keys/places.ts'
import { rotateKey } from '../../keys/rotate.ts'
import { shortKeyId } from '../../keys/work.ts'
import { readSource } from '../../profile/read-source.ts'
import { pathsOf, type Paths } from '../../profile/paths.ts'
import { resolveSource, type CredentialSource } from '../../profile/resolve.ts'
import type { ProfileFiles } from '../../profile/values.ts'
import { readProfileFiles } from '../../profile/files/snapshot.ts'

export default command({
  about:
    'Replaces the access key of a profile: makes a new one with an MFA session, proves that it works with\n' +
    'MFA, stores it where the old one was, and deletes the old one. One that was broken off is gone on with.',
  options: {
    profile: PROFILE,
    'keep-old': { about: 'leave the old key at AWS, deactivated' },
    yes: { short: 'y', about: 'do not ask for consent; codes are asked for all the same' },
  },
  examples: [
    ['mfa-login keys rotate --profile work', 'takes two codes, or one within a session'],
    ['mfa-login keys rotate -p work --keep-old', 'where other machines may still use it'],
  ],
  parse: ({ profile, 'keep-old': keepOld = false, yes = false }) => ({ profile, keepOld, yes }),
  run: async ({ profile, keepOld, yes }, context) => {
    const paths = pathsOf(context)
    refuseEnvironment(await readSource(context, paths, { profile }))
    await context.files.makePrivate(rotationsOf(context))
    // One at a time: they would take the user's only free place from each other.
    await context.files.locked(`${rotationsOf(context)}/rotation`, async () => {
      const files = await readProfileFiles(context, paths)
      // What another rotation changed meanwhile.
      const source = resolveSource(files, context.env, { profile })
      const begun = await findRotation(context, source.accessKeyId)
      if (!yes) await ask(context, { paths, files, source, begun, keepOld })
      await rotateKey({ context, paths, source, keepOld, isUnattended: yes }, begun)
    })
    return 'ok'
  },
})

function refuseEnvironment({ keysFile, profile }: CredentialSource): void {
  if (keysFile !== 'environment') return
  throw new Failure(
    'files',
    'The long-term keys are in the environment, where a new key could not be stored.',
    `mfa-login keys store --profile ${profile}, or: aws configure --profile ${profile}`,
  )
}

interface Asked {
  readonly paths: Paths
  readonly files: ProfileFiles
  readonly source: CredentialSource
  readonly begun: Rotation | undefined
  readonly keepOld: boolean
}

async function ask(context: Context, { paths, files, source, begun, keepOld }: Asked) {
  const { accessKeyId, profile } = source
  const places = locationsOf(files, begun?.oldKeyId ?? accessKeyId)
  const where = places.map((place) => describeLocation(paths, place)).join(', ')
  const fate = keepOld ? 'deactivated' : 'deleted'
  const question =
    begun === undefined
      ? `Replace the access key ${shortKeyId(accessKeyId)} in ${where}? The old one is ${fate} then.`
      : `Go on with the rotation of ${shortKeyId(begun.oldKeyId)} that was broken off?`
  await requireConsent(context, question, `mfa-login keys rotate --yes --profile ${profile}`)
}
