/**
 * A cached session whose secrets are encrypted. The fields that `status` and `logout` need stay readable
 * without the key; they are in the AWS files as well. They and the file's name are authenticated: after a
 * change of either the secrets cannot be decrypted.
 */
import { crypto } from '../../crypto.ts'
import { identityValues } from '../../profile/roles.ts'
import {
  parseCachedSession,
  parseCacheEntry,
  type CachedSession,
  type CacheEntry,
} from '../model/session.ts'

export interface EncryptedSession extends CacheEntry {
  readonly version: 2
  readonly encryption: typeof CIPHER
  /** Base64 of the nonce, the encrypted JSON of the two secrets, and the tag. */
  readonly sealed: string
}

const CIPHER = 'aes-256-gcm'
export const KEY_BYTES = 32
/** NIST SP 800-38D, 5.2.1.1 and 8.2.2: 96 random bits are safe for 2^32 files with one key. */
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** For the cache file of this name. */
export function encryptSession(
  session: CachedSession,
  name: string,
  key: Uint8Array,
): EncryptedSession {
  const { secretAccessKey, sessionToken } = session
  const nonce = crypto().randomBytes(NONCE_BYTES)
  const cipher = crypto().createCipheriv(CIPHER, key, nonce)
  cipher.setAAD(authenticatedData(session, name))
  const secrets = JSON.stringify([secretAccessKey, sessionToken])
  const bytes = [nonce, cipher.update(secrets, 'utf8'), cipher.final(), cipher.getAuthTag()]
  return {
    ...readablePart(session),
    version: 2,
    encryption: CIPHER,
    sealed: Buffer.concat(bytes).toString('base64'),
  }
}

/** Undefined if another key encrypted it, or the file was changed or renamed since. */
export function decryptSession(
  session: EncryptedSession,
  name: string,
  key: Uint8Array,
): CachedSession | undefined {
  const bytes = Buffer.from(session.sealed, 'base64')
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined
  const nonce = bytes.subarray(0, NONCE_BYTES)
  const decipher = crypto().createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
  decipher.setAAD(authenticatedData(session, name)).setAuthTag(bytes.subarray(-TAG_BYTES))
  try {
    const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES))
    const secrets = Buffer.concat([text, decipher.final()]).toString('utf8')
    const [secretAccessKey, sessionToken] = JSON.parse(secrets) as [string, string]
    return { ...readablePart(session), version: 1, secretAccessKey, sessionToken }
  } catch {
    return undefined
  }
}

/** The readable fields, in the order in which they are authenticated. */
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

/** What may be known of a session without its secrets. */
export function readablePart(entry: CacheEntry): CacheEntry {
  const present = READABLE.filter((field) => entry[field] !== undefined)
  return Object.fromEntries(present.map((field) => [field, entry[field]])) as unknown as CacheEntry
}

/** The authenticated data: every readable field, and the file's name. */
function authenticatedData(entry: CacheEntry, name: string): Buffer {
  const roles = (entry.roles ?? []).map(identityValues)
  const values = READABLE.map((field) => (field === 'roles' ? roles : (entry[field] ?? null)))
  return Buffer.from(JSON.stringify([2, name, ...values]))
}

/** The content of a cache file: a session in plain text, or an encrypted one. */
export type CachedFile = CachedSession | EncryptedSession

/** Undefined if the text is damaged or not a cache file. */
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
