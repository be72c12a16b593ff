import { accountOf } from '../../mfa/serial.ts'
import { profileKeys, profileNames } from '../../profile/ini/ini-file.ts'
import { isServedByUs } from '../../profile/process-line.ts'
import { tryResolveSource, type CredentialSource } from '../../profile/resolve.ts'
import { sessionInProfile } from '../../profile/target.ts'
import type { ProfileFiles } from '../../profile/values.ts'
import { timeLeft } from '../model/freshness.ts'
import { cacheFileName, parseCacheEntry, type CacheEntry } from '../model/session.ts'
import { parseCacheFile, type CachedFile } from './encryption.ts'

/** What the cache folder says about sessions. */
export interface Inventory {
  readonly cached: readonly CachedFile[]
  /** Of the sessions that were written to a credentials file; the cache may have newer ones since. */
  readonly written: readonly WrittenNote[]
}

/** What is known of a session in a credentials file. */
export interface WrittenNote extends CacheEntry {
  /** The path of the file. */
  readonly credentials: string
}

export function parseWrittenNote(text: string | undefined): WrittenNote | undefined {
  const note: (CacheEntry & Partial<WrittenNote>) | undefined = parseCacheEntry(text)
  return typeof note?.credentials === 'string' ? (note as WrittenNote) : undefined
}

/** The ending of a note's file; `noteWritten` writes it. */
export const WRITTEN = '.written'

/** From the files of the cache folder; the text is undefined if one cannot be read. */
export function inventoryOf(
  files: readonly { readonly name: string; readonly text: string | undefined }[],
): Inventory {
  const notes = files.filter(({ name }) => name.endsWith(WRITTEN))
  return {
    cached: files.flatMap(({ name, text }) => {
      const cached = parseCacheFile(text)
      // The content names its file: no command uses one that was moved to another name.
      return cached !== undefined && cacheFileName(cached) === name ? [cached] : []
    }),
    written: notes.flatMap(({ text }) => parseWrittenNote(text) ?? []),
  }
}

/** A session somewhere on this machine: in a profile of the credentials file, the cache, or both. */
export interface StoredSession {
  /** The profile that the session serves. */
  readonly profile: string
  /** The profile that the session was obtained for. */
  readonly source: string
  readonly account: string | null
  /** ARN of the role, for a role's session. */
  readonly role: string | null
  readonly serialNumber: string | null
  readonly expiration: string
  readonly secondsLeft: number
  readonly isValid: boolean
  readonly inCredentials: boolean
  readonly cached: CachedFile | undefined
  /** What the inventory knows of it. */
  readonly entry: CacheEntry | undefined
}

/** Every session of mfa-login: those in profiles, and those only in the cache. */
export function storedSessions(
  files: ProfileFiles,
  inventory: Inventory,
  now: number,
): StoredSession[] {
  const cachedById = new Map(inventory.cached.map((cached) => [cached.accessKeyId, cached]))
  const written = writtenSessions(files, inventory).flatMap(({ accessKeyId, ...session }) => {
    const { profile, entry } = session
    const expiration = sessionInProfile(files, profile)?.expiration ?? entry?.expiration
    // Without an expiration it is another tool's.
    if (expiration === undefined) return []
    return [{ ...session, expiration, inCredentials: true, cached: cachedById.get(accessKeyId) }]
  })
  const inCredentials = new Set(written.map(({ cached }) => cached))
  const others = inventory.cached
    // Since `setup`, the cached session also serves the profile itself.
    .filter((cached) => !inCredentials.has(cached) || isServedByUs(files, cached.profile))
    .map((cached) => ({
      profile: cached.profile,
      ...originOfEntry(cached),
      entry: cached,
      expiration: cached.expiration,
      inCredentials: false,
      cached,
    }))
  return [...written, ...others]
    .map(({ serial, role, ...session }) => {
      const left = timeLeft(session.expiration, now)
      return {
        ...session,
        account: accountOf(role ?? serial ?? '') ?? null,
        role: role ?? null,
        serialNumber: serial ?? null,
        secondsLeft: Math.max(0, Math.floor(left / 1000)),
        isValid: left > 0,
      }
    })
    .sort((a, b) => (a.profile < b.profile ? -1 : 1))
}

/** A session in a section of a credentials file. */
export interface WrittenSession extends Origin {
  readonly profile: string
  readonly accessKeyId: string
  readonly entry: CacheEntry | undefined
}

/**
 * The sessions in a credentials file or a backup of it: those that the inventory knows, wherever they are, and those
 * where a login would write one, no matter which tool did: mfa-login may have adopted its profile since.
 */
export function writtenSessions(files: ProfileFiles, inventory: Inventory): WrittenSession[] {
  const known = new Map(
    [...inventory.written, ...inventory.cached].map((entry) => [entry.accessKeyId, entry]),
  )
  return profileNames(files.credentials, 'credentials').flatMap((profile): WrittenSession[] => {
    const keys = profileKeys(files.credentials, 'credentials', profile)
    if (!keys.get('aws_session_token')) return []
    const accessKeyId = keys.get('aws_access_key_id') ?? ''
    const entry = known.get(accessKeyId)
    if (entry !== undefined) return [{ profile, accessKeyId, entry, ...originOfEntry(entry) }]
    const source = tryResolveSource(files, {}, { profile })
    if (source?.target !== profile) return []
    return [{ profile, accessKeyId, entry, ...originOfProfile(profile, source) }]
  })
}

function originOfEntry({ profile, serialNumber, roles = [] }: CacheEntry): Origin {
  return { source: profile, serial: serialNumber, role: roles.at(-1)?.arn }
}

function originOfProfile(profile: string, source: CredentialSource): Origin {
  const { serialNumber: serial, roles, keysProfile } = source
  const role = roles.at(-1)?.arn
  if (role !== undefined) return { source: source.profile, serial, role }
  const isPlain = keysProfile === undefined || keysProfile === `${profile}-long-term`
  return { source: isPlain ? profile : keysProfile, serial, role }
}

/** The profile, device and role of a session. */
interface Origin {
  readonly source: string
  readonly serial: string | undefined
  readonly role: string | undefined
}
