import type { Context } from '../../context.ts'
import { Failure } from '../../failure.ts'
import { sentCode, type SentCode } from '../../mfa/token-code.ts'
import { inFolder, type Paths } from '../../profile/paths.ts'
import type { RoleIdentity } from '../../profile/roles.ts'
import { getOrCreateEncryptionKey } from './encryption-key.ts'
import { parseCacheFile, encryptSession, type CachedFile } from './encryption.ts'
import { inventoryOf, WRITTEN, type Inventory } from './inventory.ts'
import { answerFileText, answerPath } from '../model/answer-file.ts'
import {
  cacheFileNameFor,
  cacheFileName,
  type CachedSession,
  type CacheEntry,
} from '../model/session.ts'

/** The long-term key and the device of a session; another key or device makes another session. */
interface SessionOrigin {
  readonly accessKeyId: string
  readonly serialNumber: string
}

export async function readCached(
  context: Context,
  { cache }: Paths,
  { accessKeyId, serialNumber }: SessionOrigin,
  roles: readonly RoleIdentity[] = [],
): Promise<CachedFile | undefined> {
  await context.files.checkPrivate(cache)
  const name = cacheFileNameFor(accessKeyId, serialNumber, roles)
  const cached = parseCacheFile(await readCacheFile(context, inFolder(context, cache, name)))
  // The content names its file: one that was moved to another name is not used.
  return cached !== undefined && cacheFileName(cached) === name ? cached : undefined
}

/** Throws the keyring's Failure where the session must be encrypted and cannot be. */
export async function storeCached(
  context: Context,
  paths: Paths,
  session: CachedSession,
  { isEncrypted }: { readonly isEncrypted: boolean },
): Promise<void> {
  await context.files.makePrivate(paths.cache)
  const path = pathOf(context, paths, session)
  // Before the lock, as a person may have to unlock the keyring.
  const key = isEncrypted ? await getOrCreateEncryptionKey(context, paths) : undefined
  await context.files.withLock(path, async () => {
    if (key !== undefined) {
      await writeEncrypted(context, paths, session, key)
      return
    }
    await context.files.replace(path, toJson(session))
    // After the session: the launcher serves no answer that is older than it.
    await context.files.replace(answerPath(path), answerFileText(session), { mayBeLost: true })
  })
}

/**
 * Encrypts the cache file of a session that is in plain text. By now the file may hold a newer session, which
 * is encrypted instead. Throws the keyring's Failure.
 */
export async function encryptCached(
  context: Context,
  paths: Paths,
  session: CacheEntry,
): Promise<void> {
  const path = pathOf(context, paths, session)
  const key = await getOrCreateEncryptionKey(context, paths)
  await context.files.withLock(path, async () => {
    const cached = parseCacheFile(await readCacheFile(context, path))
    if (cached?.version === 1) await writeEncrypted(context, paths, cached, key)
  })
}

/** The caller holds the file's lock: a writer of plain text makes two files. */
async function writeEncrypted(
  context: Context,
  paths: Paths,
  session: CachedSession,
  key: Uint8Array,
): Promise<void> {
  const path = pathOf(context, paths, session)
  // First, as the answer is in plain text.
  await context.files.remove(answerPath(path))
  await context.files.replace(path, toJson(encryptSession(session, cacheFileName(session), key)))
  await removeCacheLeftovers(context, paths)
}

function pathOf(context: Context, { cache }: Paths, session: CacheEntry): string {
  return inFolder(context, cache, cacheFileName(session))
}

function toJson(content: CachedFile): string {
  return `${JSON.stringify(content, undefined, 2)}\n`
}

export async function readInventory(context: Context, { cache }: Paths): Promise<Inventory> {
  await context.files.checkPrivate(cache)
  const names = (await context.files.list(cache)).filter(
    (name) => name.endsWith('.json') || name.endsWith(WRITTEN),
  )
  const read = names.map(async (name) => ({
    name,
    text: await readCacheFile(context, inFolder(context, cache, name)),
  }))
  return inventoryOf(await Promise.all(read))
}

/** Undefined if the file is missing; empty if it cannot be read, or is not text. */
export async function readCacheFile(context: Context, path: string): Promise<string | undefined> {
  try {
    return await context.files.read(path)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return ''
  }
}

/** Removes the temporary files of killed processes, which may hold sessions in plain text. */
export async function removeCacheLeftovers(context: Context, { cache }: Paths): Promise<void> {
  await context.files.sweepBeside(inFolder(context, cache, 'session.json'))
}

export type SentCodeNote = ReturnType<typeof sentCodeNote>

/** A note of the last code that was sent for a device, so that no process sends it again. */
export function sentCodeNote(context: Context, { cache }: Paths, origin: SessionOrigin) {
  const name = cacheFileNameFor(origin.accessKeyId, origin.serialNumber).replace('.json', '.sent')
  const path = inFolder(context, cache, name)
  return {
    read: async () => readJson(await context.files.read(path)) as SentCode | undefined,
    write: async (code: SentCode): Promise<void> => {
      await context.files.makePrivate(cache)
      // A code expires sooner than a machine restarts.
      await context.files.replace(path, JSON.stringify(code), { mayBeLost: true })
    },
    remove: async (): Promise<void> => context.files.remove(path),
  }
}

/** Notes a code that a call other than GetSessionToken used. */
export async function noteSentCode(
  context: Context,
  paths: Paths,
  origin: SessionOrigin,
  code: string,
): Promise<void> {
  const note = sentCodeNote(context, paths, origin)
  await note.write(sentCode(origin.serialNumber, code, context.now()))
}

/** JSON that mfa-login wrote; undefined if it is missing or damaged. */
export function readJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
