import type { Aws, AwsKeys } from '../aws/api.ts'
import { Failure } from '../failure.ts'
import { refreshSource } from '../profile/read-source.ts'
import type { CredentialSource } from '../profile/resolve.ts'
import { sentCodeNote } from '../session/cache/store.ts'
import { connectWithMfa } from '../session/acquire/mfa-client.ts'
import { connect } from '../session/acquire/connect.ts'
import { LONG_ENOUGH_MS, retryUntilVisible, type RotationWork } from './work.ts'

/** After AWS knew a key for the first time, other machines of AWS's may not yet. */
const SETTLE_MS = 3000

export function withKeys(
  source: CredentialSource,
  { accessKeyId, secretAccessKey }: AwsKeys,
): CredentialSource {
  return { ...source, accessKeyId, secretAccessKey }
}

/**
 * Sees to it that the new key works as the old one does: it is the same user's, and an MFA session of it may
 * do what the rotation needs. Returns a client with that session. Throws a Failure.
 */
export async function verifyKey(work: RotationWork, keys: AwsKeys): Promise<Aws> {
  const { context, paths, source } = work
  const fresh = withKeys(source, keys)
  const { serialNumber: serial } = await refreshSource(context, paths, source)
  await waitUntilVisible({ ...work, source: fresh }, serial)
  await copySentCodeNote(work, keys.accessKeyId, serial)
  const aws = await connectWithMfa(context, paths, fresh, LONG_ENOUGH_MS)
  const all = await retryUntilVisible({ ...work, source: fresh }, async () => aws.listAccessKeys())
  if (all.some(({ accessKeyId }) => accessKeyId === source.accessKeyId)) return aws
  throw new Failure('refused', 'The new key is of another user than the old one.')
}

async function waitUntilVisible(work: RotationWork, serial: string | undefined): Promise<void> {
  const { context, source } = work
  const bare = await connect(context, source, serial)
  let isKnown = false
  for (let asked = 0; !isKnown; asked += 1) {
    const began = context.now()
    await retryUntilVisible(work, async () => bare.getCallerIdentity())
    isKnown = asked > 0 || context.now() - began < SETTLE_MS / 2
    if (!isKnown) await context.sleep(SETTLE_MS)
  }
}

/** The code that the old key’s session took is spent for the new key, too: it is the device’s. */
async function copySentCodeNote(
  { context, paths, source }: RotationWork,
  accessKeyId: string,
  serialNumber: string | undefined,
): Promise<void> {
  if (serialNumber === undefined) return
  const old = await sentCodeNote(context, paths, {
    accessKeyId: source.accessKeyId,
    serialNumber,
  }).read()
  const note = sentCodeNote(context, paths, { accessKeyId, serialNumber })
  const own = await note.read()
  if (old !== undefined && (own === undefined || own.sentAt < old.sentAt)) await note.write(old)
}
