/** The key that encrypts cached sessions: 256 random bits in the keyring, created with the first session. */
import { crypto } from '../../crypto.ts'
import type { Context, Keyring } from '../../context.ts'
import { Failure } from '../../failure.ts'
import { inFolder, type Paths } from '../../profile/paths.ts'
import { KEY_BYTES } from './encryption.ts'

/** No access key ID, which names the accounts of long-term keys, is this short. */
const ACCOUNT = 'cache'

/** The keyring is slow, so it is read once. */
const known = new WeakMap<Keyring, Buffer>()

/** Undefined if the keyring has none. Throws the keyring's Failure. */
export async function readEncryptionKey({
  keyring,
}: Pick<Context, 'keyring'>): Promise<Buffer | undefined> {
  const knownKey = known.get(keyring)
  if (knownKey !== undefined) return knownKey
  const key = Buffer.from((await keyring.read(ACCOUNT)) ?? '', 'base64')
  if (key.length !== KEY_BYTES) return undefined
  known.set(keyring, key)
  return key
}

/** The key, a new one if there is none. Throws the keyring's Failure. */
export async function getOrCreateEncryptionKey(context: Context, paths: Paths): Promise<Buffer> {
  const existing = await readEncryptionKey(context)
  if (existing !== undefined) {
    await noteUse(context, paths)
    return existing
  }
  await context.files.makePrivate(paths.cache)
  // If two processes created a key, the sessions of one of them could not be decrypted.
  return context.files.withLock(notePath(context, paths), async () => {
    const keyOfOther = await readEncryptionKey(context)
    // Only now: a machine without a keyring gets no note.
    await noteUse(context, paths)
    if (keyOfOther !== undefined) return keyOfOther
    await context.keyring.write(ACCOUNT, crypto().randomBytes(KEY_BYTES).toString('base64'))
    const created = await readEncryptionKey(context)
    if (created !== undefined) return created
    throw new Failure(
      'files',
      'The keyring did not return what was written to it.',
      'check it with the program of the keyring',
    )
  })
}

/** The key as it was last read from the keyring; undefined if it has not been read. */
export function knownEncryptionKey({ keyring }: Pick<Context, 'keyring'>): Buffer | undefined {
  return known.get(keyring)
}

/** Makes the next call read the keyring again. */
export function clearKnownKey({ keyring }: Pick<Context, 'keyring'>): void {
  known.delete(keyring)
}

/** Makes every encrypted session unreadable, in copies of the cache too. Throws the keyring's Failure. */
export async function deleteEncryptionKey(context: Context, paths: Paths): Promise<void> {
  known.delete(context.keyring)
  await context.keyring.remove(ACCOUNT)
  await context.files.remove(notePath(context, paths))
}

/** Whether sessions of this cache were encrypted since the key was last deleted. */
export async function hasEncryptionKeyNote(context: Context, paths: Paths): Promise<boolean> {
  return context.files.exists(notePath(context, paths))
}

/** An empty file says so after the sessions are gone, and without asking the keyring. */
async function noteUse(context: Context, paths: Paths): Promise<void> {
  if (await hasEncryptionKeyNote(context, paths)) return
  await context.files.makePrivate(paths.cache)
  await context.files.replace(notePath(context, paths), '')
}

function notePath(context: Pick<Context, 'platform'>, { cache }: Paths): string {
  return inFolder(context, cache, 'encryption')
}
