import type { Aws, AwsKeys } from '../aws/api.ts'
import { Failure } from '../failure.ts'
import { connect } from '../session/acquire/connect.ts'
import { connectWithMfa } from '../session/acquire/mfa-client.ts'
import { refreshSource } from '../profile/read-source.ts'
import { sentCodeNote } from '../session/cache/store.ts'
import { MIN_SESSION_MS, retryUntilVisible, type Rotation } from './rotation.ts'

/** After one server of AWS knows a key, others may not know it yet. */
const SETTLE_MS = 3000

/**
 * Proves that the new key belongs to the same user and that its MFA session may do what the rotation needs.
 * Returns a client with that session. Throws a Failure.
 */
export async function verifyNewKey(rotation: Rotation, keys: AwsKeys): Promise<Aws> {
  const { context, paths, source } = rotation
  const withNewKey = { ...rotation, source: { ...source, ...keys } }
  const { serialNumber: serial } = await refreshSource(context, paths, source)
  await waitUntilVisible(withNewKey, serial)
  await copySentCodeNote(rotation, keys.accessKeyId, serial)
  const aws = await connectWithMfa(context, paths, withNewKey.source, MIN_SESSION_MS)
  const all = await retryUntilVisible(withNewKey, async () => aws.listAccessKeys())
  if (all.some(({ accessKeyId }) => accessKeyId === source.accessKeyId)) return aws
  throw new Failure(
    'refused',
    'The new key belongs to another user than the old one.',
    `mfa-login doctor --profile ${source.profile}`,
  )
}

/** If AWS did not know the key at once, waits and asks once more. */
async function waitUntilVisible(rotation: Rotation, serial: string | undefined): Promise<void> {
  const { context, source } = rotation
  const bare = await connect(context, source, serial)
  const ask = async () => retryUntilVisible(rotation, async () => bare.getCallerIdentity())
  const startedAt = context.now()
  await ask()
  const milliseconds = context.now() - startedAt
  context.debug.log(`AWS knows the new key after ${milliseconds} ms`)
  if (milliseconds < SETTLE_MS / 2) return
  await context.sleep(SETTLE_MS)
  await ask()
}

/** A code is spent for the device, so a code sent with the old key must not be sent with the new key. */
async function copySentCodeNote(
  { context, paths, source }: Rotation,
  newKeyId: string,
  serialNumber: string | undefined,
): Promise<void> {
  if (serialNumber === undefined) return
  const noteOf = (accessKeyId: string) =>
    sentCodeNote(context, paths, { accessKeyId, serialNumber })
  const old = await noteOf(source.accessKeyId).read()
  const own = await noteOf(newKeyId).read()
  if (old !== undefined && (own === undefined || own.sentAt < old.sentAt)) {
    await noteOf(newKeyId).write(old)
  }
}
