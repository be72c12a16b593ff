import type { Aws } from '../aws/api.ts'
import { Failure } from '../failure.ts'
import { readProfileFiles } from '../profile/edit-file.ts'
import { forgetRotation, type Rotation } from './journal.ts'
import { dropFromKeyring } from './move.ts'
import { placeInWords, placesOf } from './places.ts'
import { forgetSessions, replaceSessions } from './sessions-of.ts'
import { deleteKey, patiently, repeated, short, type Work } from './work.ts'

/** Puts the old key out of use, now that the files hold the new one. Throws a Failure that says what is left. */
export async function finish(work: Work, aws: Aws, rotation: Rotation): Promise<void> {
  const { context, paths, source } = work
  const { oldKeyId } = rotation
  try {
    await refuseInUse(work, oldKeyId)
    await retire(work, aws, oldKeyId)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    const message = `${error.message} The new key is in use; the old one, ${short(oldKeyId)}, is yet to go.`
    throw new Failure(
      error.exit,
      message,
      `mfa-login keys rotate --profile ${source.profile}, which goes on; --keep-old leaves it there, inactive`,
    )
  }
  await replaceSessions(work, oldKeyId, source.accessKeyId)
  await forgetSessions(work, oldKeyId)
  const places = placesOf(await readProfileFiles(context, paths), source.accessKeyId)
  // Else there may be no keyring to ask.
  if (places.some(({ secretAccessKey }) => secretAccessKey === undefined)) {
    await dropFromKeyring(context, paths, oldKeyId)
  }
  await forgetRotation(context, rotation)
  if (context.env.AWS_ACCESS_KEY_ID === oldKeyId) {
    context.say('AWS_ACCESS_KEY_ID of this shell is still the old key: unset AWS_ACCESS_KEY_ID')
  }
}

/** Deactivated first, as that can be taken back; then deleted. */
async function retire(work: Work, aws: Aws, oldKeyId: string): Promise<void> {
  const keys = await patiently(work, async () => aws.listAccessKeys())
  const old = keys.find(({ accessKeyId }) => accessKeyId === oldKeyId)
  if (old?.isActive === true) await repeated(work, async () => aws.deactivateAccessKey(oldKeyId))
  if (old !== undefined && !work.keepOld) await deleteKey(work, aws, oldKeyId)
  const state = work.keepOld ? 'inactive, and can be deleted' : 'deleted'
  work.context.say(`The old key ${short(oldKeyId)} is ${state}.`)
}

/** A section may have got it back meanwhile. */
async function refuseInUse({ context, paths }: Work, oldKeyId: string): Promise<void> {
  const [place] = placesOf(await readProfileFiles(context, paths), oldKeyId)
  if (place === undefined) return
  throw new Failure('files', `${placeInWords(paths, place)} holds the old key again.`)
}
