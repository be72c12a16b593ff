import type { Context } from '../../context.ts'
import { sentCode, type SentCode } from '../../mfa/token-code.ts'
import type { Paths } from '../../profile/paths.ts'
import type { RoleIdentity } from '../../profile/roles.ts'
import { MIN_TTL_SECONDS } from '../model/freshness.ts'
import { getOrCreateEncryptionKey } from './encryption-key.ts'
import { parseCacheFile, encryptSession, type CachedFile } from './encryption.ts'
import {
  cacheFileNameFor,
  cacheFileName,
  credentialProcessJson,
  type CachedSession,
  type CacheEntry,
} from '../model/session.ts'

/** What a session is made from; another key or another device is another session. */
export interface SessionOrigin {
  readonly accessKeyId: string
  readonly serialNumber: string
}

export async function readCached(
  context: Context,
  { cache }: Paths,
  { accessKeyId, serialNumber }: SessionOrigin,
  roles: readonly RoleIdentity[] = [],
): Promise<CachedFile | undefined> {
  const name = cacheFileNameFor(accessKeyId, serialNumber, roles)
  const found = parseCacheFile(await context.files.read(`${cache}/${name}`))
  // A file that was put in another one's place says what it is.
  return found !== undefined && cacheFileName(found) === name ? found : undefined
}

/** Throws the keyring's Failure where the session is to be encrypted and cannot be. */
export async function storeCached(
  context: Context,
  paths: Paths,
  session: CachedSession,
  { isEncrypted }: { readonly isEncrypted: boolean },
): Promise<void> {
  await context.files.makePrivate(paths.cache)
  const path = pathOf(paths, session)
  // Before the lock: a person may be asked to unlock the keyring.
  const key = isEncrypted ? await getOrCreateEncryptionKey(context, paths) : undefined
  await context.files.withLock(path, async () => {
    if (key !== undefined) {
      await writeEncrypted(context, paths, session, key)
      return
    }
    await context.files.replace(path, toJson(session))
    // After it: the launcher takes no answer that is older than the session.
    await context.files.replace(answerPath(path), answerFile(session), { mayBeLost: true })
  })
}

/**
 * Encrypts what the cache has in plain text in the place of a session, which may be a newer one by now.
 * Throws the keyring's Failure.
 */
export async function encryptCached(
  context: Context,
  paths: Paths,
  session: CacheEntry,
): Promise<void> {
  const path = pathOf(paths, session)
  const key = await getOrCreateEncryptionKey(context, paths)
  await context.files.withLock(path, async () => {
    const found = parseCacheFile(await context.files.read(path))
    if (found?.version === 1) await writeEncrypted(context, paths, found, key)
  })
}

/** Under the file's lock: a writer of plain text makes two files. */
async function writeEncrypted(
  context: Context,
  paths: Paths,
  session: CachedSession,
  key: Uint8Array,
): Promise<void> {
  const path = pathOf(paths, session)
  // Before it: the answer is in plain text.
  await context.files.remove(answerPath(path))
  await context.files.replace(path, toJson(encryptSession(session, cacheFileName(session), key)))
  await removeCacheLeftovers(context, paths)
}

function pathOf({ cache }: Paths, session: CacheEntry): string {
  return `${cache}/${cacheFileName(session)}`
}

function toJson(content: CachedFile): string {
  return `${JSON.stringify(content, undefined, 2)}\n`
}

/** What `bin/mfa-login-credentials` gives without Node, and before it the second until which it may. */
function answerFile(session: CachedSession): string {
  const until = Math.floor(Date.parse(session.expiration) / 1000) - MIN_TTL_SECONDS
  return `${until}\n${credentialProcessJson(session)}`
}

function answerPath(path: string): string {
  return path.replace(/\.json$/, '.answer')
}

export async function listCached(context: Context, { cache }: Paths): Promise<CachedFile[]> {
  const names = (await context.files.list(cache)).filter((name) => name.endsWith('.json'))
  const texts = await Promise.all(names.map((name) => context.files.read(`${cache}/${name}`)))
  return texts.map(parseCacheFile).filter((session) => session !== undefined)
}

export async function removeCached(
  context: Context,
  paths: Paths,
  session: CacheEntry,
): Promise<void> {
  const path = pathOf(paths, session)
  await context.files.withLock(path, async () => {
    await context.files.remove(answerPath(path))
    await context.files.remove(path)
  })
}

/** Removes what killed processes left of writing sessions, which may be in plain text. */
export async function removeCacheLeftovers(context: Context, { cache }: Paths): Promise<void> {
  await context.files.sweepBeside(`${cache}/session.json`)
}

/** The note of the last code sent for a device, so that no process sends it a second time. */
export interface SentCodeNote {
  read(): Promise<SentCode | undefined>
  write(code: SentCode): Promise<void>
  remove(): Promise<void>
}

export function sentCodeNote(
  context: Context,
  { cache }: Paths,
  origin: SessionOrigin,
): SentCodeNote {
  const name = cacheFileNameFor(origin.accessKeyId, origin.serialNumber).replace('.json', '.sent')
  const path = `${cache}/${name}`
  return {
    read: async () => readJson(await context.files.read(path)) as SentCode | undefined,
    write: async (code) => {
      await context.files.makePrivate(cache)
      // A code is over sooner than a machine is up again.
      await context.files.replace(path, JSON.stringify(code), { mayBeLost: true })
    },
    remove: async () => context.files.remove(path),
  }
}

/** Notes a code that another call than GetSessionToken spent. */
export async function noteSentCode(
  context: Context,
  paths: Paths,
  origin: SessionOrigin,
  code: string,
): Promise<void> {
  const note = sentCodeNote(context, paths, origin)
  await note.write(sentCode(origin.serialNumber, code, context.now()))
}

/** JSON of our own writing; undefined where it is missing or damaged. */
export function readJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
