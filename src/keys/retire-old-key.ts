import type { Aws } from '../aws/api.ts'
import { Failure, unsetHint } from '../failure.ts'
import { readProfileFiles } from '../profile/files/snapshot.ts'
import { removeJournal, type Journal } from './journal.ts'
import { describeLocations, locationsOf, removeUnusedEntry, shortKeyId } from './key-locations.ts'
import {
  deleteKey,
  retryCall,
  retryUntilVisible,
  rotateCommand,
  type Rotation,
} from './rotation.ts'
import { removeCachedSessions, replaceStoredSessions } from './sessions-of-key.ts'

/**
 * Deactivates and deletes the old key, now that the files have the new key, and replaces its sessions. Throws
 * a Failure that says what remains.
 */
export async function retireOldKey(rotation: Rotation, aws: Aws, journal: Journal): Promise<void> {
  const { context, paths, source } = rotation
  const { oldKeyId } = journal
  try {
    // Someone may have written the old key to a section again.
    const [location] = locationsOf(await readProfileFiles(context, paths), oldKeyId)
    if (location !== undefined) {
      const message = `${describeLocations(paths, [location])} holds the old key again.`
      throw new Failure('files', message, rotateCommand(source))
    }
    await deactivateAndDelete(rotation, aws, oldKeyId)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    const message = `${error.message} The new key is in use; the old one, ${shortKeyId(oldKeyId)}, is not deleted yet.`
    const hint = `${rotateCommand(source)}, which resumes; --keep-old only deactivates the old key`
    throw new Failure(error.exit, message, hint, { cause: error })
  }
  await replaceStoredSessions(rotation, oldKeyId, source.accessKeyId)
  await removeCachedSessions(rotation, oldKeyId)
  const locations = locationsOf(await readProfileFiles(context, paths), source.accessKeyId)
  // Without a marker in the files there may be no keyring to ask.
  if (locations.some(({ secretAccessKey }) => secretAccessKey === undefined)) {
    await removeUnusedEntry(context, paths, oldKeyId)
  }
  await removeJournal(context, journal)
  if (context.env.AWS_ACCESS_KEY_ID === oldKeyId) {
    const remedy = unsetHint(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'])
    context.info(`AWS_ACCESS_KEY_ID of this shell is still the old key. Try: ${remedy}`)
  }
}

/** Deactivates first, as that can be undone. */
async function deactivateAndDelete(rotation: Rotation, aws: Aws, oldKeyId: string): Promise<void> {
  const keys = await retryUntilVisible(rotation, async () => aws.listAccessKeys())
  const old = keys.find(({ accessKeyId }) => accessKeyId === oldKeyId)
  if (old?.isActive === true) {
    await retryCall(rotation, async () => aws.deactivateAccessKey(oldKeyId))
  }
  if (old !== undefined && !rotation.keepOld) await deleteKey(rotation, aws, oldKeyId)
  const state = rotation.keepOld ? 'inactive, and can be deleted' : 'deleted'
  rotation.context.info(`The old key ${shortKeyId(oldKeyId)} is ${state}.`)
}
