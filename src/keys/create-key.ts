import { AwsError, type Aws, type AwsKeys } from '../aws/api.ts'
import { classifyError } from '../aws/errors/classify.ts'
import { explain } from '../aws/errors/explain.ts'
import { removeJournal, writeJournal, type Journal } from './journal.ts'
import { makeRoomForKey } from './key-quota.ts'
import { storeInKeyring } from './keyring-entries.ts'
import { deleteOrphanedKey } from './orphaned-key.ts'
import { deleteKey, errorContextOf } from './rotation-calls.ts'
import type { Rotation } from './rotation.ts'

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
