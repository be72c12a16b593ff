import { AwsError, type Aws, type AwsKeys } from '../aws/api.ts'
import { classifyError } from '../aws/errors/classify.ts'
import { explain } from '../aws/errors/explain.ts'
import { Failure, LockLost } from '../failure.ts'
import { readProfileFiles } from '../profile/files/snapshot.ts'
import { removeJournal, writeJournal, type Journal } from './journal.ts'
import { locationsOf, shortKeyId, storeInKeyring } from './key-locations.ts'
import { makeRoomForKey } from './key-quota.ts'
import {
  deleteKey,
  errorContextOf,
  lastUsed,
  retryCall,
  rotateCommand,
  type Rotation,
} from './rotation.ts'
import { removeCachedSessions } from './sessions-of-key.ts'

const MINUTE_MS = 60_000
/** A key that AWS created later does not belong to the rotation. */
const WINDOW_MS = 15 * MINUTE_MS

export interface NewKey {
  readonly journal: Journal & { readonly newKeyId: string }
  readonly keys: AwsKeys
}

/** Creates the new key. The journal has each step before anything depends on it. Throws a Failure. */
export async function createNewKey(rotation: Rotation, aws: Aws): Promise<NewKey> {
  const { context, source } = rotation
  const knownKeys = await makeRoomForKey(rotation, aws)
  const journal: Journal = {
    version: 1,
    oldKeyId: source.accessKeyId,
    knownKeyIds: knownKeys.map(({ accessKeyId }) => accessKeyId),
    startedAt: context.now() + (aws.clockOffset() ?? 0),
    isStored: false,
  }
  await writeJournal(context, journal)
  const keys = await requestKey(rotation, aws, journal)
  try {
    return { journal: await recordNewKey(rotation, journal, keys), keys }
  } catch (error) {
    // What is here now belongs to the process that took over.
    if (error instanceof LockLost) throw error
    await deleteKey(rotation, aws, keys.accessKeyId)
    await removeJournal(context, journal)
    throw error
  }
}

async function requestKey(rotation: Rotation, aws: Aws, journal: Journal): Promise<AwsKeys> {
  try {
    return await aws.createAccessKey()
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    // If the response was lost, AWS may have created a key whose secret nobody knows.
    const isLost = classifyError(error) === 'unknown'
    const isDone = !isLost || (await deleteOrphanedKey(rotation, aws, journal))
    if (isDone) await removeJournal(rotation.context, journal)
    throw explain(error, errorContextOf(rotation.source))
  }
}

/** If the keyring has the old secret, no file ever has the new one. */
async function recordNewKey(
  { context, source }: Rotation,
  journal: Journal,
  keys: AwsKeys,
): Promise<NewKey['journal']> {
  const isInKeyring = source.secretAccessKey === undefined
  if (isInKeyring) await storeInKeyring(context.keyring, keys)
  const recorded = {
    ...journal,
    newKeyId: keys.accessKeyId,
    ...(isInKeyring ? {} : { newSecret: keys.secretAccessKey }),
  }
  await writeJournal(context, recorded)
  return recorded
}

/** Deletes the key that a rotation created but whose secret it lost. Returns whether there was one. */
export async function deleteOrphanedKey(
  rotation: Rotation,
  aws: Aws,
  journal: Journal,
): Promise<boolean> {
  const orphan = await findOrphanedKey(rotation, aws, journal)
  if (orphan === undefined) return false
  await deleteKey(rotation, aws, orphan)
  rotation.context.info(`Deleted: ${shortKeyId(orphan)}, a new key whose secret was lost.`)
  return true
}

/** The ID of a key that was created during the rotation and never used. */
export async function findOrphanedKey(
  rotation: Rotation,
  aws: Aws,
  { knownKeyIds, startedAt }: Journal,
): Promise<string | undefined> {
  const keys = await retryCall(rotation, async () => aws.listAccessKeys())
  const orphan = keys.find(
    ({ accessKeyId, createdAt }) =>
      !knownKeyIds.includes(accessKeyId) &&
      createdAt > startedAt - MINUTE_MS &&
      createdAt < startedAt + WINDOW_MS,
  )
  if (orphan === undefined) return undefined
  const used = await lastUsed(aws, orphan.accessKeyId)
  return typeof used === 'number' ? undefined : orphan.accessKeyId
}

/** Deletes the new key after an error. Returns the error to throw, which says what became of the key. */
export async function discardNewKey(
  rotation: Rotation,
  aws: Aws,
  journal: NewKey['journal'],
  error: unknown,
): Promise<unknown> {
  const { context, paths, source } = rotation
  const { newKeyId } = journal
  const command = rotateCommand(source)
  const withOutcome = (outcome: string): unknown =>
    error instanceof Failure
      ? new Failure(error.exit, `${error.message} ${outcome}`, error.hint ?? command, {
          cause: error,
        })
      : error
  const key = shortKeyId(newKeyId)
  try {
    // A key that is in use is never deleted, whatever happened to the files.
    if (locationsOf(await readProfileFiles(context, paths), newKeyId).length > 0) {
      throw new Failure('files', 'the files already name it', command)
    }
    await deleteKey(rotation, aws, newKeyId)
    if (source.secretAccessKey === undefined) await context.keyring.remove(newKeyId)
    await removeCachedSessions(rotation, newKeyId)
    await removeJournal(context, journal)
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure
    return withOutcome(
      `The new key ${key} still exists (${failure.message}); "${command}" resumes with it.`,
    )
  }
  return withOutcome(`The new key ${key} was deleted again, and the old one stays in use.`)
}
