import type { Session } from '../../aws/api.ts'
import { identityValues, type RoleIdentity } from '../../profile/roles.ts'
import { sha256 } from './digest.ts'

/** What is known of a cached session, without its secrets. */
export interface CacheEntry extends Pick<Session, 'accessKeyId' | 'expiration'> {
  readonly profile: string
  readonly serialNumber: string
  readonly sourceAccessKeyId: string
  /** The roles that were assumed one after the other; none for the user's own session. */
  readonly roles?: readonly RoleIdentity[]
  /** DurationSeconds; missing for users' sessions of version 0.1. */
  readonly seconds?: number
  /** RFC 3339. */
  readonly obtainedAt?: string
}

/** The content of a cache file in plain text. */
export interface CachedSession extends CacheEntry, Session {
  readonly version: 1
}

/** The cache file's name: another key, another device or another role is another session. */
export function cacheFileNameFor(
  sourceAccessKeyId: string,
  serialNumber: string,
  roles: readonly RoleIdentity[] = [],
): string {
  const parts = roles.map((role) => JSON.stringify(identityValues(role)))
  const text = [sourceAccessKeyId, serialNumber, ...parts].join('\n')
  return `${sha256(text).slice(0, 40)}.json`
}

/**
 * The name of the lock under which one process of many makes a session. The serial number is the one of
 * `--serial`; the profile's own may not be known yet.
 */
export function lockKey(
  sourceAccessKeyId: string,
  serialNumber: string | undefined,
  roles: readonly RoleIdentity[] = [],
): string {
  return cacheFileNameFor(sourceAccessKeyId, serialNumber ?? '', roles).replace('.json', '')
}

/** The name of the file a session is cached in. */
export function cacheFileName({ sourceAccessKeyId, serialNumber, roles }: CacheEntry): string {
  return cacheFileNameFor(sourceAccessKeyId, serialNumber, roles)
}

/** A session from the text of a cache file; undefined if it is encrypted, damaged or not a cache file. */
export function parseCachedSession(text: string | undefined): CachedSession | undefined {
  const entry = parseCacheEntry(text)
  return entry !== undefined && isPlainSession(entry) ? entry : undefined
}

/** The readable part of a cache file, whether its secrets are encrypted or not. */
export function parseCacheEntry(text: string | undefined): CacheEntry | undefined {
  if (text === undefined) return undefined
  try {
    const value = JSON.parse(text) as Partial<CacheEntry> | null
    return value !== null && isEntry(value) ? value : undefined
  } catch {
    return undefined
  }
}

const SECRETS = ['secretAccessKey', 'sessionToken'] as const
const FIELDS = [
  'accessKeyId',
  'expiration',
  'profile',
  'serialNumber',
  'sourceAccessKeyId',
] as const

function isPlainSession(entry: CacheEntry & Partial<CachedSession>): entry is CachedSession {
  return entry.version === 1 && SECRETS.every((field) => typeof entry[field] === 'string')
}

function isEntry(value: Partial<CacheEntry>): value is CacheEntry {
  return isRoleList(value.roles ?? []) && FIELDS.every((field) => typeof value[field] === 'string')
}

function isRoleList(value: unknown): boolean {
  const isRole = (entry: unknown): boolean =>
    typeof (entry as Partial<RoleIdentity> | null)?.arn === 'string'
  return Array.isArray(value) && value.every(isRole)
}

/** The JSON every SDK expects from credential_process (AWS SDKs and Tools Reference Guide). */
export function credentialProcessJson(session: Session): string {
  const payload = {
    Version: 1,
    AccessKeyId: session.accessKeyId,
    SecretAccessKey: session.secretAccessKey,
    SessionToken: session.sessionToken,
    Expiration: session.expiration,
  }
  return `${JSON.stringify(payload)}\n`
}
