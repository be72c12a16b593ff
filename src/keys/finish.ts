import type { Aws } from '../aws/api.ts'
import { Failure } from '../failure.ts'
import { readProfileFiles } from '../profile/files/snapshot.ts'
import { removeRotation, type Rotation } from './journal.ts'
import { dropFromKeyring } from './move.ts'
import { describeLocation, locationsOf } from './places.ts'
import { removeSessionsOf, replaceSessions } from './sessions-of.ts'
import { deleteKey, retryUntilVisible, retryCall, shortKeyId, type RotationWork } from './work.ts'

/** Puts the old key out of use, now that the files hold the new one. Throws a Failure that says what is left. */
export async function finish(work: RotationWork, aws: Aws, rotation: Rotation): Promise<void> {
  const { context, paths, source } = work
  const { oldKeyId } = rotation
  try {
    await refuseInUse(work, oldKeyId)
    await retire(work, aws, oldKeyId)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    const message = `${error.message} The new key is in use; the old one, ${shortKeyId(oldKeyId)}, is yet to go.`
    throw new Failure(
      error.exit,
      message,
      `mfa-login keys rotate --profile ${source.profile}, which goes on; --keep-old leaves it there, inactive`,
    )
  }
  await replaceSessions(work, oldKeyId, source.accessKeyId)
  await removeSessionsOf(work, oldKeyId)
  const places = locationsOf(await readProfileFiles(context, paths), source.accessKeyId)
  // Else there may be no keyring to ask.
  if (places.some(({ secretAccessKey }) => secretAccessKey === undefined)) {
    await dropFromKeyring(context, paths, oldKeyId)
  }
  await removeRotation(context, rotation)
  if (context.env.AWS_ACCESS_KEY_ID === oldKeyId) {
    context.info('AWS_ACCESS_KEY_ID of this shell is still the old key: unset AWS_ACCESS_KEY_ID')
  }
}

/** Deactivated first, as that can be taken back; then deleted. */
async function retire(work: RotationWork, aws: Aws, oldKeyId: string): Promise<void> {
  const keys = await retryUntilVisible(work, async () => aws.listAccessKeys())
  const old = keys.find(({ accessKeyId }) => accessKeyId === oldKeyId)
  if (old?.isActive === true) await retryCall(work, async () => aws.deactivateAccessKey(oldKeyId))
  if (old !== undefined && !work.keepOld) await deleteKey(work, aws, oldKeyId)
  const state = work.keepOld ? 'inactive, and can be deleted' : 'deleted'
  work.context.info(`The old key ${shortKeyId(oldKeyId)} is ${state}.`)
}

/** A section may have got it back meanwhile. */
async function refuseInUse({ context, paths }: RotationWork, oldKeyId: string): Promise<void> {
  const [place] = locationsOf(await readProfileFiles(context, paths), oldKeyId)
  if (place === undefined) return
  throw new Failure('files', `${describeLocation(paths, place)} holds the old key again.`)
}
