import { AwsError, type Aws, type AwsKeys } from '../aws/api.ts'
import { Failure } from '../failure.ts'
import type { AccessKeyFacts } from '../aws/iam-api.ts'
import { explain } from '../aws/errors/explain.ts'
import { classifyError } from '../aws/errors/classify.ts'
import { removeRotation, writeRotation, type Rotation } from './journal.ts'
import { intoKeyring } from './move.ts'
import { errorContextOf, deleteKey, retryCall, shortKeyId, type RotationWork } from './work.ts'

/** IAM and STS quotas: access keys per user. */
const MOST_KEYS = 2
const MINUTE_MS = 60_000
/** How long after a rotation began a key can have come of it. */
const WINDOW_MS = 15 * MINUTE_MS

export interface NewKey {
  readonly rotation: Rotation & { readonly newKeyId: string }
  readonly keys: AwsKeys
}

/** Makes the new key; every moment of it is noted before anything depends on it. Throws a Failure. */
export async function createNewKey(work: RotationWork, aws: Aws): Promise<NewKey> {
  const { context, source } = work
  const keys = await ensureRoom(work, aws)
  const rotation: Rotation = {
    version: 1,
    oldKeyId: source.accessKeyId,
    knownKeyIds: keys.map(({ accessKeyId }) => accessKeyId),
    startedAt: context.now() + (aws.clockOffset() ?? 0),
    isStored: false,
  }
  await writeRotation(context, rotation)
  const made = await create(work, aws, rotation)
  try {
    return { rotation: await recordNewKey(work, rotation, made), keys: made }
  } catch (error) {
    await deleteKey(work, aws, made.accessKeyId)
    await removeRotation(context, rotation)
    throw error
  }
}

async function create(work: RotationWork, aws: Aws, rotation: Rotation): Promise<AwsKeys> {
  try {
    return await aws.createAccessKey()
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    // Where the answer was lost there may be a key, whose secret nobody will ever know.
    const isLost = classifyError(error) === 'unknown'
    const isClear = !isLost || (await deleteOrphan(work, aws, rotation))
    if (isClear) await removeRotation(work.context, rotation)
    throw explain(error, errorContextOf(work.source))
  }
}

/** Where the keyring has the old secret, no file ever holds the new one. */
async function recordNewKey(
  work: RotationWork,
  rotation: Rotation,
  made: AwsKeys,
): Promise<NewKey['rotation']> {
  const { context, source } = work
  const isInKeyring = source.secretAccessKey === undefined
  if (isInKeyring) await intoKeyring(context.keyring, made)
  const noted = {
    ...rotation,
    newKeyId: made.accessKeyId,
    ...(isInKeyring ? {} : { newSecret: made.secretAccessKey }),
  }
  await writeRotation(context, noted)
  return noted
}

/** Deletes the key that a rotation made and lost the secret of; whether there was one. */
export async function deleteOrphan(
  work: RotationWork,
  aws: Aws,
  rotation: Rotation,
): Promise<boolean> {
  const orphan = await findOrphan(work, aws, rotation)
  if (orphan === undefined) return false
  await deleteKey(work, aws, orphan)
  work.context.info(`Deleted: ${shortKeyId(orphan)}, a key whose secret got lost on the way.`)
  return true
}

/** A key that came while the rotation ran and that nobody has used. */
export async function findOrphan(
  work: RotationWork,
  aws: Aws,
  { knownKeyIds, startedAt }: Rotation,
): Promise<string | undefined> {
  const keys = await retryCall(work, async () => aws.listAccessKeys())
  const found = keys.find(
    ({ accessKeyId, createdAt }) =>
      !knownKeyIds.includes(accessKeyId) &&
      createdAt > startedAt - MINUTE_MS &&
      createdAt < startedAt + WINDOW_MS,
  )
  if (found === undefined) return undefined
  const used = await lastUsed(aws, found.accessKeyId)
  return typeof used === 'number' ? undefined : found.accessKeyId
}

/** Milliseconds, `never`, or `hidden` where the policy does not tell. */
async function lastUsed(aws: Aws, accessKeyId: string): Promise<number | 'never' | 'hidden'> {
  try {
    return (await aws.accessKeyLastUsed(accessKeyId)) ?? 'never'
  } catch (error) {
    if (error instanceof AwsError) return 'hidden'
    throw error
  }
}

/** The user's keys, once there are fewer than AWS allows. Throws a Failure that says what to do. */
async function ensureRoom(work: RotationWork, aws: Aws): Promise<AccessKeyFacts[]> {
  const keys = await retryCall(work, async () => aws.listAccessKeys())
  const other = keys.find(({ accessKeyId }) => accessKeyId !== work.source.accessKeyId)
  if (keys.length < MOST_KEYS || other === undefined) return keys
  const words = `Your user has two access keys, as many as AWS allows. The other one, ${shortKeyId(other.accessKeyId)}, is ${await describeKey(aws, other)}.`
  if (!other.isActive && (await confirm(work, `${words} Delete it?`))) {
    await deleteKey(work, aws, other.accessKeyId)
    return keys.filter((key) => key !== other)
  }
  const action = other.isActive ? 'update-access-key --status Inactive' : 'delete-access-key'
  throw new Failure(
    'refused',
    words,
    `mfa-login exec --profile ${work.source.profile} -- aws iam ${action} --access-key-id ${other.accessKeyId}`,
  )
}

async function describeKey(aws: Aws, { accessKeyId, isActive }: AccessKeyFacts): Promise<string> {
  const used = await lastUsed(aws, accessKeyId)
  const state = isActive ? 'active' : 'inactive'
  if (used === 'hidden') return state
  if (used === 'never') return `${state} and was never used`
  return `${state} and was last used on ${new Date(used).toISOString().slice(0, 10)}`
}

async function confirm(
  { context, isUnattended }: RotationWork,
  question: string,
): Promise<boolean> {
  const terminal = isUnattended ? undefined : await context.openTerminal()
  if (terminal === undefined) return false
  try {
    return await terminal.confirm(question)
  } finally {
    terminal.close()
  }
}
