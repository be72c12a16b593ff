/** The key that encrypts cached sessions: 256 random bits in the keyring, made when the first one is stored. */
import { randomBytes } from 'node:crypto'
import type { Context, Keyring } from '../../context.ts'
import { Failure } from '../../failure.ts'
import type { Paths } from '../../profile/paths.ts'
import { KEY_BYTES } from './encryption.ts'

/** Beside the long-term keys, whose accounts are access key IDs of 16 characters and more. */
const ACCOUNT = 'cache'

/** The keyring is slow, and asked once. */
const known = new WeakMap<Keyring, Buffer>()

/** Undefined where the keyring has none. Throws the keyring's Failure. */
export async function readEncryptionKey({
  keyring,
}: Pick<Context, 'keyring'>): Promise<Buffer | undefined> {
  const kept = known.get(keyring)
  if (kept !== undefined) return kept
  const key = Buffer.from((await keyring.read(ACCOUNT)) ?? '', 'base64')
  if (key.length !== KEY_BYTES) return undefined
  known.set(keyring, key)
  return key
}

/** The key, a new one where there is none. Throws the keyring's Failure. */
export async function getOrCreateEncryptionKey(context: Context, paths: Paths): Promise<Buffer> {
  const kept = await readEncryptionKey(context)
  if (kept !== undefined) {
    await noteUse(context, paths)
    return kept
  }
  await context.files.makePrivate(paths.cache)
  // Of two keys made at once, one would be lost, and the sessions it sealed.
  return context.files.withLock(notePath(paths), async () => {
    const others = await readEncryptionKey(context)
    // Here the keyring has answered: where there is none, nothing is noted.
    await noteUse(context, paths)
    if (others !== undefined) return others
    await context.keyring.write(ACCOUNT, randomBytes(KEY_BYTES).toString('base64'))
    const made = await readEncryptionKey(context)
    if (made !== undefined) return made
    throw new Failure(
      'files',
      'The keyring did not give back what was written to it.',
      'look at it with the keyring’s own program',
    )
  })
}

/** What the keyring gave before; undefined where it was not asked yet. */
export function knownEncryptionKey({ keyring }: Pick<Context, 'keyring'>): Buffer | undefined {
  return known.get(keyring)
}

/** Has the keyring asked the next time. */
export function clearKnownKey({ keyring }: Pick<Context, 'keyring'>): void {
  known.delete(keyring)
}

/** Makes every session that was encrypted unreadable, in copies of the cache too. Throws the keyring's Failure. */
export async function deleteEncryptionKey(context: Context, paths: Paths): Promise<void> {
  known.delete(context.keyring)
  await context.keyring.remove(ACCOUNT)
  await context.files.remove(notePath(paths))
}

/** Whether the keyring was asked for a key to encrypt sessions of this cache with, since it was last dropped. */
export async function hasEncryptionKeyNote({ files }: Context, paths: Paths): Promise<boolean> {
  return (await files.mode(notePath(paths))) !== undefined
}

/** An empty file tells it when the sessions are gone, and spares a machine without a keyring the question. */
async function noteUse(context: Context, paths: Paths): Promise<void> {
  if (await hasEncryptionKeyNote(context, paths)) return
  await context.files.makePrivate(paths.cache)
  await context.files.replace(notePath(paths), '')
}

function notePath({ cache }: Paths): string {
  return `${cache}/encryption`
}
