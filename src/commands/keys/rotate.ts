import { command } from '../../command.ts'
import { requireConsent } from '../../consent.ts'
import type { Context } from '../../context.ts'
import { Failure } from '../../failure.ts'
import { findJournal, journalFolder, type Journal } from '../../keys/journal.ts'
import { describeLocations, locationsOf, shortKeyId } from '../../keys/key-locations.ts'
import { rotateKey } from '../../keys/rotate.ts'
import { JSON_OUTPUT, PROFILE, YES } from '../../options.ts'
import { printJson } from '../../print-json.ts'
import { readSource } from '../../profile/read-source.ts'
import { checkWritable } from '../../profile/files/check-writable.ts'
import { refuseKeysInDefaults } from '../../profile/files/inherited.ts'
import { inFolder, pathsOf, type Paths } from '../../profile/paths.ts'
import { resolveSource, type CredentialSource } from '../../profile/resolve.ts'
import { readProfileFiles } from '../../profile/files/snapshot.ts'

export default command({
  about:
    'Replaces the access key of a profile: creates a new one with an MFA session, proves that it works with ' +
    'MFA, stores it where the old one was, and deletes the old one. Resumes an interrupted rotation.',
  options: {
    profile: PROFILE,
    'keep-old': { about: 'leave the old key at AWS, deactivated' },
    yes: { ...YES, about: 'do not ask for consent; codes are still asked for' },
    json: JSON_OUTPUT,
  },
  examples: [
    [
      'mfa-login keys rotate --profile work',
      'asks for two codes, or for one if there is a session',
    ],
    ['mfa-login keys rotate -p work --keep-old', 'if other machines still use it'],
  ],
  run: async ({ profile, keepOld, yes, json }, context) => {
    const paths = pathsOf(context)
    const found = await readSource(context, paths, { profile })
    const { keysFile } = refuseEnvironment(found)
    await checkWritable(context, paths, [keysFile])
    await context.files.makePrivate(journalFolder(context))
    const meantKeyId = oldKeyIdOf(found, await findJournal(context, found.accessKeyId))
    // AWS allows two keys, so a second rotation at the same time would find no room.
    const lock = inFolder(context, journalFolder(context), 'rotation')
    await context.files.withLock(lock, async () => {
      // Another program may change the files while this one waits for the lock, and while it asks.
      const plan = async () => planRotation(context, paths, { profile, keepOld })
      let planned = await plan()
      for (let shown; !yes && planned.question !== shown; planned = await plan()) {
        if (shown !== undefined)
          context.info('Nothing was changed yet: another program changed the files.')
        shown = planned.question
        const command = `mfa-login keys rotate --yes --profile ${planned.source.profile}`
        await requireConsent(context, shown, command)
      }
      const { source, interrupted } = planned
      if (yes) refuseOtherKey(source, meantKeyId, oldKeyIdOf(source, interrupted))
      await rotateKey({ context, paths, source, keepOld, isUnattended: yes }, interrupted)
      if (!json) return
      const { accessKeyId } = resolveSource(await readProfileFiles(context, paths), context.env, {
        profile,
      })
      const oldAccessKeyId = oldKeyIdOf(source, interrupted)
      printJson(context, { profile: source.profile, oldAccessKeyId, accessKeyId })
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

/** The key that a rotation would take out of use. */
function oldKeyIdOf({ accessKeyId }: CredentialSource, interrupted: Journal | undefined): string {
  return interrupted?.oldKeyId ?? accessKeyId
}

/** Without a question, only the key that was there when the command started is replaced. */
function refuseOtherKey({ profile }: CredentialSource, meantKeyId: string, oldKeyId: string): void {
  if (oldKeyId === meantKeyId) return
  throw new Failure(
    'files',
    `The access key of the profile ${profile} was replaced by another program: it is now ${shortKeyId(oldKeyId)}, not ${shortKeyId(meantKeyId)}.`,
    `mfa-login keys rotate --profile ${profile}, to replace this one too`,
  )
}

/** What a rotation would do by the files of now. */
async function planRotation(
  context: Context,
  paths: Paths,
  { profile, keepOld }: { readonly profile: string | undefined; readonly keepOld: boolean },
) {
  const files = await readProfileFiles(context, paths)
  const source = resolveSource(files, context.env, { profile })
  const interrupted = await findJournal(context, source.accessKeyId)
  refuseKeysInDefaults(paths, files, [oldKeyIdOf(source, interrupted)])
  const where = describeLocations(paths, locationsOf(files, source.accessKeyId))
  const fate = keepOld ? 'deactivated' : 'deleted'
  const question =
    interrupted === undefined
      ? `Replace the access key ${shortKeyId(source.accessKeyId)} in ${where}? The old one will be ${fate}.`
      : `Resume the interrupted rotation of ${shortKeyId(interrupted.oldKeyId)}?`
  return { source, interrupted, question }
}
