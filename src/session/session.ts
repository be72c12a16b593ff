import type { Session } from '../context.ts'
import type { RoleIdentity } from '../profile/roles.ts'
import { sha256 } from './digest.ts'

/** A cached session with what it was made from; all but the last field is the cache file's content. */
export interface CachedSession extends Session {
  readonly version: 1
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

/** The cache file's name: another key, another device or another role is another session. */
export function cacheName(
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

/** The name of the file a session is cached in. */
export function nameOf({ sourceAccessKeyId, serialNumber, roles }: CachedSession): string {
  return cacheName(sourceAccessKeyId, serialNumber, roles)
}

/** Milliseconds the session still lives; negative or NaN-free zero once it is over. */
export function timeLeft(expiration: string | undefined, now: number): number {
  const end = Date.parse(expiration ?? '')
  return Number.isNaN(end) ? 0 : end - now
}

/** Lives long enough, or has not seen half of its life: some sessions are shorter than `minTtl`. */
export function isYoung(
  { expiration, obtainedAt }: CachedSession,
  minTtl: number,
  now: number,
): boolean {
  const life = timeLeft(expiration, Date.parse(obtainedAt ?? ''))
  const enough = Number.isNaN(life) ? minTtl : Math.min(minTtl, life / 2)
  return timeLeft(expiration, now) >= enough
}

/** A cache file's text as a session; undefined where it is not one of ours or is damaged. */
export function readCached(text: string | undefined): CachedSession | undefined {
  if (text === undefined) return undefined
  try {
    const value = JSON.parse(text) as Partial<CachedSession> | null
    return isCached(value) ? value : undefined
  } catch {
    return undefined
  }
}

const FIELDS = [
  'accessKeyId',
  'secretAccessKey',
  'sessionToken',
  'expiration',
  'profile',
  'serialNumber',
  'sourceAccessKeyId',
] as const

function isCached(value: Partial<CachedSession> | null): value is CachedSession {
  if (value?.version !== 1 || !areRoles(value.roles ?? [])) return false
  return FIELDS.every((field) => typeof value[field] === 'string')
}

function areRoles(value: unknown): boolean {
  const isRole = (each: unknown): boolean =>
    typeof (each as Partial<RoleIdentity> | null)?.arn === 'string'
  return Array.isArray(value) && value.every(isRole)
}

/** The JSON every SDK expects from credential_process (AWS SDKs and Tools Reference Guide). */
export function processCredentials(session: Session): string {
  const payload = {
    Version: 1,
    AccessKeyId: session.accessKeyId,
    SecretAccessKey: session.secretAccessKey,
    SessionToken: session.sessionToken,
    Expiration: session.expiration,
  }
  return `${JSON.stringify(payload)}\n`
}
