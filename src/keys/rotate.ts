import type { Aws } from '../aws/api.ts'
import { readLongTermKeys } from '../profile/keys-of.ts'
import { connectWithMfa } from '../session/acquire/mfa-client.ts'
import { finish } from './finish.ts'
import { removeRotation, writeRotation, type Rotation } from './journal.ts'
import { deleteOrphan, findOrphan, createNewKey, type NewKey } from './new-key.ts'
import { rollBack } from './roll-back.ts'
import { switchOver } from './switch-over.ts'
import { verifyKey, withKeys } from './verify.ts'
import { deleteKey, LONG_ENOUGH_MS, retryCall, shortKeyId, type RotationWork } from './work.ts'

/**
 * Replaces the access key behind a profile. `begun` is a rotation of it that was broken off. At every moment
 * the files name a key that AWS accepts. Throws a Failure.
 */
export async function rotateKey(work: RotationWork, begun: Rotation | undefined): Promise<void> {
  const { context, paths, source } = work
  const isSwitched = begun !== undefined && source.accessKeyId !== begun.oldKeyId
  if (!isSwitched) {
    const old = await connectWithMfa(context, paths, source, LONG_ENOUGH_MS)
    const made = (await resume(work, old, begun)) ?? (await createNewKey(work, old))
    context.info(
      `The new key is ${shortKeyId(made.keys.accessKeyId)}; now to see whether it works.`,
    )
    const { aws, rotation } = await proveAndStore(work, old, made)
    return finish({ ...work, source: withKeys(source, made.keys) }, aws, rotation)
  }
  // Sections that it had not come to get the new key, too.
  const rotation = begun.isStored
    ? begun
    : await switchOver(work, begun, await readLongTermKeys(context, source))
  return finish(work, await connectWithMfa(context, paths, source), rotation)
}

interface Proven {
  readonly aws: Aws
  readonly rotation: Rotation
}

async function proveAndStore(
  work: RotationWork,
  old: Aws,
  { rotation, keys }: NewKey,
): Promise<Proven> {
  try {
    const aws = await verifyKey(work, keys)
    return { aws, rotation: await switchOver(work, rotation, keys) }
  } catch (error) {
    throw await rollBack(work, old, rotation, error)
  }
}

/** The new key of a rotation that was broken off; undefined where it, or its secret, got lost. */
async function resume(
  work: RotationWork,
  aws: Aws,
  begun: Rotation | undefined,
): Promise<NewKey | undefined> {
  if (begun === undefined) return undefined
  const { context } = work
  const newKeyId = await newKeyOf(work, aws, begun)
  const secret = newKeyId && (await secretOf(work, begun, newKeyId))
  if (newKeyId !== undefined && secret !== undefined) {
    const rotation = { ...begun, newKeyId }
    await writeRotation(context, rotation)
    return { rotation, keys: { accessKeyId: newKeyId, secretAccessKey: secret } }
  }
  if (begun.newKeyId === undefined) await deleteOrphan(work, aws, begun)
  else await deleteKey(work, aws, begun.newKeyId)
  await removeRotation(context, begun)
  return undefined
}

/** As AWS has it. */
async function newKeyOf(
  work: RotationWork,
  aws: Aws,
  begun: Rotation,
): Promise<string | undefined> {
  if (begun.newKeyId === undefined) return findOrphan(work, aws, begun)
  const keys = await retryCall(work, async () => aws.listAccessKeys())
  return keys.find(({ accessKeyId }) => accessKeyId === begun.newKeyId)?.accessKeyId
}

async function secretOf(
  { context, source }: RotationWork,
  { newSecret }: Rotation,
  newKeyId: string,
): Promise<string | undefined> {
  if (newSecret !== undefined) return newSecret
  return source.secretAccessKey === undefined ? context.keyring.read(newKeyId) : undefined
}
