import type { Session } from '../../aws/api.ts'
import type { RoleIdentity } from '../../profile/roles.ts'
import { sha256 } from './digest.ts'

/** What is known of a cached session, without its secrets. */
export interface CacheEntry extends Pick<Session, 'accessKeyId' | 'expiration'> {
  readonly profile: string
  readonly serialNumber: string
  readonly sourceAccessKeyId: string
  /** The roles that were taken one after the other; none for the user's own session. */
  readonly roles?: readonly RoleIdentity[]
  /** How long a role was taken for. */
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
  const taken = roles.map(({ arn, externalId, sessionName }) =>
    JSON.stringify([arn, externalId ?? null, sessionName ?? null]),
  )
  const text = [sourceAccessKeyId, serialNumber, ...taken].join('\n')
  return `${sha256(text).slice(0, 40)}.json`
}

/**
 * Names what one process of many does for all: making a session. The serial number is that of `--serial`;
 * the profile's may yet have to be found.
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

/** Milliseconds the session still lives; zero or less once it is over, zero where its end is not known. */
export function timeLeft(expiration: string | undefined, now: number): number {
  const end = Date.parse(expiration ?? '')
  return Number.isNaN(end) ? 0 : end - now
}

/** Lives long enough, or has not seen half of its life: some sessions are shorter than `minTtl`. */
export function isFreshEnough(
  { expiration, obtainedAt }: CacheEntry,
  minTtl: number,
  now: number,
): boolean {
  const life = timeLeft(expiration, Date.parse(obtainedAt ?? ''))
  const enough = Number.isNaN(life) ? minTtl : Math.min(minTtl, life / 2)
  return timeLeft(expiration, now) >= enough
}

/** Made since then, and not ended while this machine slept. */
export function wasObtainedSince(
  { obtainedAt = '', expiration }: CacheEntry,
  then: number,
  now: number,
): boolean {
  return Date.parse(obtainedAt) >= then && timeLeft(expiration, now) > 0
}

/** A cache file's text as a session; undefined where it is not one of ours, encrypted or damaged. */
export function parseCachedSession(text: string | undefined): CachedSession | undefined {
  const entry = parseCacheEntry(text)
  return entry !== undefined && isCached(entry) ? entry : undefined
}

/** What a cache file's text says of a session, be its secrets encrypted or not. */
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

function isCached(entry: CacheEntry & Partial<CachedSession>): entry is CachedSession {
  return entry.version === 1 && SECRETS.every((field) => typeof entry[field] === 'string')
}

function isEntry(value: Partial<CacheEntry>): value is CacheEntry {
  return areRoles(value.roles ?? []) && FIELDS.every((field) => typeof value[field] === 'string')
}

function areRoles(value: unknown): boolean {
  const isRole = (each: unknown): boolean =>
    typeof (each as Partial<RoleIdentity> | null)?.arn === 'string'
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
