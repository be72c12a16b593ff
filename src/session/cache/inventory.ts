import { accountOf } from '../../mfa/serial.ts'
import { profileKeys, profileNames } from '../../profile/ini/ini-file.ts'
import { tryResolveSource, type CredentialSource } from '../../profile/resolve.ts'
import type { ProfileFiles } from '../../profile/values.ts'
import { sessionInProfile } from '../../profile/target.ts'
import type { CachedFile } from './encryption.ts'
import { timeLeft, type CacheEntry } from '../model/session.ts'

/** A session somewhere on this machine: in a profile of the credentials file, the cache, or both. */
export interface StoredSession {
  /** The profile whose use needs no code. */
  readonly profile: string
  /** The profile the session was made for. */
  readonly source: string
  readonly account: string | null
  /** The ARN of the role, for a role's session. */
  readonly role: string | null
  readonly serialNumber: string | null
  readonly expiration: string
  readonly secondsLeft: number
  readonly isValid: boolean
  readonly inCredentials: boolean
  readonly cached: CachedFile | undefined
}

/** Every session of ours: those in profiles a login writes to, then those only in the cache. */
export function storedSessions(
  files: ProfileFiles,
  cache: readonly CachedFile[],
  now: number,
): StoredSession[] {
  const written = profileNames(files.credentials, 'credentials').flatMap((profile) => {
    const session = sessionInProfile(files, profile)
    if (session === undefined) return []
    const cached = cache.find(({ accessKeyId }) => accessKeyId === session.accessKeyId)
    const source = tryResolveSource(files, {}, { profile })
    // Other tools write sessions too; ours are cached or beside keys a login would use.
    if (cached === undefined && source?.target !== profile) return []
    const origin = cached === undefined ? originOf(profile, source) : originIn(cached)
    return [toStoredSession({ profile, ...origin, expiration: session.expiration, cached }, now)]
  })
  const shown = new Set(written.map(({ cached }) => cached))
  const others = cache
    .filter((session) => !shown.has(session))
    .map((session) => {
      const { profile, expiration } = session
      const place = { profile, ...originIn(session), expiration, cached: session }
      return { ...toStoredSession(place, now), inCredentials: false }
    })
  return [...written, ...others].sort((a, b) => (a.profile < b.profile ? -1 : 1))
}

/**
 * Sections with a session where a login would write one, however it came there: in a backup, it may be one
 * that another tool had left and that has become ours since.
 */
export function writtenSessions(files: ProfileFiles): Pick<StoredSession, 'profile' | 'source'>[] {
  return profileNames(files.credentials, 'credentials').flatMap((profile) => {
    const keys = profileKeys(files.credentials, 'credentials', profile)
    const source = keys.has('aws_session_token')
      ? tryResolveSource(files, {}, { profile })
      : undefined
    if (source?.target !== profile) return []
    return [{ profile, source: originOf(profile, source).source }]
  })
}

function originIn({ profile, serialNumber, roles = [] }: CacheEntry): Origin {
  return { source: profile, serial: serialNumber, role: roles.at(-1)?.arn }
}

function originOf(profile: string, source: CredentialSource | undefined): Origin {
  const { serialNumber: serial, roles = [], keysProfile } = source ?? {}
  const role = roles.at(-1)?.arn
  if (role !== undefined) return { source: source?.profile ?? profile, serial, role }
  const isPlain = keysProfile === undefined || keysProfile === `${profile}-long-term`
  return { source: isPlain ? profile : keysProfile, serial, role }
}

/** What a session was made from. */
interface Origin {
  readonly source: string
  readonly serial: string | undefined
  readonly role: string | undefined
}

interface Place extends Origin {
  readonly profile: string
  readonly expiration: string
  readonly cached: CachedFile | undefined
}

function toStoredSession(
  { profile, source, serial, role, expiration, cached }: Place,
  now: number,
): StoredSession {
  const left = timeLeft(expiration, now)
  return {
    profile,
    source,
    account: accountOf(role ?? serial ?? '') ?? null,
    role: role ?? null,
    serialNumber: serial ?? null,
    expiration,
    secondsLeft: Math.max(0, Math.floor(left / 1000)),
    isValid: left > 0,
    inCredentials: true,
    cached,
  }
}
