import type { Aws } from '../aws/api.ts'
import type { Journal } from './journal.ts'
import { shortKeyId } from './key-locations.ts'
import { deleteKey, lastUsed, retryCall } from './rotation-calls.ts'
import type { Rotation } from './rotation.ts'

const MINUTE_MS = 60_000
/** A key that AWS created later does not belong to the rotation. */
const WINDOW_MS = 15 * MINUTE_MS

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
