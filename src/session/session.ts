import { createHash } from 'node:crypto'
import type { Session } from '../context.ts'

/** A cached session with what it was made from; all but the last field is the cache file's content. */
export interface CachedSession extends Session {
  readonly version: 1
  readonly profile: string
  readonly serialNumber: string
  readonly sourceAccessKeyId: string
  /** RFC 3339. */
  readonly obtainedAt?: string
}

/** The cache file's name: another key or another device is another session. */
export function cacheName(sourceAccessKeyId: string, serialNumber: string): string {
  const digest = createHash('sha256').update(`${sourceAccessKeyId}\n${serialNumber}`).digest('hex')
  return `${digest.slice(0, 40)}.json`
}

/** Milliseconds the session still lives; negative or NaN-free zero once it is over. */
export function timeLeft(expiration: string | undefined, now: number): number {
  const end = Date.parse(expiration ?? '')
  return Number.isNaN(end) ? 0 : end - now
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
  if (value?.version !== 1) return false
  return FIELDS.every((field) => typeof value[field] === 'string')
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
