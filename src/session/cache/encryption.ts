/**
 * A cached session whose secrets are encrypted. What `status` and `logout` need stays readable without the
 * key: it is in the config and the credentials file as well. None of it can be changed, or the file put in
 * another one's place, without the secrets becoming unreadable.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import {
  parseCachedSession,
  parseCacheEntry,
  type CachedSession,
  type CacheEntry,
} from '../model/session.ts'

export interface EncryptedSession extends CacheEntry {
  readonly version: 2
  readonly encryption: typeof CIPHER
  /** In base64: the nonce, the ciphertext of the two secrets in JSON, the tag. */
  readonly sealed: string
}

const CIPHER = 'aes-256-gcm'
export const KEY_BYTES = 32
/** NIST SP 800-38D, 5.2.1.1 and 8.2.2: 96 bits; random ones are good for 2^32 files with one key. */
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** For the file of this name in the cache. */
export function encryptSession(
  session: CachedSession,
  name: string,
  key: Uint8Array,
): EncryptedSession {
  const { secretAccessKey, sessionToken } = session
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(CIPHER, key, nonce)
  cipher.setAAD(boundData(session, name))
  const secrets = JSON.stringify([secretAccessKey, sessionToken])
  const bytes = [nonce, cipher.update(secrets, 'utf8'), cipher.final(), cipher.getAuthTag()]
  return {
    ...entryOf(session),
    version: 2,
    encryption: CIPHER,
    sealed: Buffer.concat(bytes).toString('base64'),
  }
}

/** Undefined where another key sealed it, or it was changed or moved since. */
export function decryptSession(
  session: EncryptedSession,
  name: string,
  key: Uint8Array,
): CachedSession | undefined {
  const bytes = Buffer.from(session.sealed, 'base64')
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined
  const nonce = bytes.subarray(0, NONCE_BYTES)
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
  decipher.setAAD(boundData(session, name)).setAuthTag(bytes.subarray(-TAG_BYTES))
  try {
    const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES))
    const secrets = Buffer.concat([text, decipher.final()]).toString('utf8')
    const [secretAccessKey, sessionToken] = JSON.parse(secrets) as [string, string]
    return { ...entryOf(session), version: 1, secretAccessKey, sessionToken }
  } catch {
    return undefined
  }
}

/** What stays readable, in the order in which it is bound. */
const READABLE = Object.keys({
  accessKeyId: true,
  expiration: true,
  profile: true,
  serialNumber: true,
  sourceAccessKeyId: true,
  roles: true,
  seconds: true,
  obtainedAt: true,
} satisfies Record<keyof CacheEntry, true>) as (keyof CacheEntry)[]

function entryOf(entry: CacheEntry): CacheEntry {
  const present = READABLE.filter((field) => entry[field] !== undefined)
  return Object.fromEntries(present.map((field) => [field, entry[field]])) as unknown as CacheEntry
}

/** Everything that is readable, and the file's name. */
function boundData(entry: CacheEntry, name: string): Buffer {
  const roles = (entry.roles ?? []).map(({ arn, externalId, sessionName }) => [
    arn,
    externalId ?? null,
    sessionName ?? null,
  ])
  const values = READABLE.map((field) => (field === 'roles' ? roles : (entry[field] ?? null)))
  return Buffer.from(JSON.stringify([2, name, ...values]))
}

/** What a file of the cache holds: a session in plain text, or an encrypted one. */
export type CachedFile = CachedSession | EncryptedSession

/** A cache file's text; undefined where it is not one of ours or is damaged. */
export function parseCacheFile(text: string | undefined): CachedFile | undefined {
  const session = parseCachedSession(text)
  if (session !== undefined) return session
  const entry = parseCacheEntry(text)
  return entry !== undefined && isEncryptedSession(entry) ? entry : undefined
}

function isEncryptedSession(
  entry: CacheEntry & Partial<EncryptedSession>,
): entry is EncryptedSession {
  return entry.version === 2 && entry.encryption === CIPHER && typeof entry.sealed === 'string'
}
