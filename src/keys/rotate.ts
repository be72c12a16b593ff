import { AwsError, type Aws } from '../aws/api.ts'
import { retry } from '../aws/retry.ts'
import { usableDevices } from '../mfa/serial.ts'
import { LockLost } from '../failure.ts'
import { readLongTermKeys } from '../profile/keys-of.ts'
import { connectWithMfa } from '../session/acquire/mfa-client.ts'
import { removeJournal, writeJournal, type Journal } from './journal.ts'
import { shortKeyId } from './key-locations.ts'
import {
  createNewKey,
  deleteOrphanedKey,
  discardNewKey,
  findOrphanedKey,
  type NewKey,
} from './new-key.ts'
import { replaceKeyInFiles } from './replace-key-in-files.ts'
import { retireOldKey } from './retire-old-key.ts'
import { deleteKey, MIN_SESSION_MS, retryCall, type Rotation } from './rotation.ts'
import { verifyNewKey } from './verify-new-key.ts'

/**
 * Replaces the access key behind a profile, or resumes the interrupted rotation of it. At every moment the
 * files name a key that AWS accepts. Throws a Failure.
 */
export async function rotateKey(
  rotation: Rotation,
  interrupted: Journal | undefined,
): Promise<void> {
  const { context, paths, source } = rotation
  if (interrupted !== undefined && source.accessKeyId !== interrupted.oldKeyId) {
    await completeRotation(rotation, interrupted)
    return
  }
  const oldAws = await connectWithMfa(context, paths, source, MIN_SESSION_MS)
  await requireDevice(rotation, oldAws)
  const newKey =
    (await recoverNewKey(rotation, oldAws, interrupted)) ?? (await createNewKey(rotation, oldAws))
  context.info(`The new key is ${shortKeyId(newKey.keys.accessKeyId)}; checking that it works.`)
  const { aws, journal } = await verifyAndStore(rotation, oldAws, newKey)
  await retireOldKey({ ...rotation, source: { ...source, ...newKey.keys } }, aws, journal)
}

/** A session outlives its device, and the new key needs a code. Throws a Failure. */
async function requireDevice({ context, source }: Rotation, aws: Aws): Promise<void> {
  try {
    usableDevices(await retry(context, async () => aws.listMfaDevices()), source.profile)
  } catch (error) {
    // The policy may not allow it.
    if (!(error instanceof AwsError)) throw error
  }
}

/** Completes a rotation that was interrupted after the files got the new key. */
async function completeRotation(rotation: Rotation, interrupted: Journal): Promise<void> {
  const { context, paths, source } = rotation
  context.debug.log(`the files have the new key ${shortKeyId(source.accessKeyId)} already`)
  // Some sections may still have the old key.
  const journal = interrupted.isStored
    ? interrupted
    : await replaceKeyInFiles(rotation, interrupted, await readLongTermKeys(context, source))
  await retireOldKey(rotation, await connectWithMfa(context, paths, source), journal)
}

/** Returns a client with an MFA session of the new key. */
async function verifyAndStore(
  rotation: Rotation,
  oldAws: Aws,
  { journal, keys }: NewKey,
): Promise<{ aws: Aws; journal: Journal }> {
  try {
    const aws = await verifyNewKey(rotation, keys)
    return { aws, journal: await replaceKeyInFiles(rotation, journal, keys) }
  } catch (error) {
    // The process that took over resumes with the new key.
    if (error instanceof LockLost) throw error
    throw await discardNewKey(rotation, oldAws, journal, error)
  }
}

/**
 * The new key of an interrupted rotation. Returns undefined if AWS does not have it or its secret is lost;
 * then deletes what is left of the rotation.
 */
async function recoverNewKey(
  rotation: Rotation,
  aws: Aws,
  interrupted: Journal | undefined,
): Promise<NewKey | undefined> {
  if (interrupted === undefined) return undefined
  const { context, source } = rotation
  const newKeyId = await findNewKeyId(rotation, aws, interrupted)
  // Recorded without its secret, it is in the keyring.
  const isInKeyring =
    newKeyId !== undefined &&
    (source.secretAccessKey === undefined || interrupted.newKeyId !== undefined)
  const secretAccessKey =
    interrupted.newSecret ?? (isInKeyring ? await context.keyring.read(newKeyId) : undefined)
  if (newKeyId !== undefined && secretAccessKey !== undefined) {
    context.debug.log(`resume with the new key ${shortKeyId(newKeyId)}`)
    const journal = { ...interrupted, newKeyId }
    await writeJournal(context, journal)
    return { journal, keys: { accessKeyId: newKeyId, secretAccessKey } }
  }
  context.debug.log('the interrupted rotation has no usable key; start over')
  if (interrupted.newKeyId === undefined) await deleteOrphanedKey(rotation, aws, interrupted)
  else await deleteKey(rotation, aws, interrupted.newKeyId)
  await removeJournal(context, interrupted)
  return undefined
}

/** The ID of the new key, if AWS has it. */
async function findNewKeyId(
  rotation: Rotation,
  aws: Aws,
  interrupted: Journal,
): Promise<string | undefined> {
  if (interrupted.newKeyId === undefined) return findOrphanedKey(rotation, aws, interrupted)
  const keys = await retryCall(rotation, async () => aws.listAccessKeys())
  return keys.find(({ accessKeyId }) => accessKeyId === interrupted.newKeyId)?.accessKeyId
}
