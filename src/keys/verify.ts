import type { Aws, AwsKeys } from '../aws/api.ts'
import { Failure } from '../failure.ts'
import type { Source } from '../profile/resolve.ts'
import { sentNote } from '../session/cache/store.ts'
import { mfaClient } from '../session/acquire/mfa-client.ts'
import { connect } from '../session/acquire/connect.ts'
import { currentSerial } from '../session/cache/look-up.ts'
import { LONG_ENOUGH_MS, patiently, type Work } from './work.ts'

/** After AWS knew a key for the first time, other machines of AWS's may not yet. */
const SETTLE_MS = 3000

export function withKeys(source: Source, { accessKeyId, secretAccessKey }: AwsKeys): Source {
  return { ...source, accessKeyId, secretAccessKey }
}

/**
 * Sees to it that the new key works as the old one does: it is the same user's, and an MFA session of it may
 * do what the rotation needs. Returns a client with that session. Throws a Failure.
 */
export async function verifyKey(work: Work, keys: AwsKeys): Promise<Aws> {
  const { context, paths, source } = work
  const fresh = withKeys(source, keys)
  const serial = await currentSerial(context, paths, { profile: source.profile })
  await waitUntilKnown({ ...work, source: fresh }, serial)
  await carryNote(work, keys.accessKeyId, serial)
  const aws = await mfaClient(context, paths, fresh, LONG_ENOUGH_MS)
  const all = await patiently({ ...work, source: fresh }, async () => aws.listAccessKeys())
  if (all.some(({ accessKeyId }) => accessKeyId === source.accessKeyId)) return aws
  throw new Failure('refused', 'The new key is of another user than the old one.')
}

async function waitUntilKnown(work: Work, serial: string | undefined): Promise<void> {
  const { context, source } = work
  const bare = await connect(context, source, serial)
  let isKnown = false
  for (let asked = 0; !isKnown; asked += 1) {
    const began = context.now()
    await patiently(work, async () => bare.getCallerIdentity())
    isKnown = asked > 0 || context.now() - began < SETTLE_MS / 2
    if (!isKnown) await context.sleep(SETTLE_MS)
  }
}

/** The code that the old key’s session took is spent for the new key, too: it is the device’s. */
async function carryNote(
  { context, paths, source }: Work,
  accessKeyId: string,
  serialNumber: string | undefined,
): Promise<void> {
  if (serialNumber === undefined) return
  const old = await sentNote(context, paths, {
    accessKeyId: source.accessKeyId,
    serialNumber,
  }).read()
  const note = sentNote(context, paths, { accessKeyId, serialNumber })
  const own = await note.read()
  if (old !== undefined && (own === undefined || own.sentAt < old.sentAt)) await note.write(old)
}
