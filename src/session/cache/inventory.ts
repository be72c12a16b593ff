import { accountOf } from '../../mfa/serial.ts'
import { profileKeys, profileNames } from '../../profile/ini/ini-file.ts'
import { tryResolveSource, type CredentialSource } from '../../profile/resolve.ts'
import type { ProfileFiles } from '../../profile/values.ts'
import { sessionInProfile } from '../../profile/target.ts'
import type { CachedFile } from './encryption.ts'
import { timeLeft } from '../model/freshness.ts'
import type { CacheEntry } from '../model/session.ts'

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
}

/** Every session of mfa-login: those in profiles that a login writes to, and those only in the cache. */
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
    // Other tools write sessions too: these are cached, or in the profile that a login would write to.
    if (cached === undefined && source?.target !== profile) return []
    const origin = cached === undefined ? originOfProfile(profile, source) : originOfCached(cached)
    const { expiration } = session
    return [{ profile, ...origin, expiration, inCredentials: true, cached }]
  })
  const inCredentials = new Set(written.map(({ cached }) => cached))
  const others = cache
    .filter((cached) => !inCredentials.has(cached))
    .map((cached) => {
      const { profile, expiration } = cached
      return { profile, ...originOfCached(cached), expiration, inCredentials: false, cached }
    })
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

/**
 * Profiles with a session where a login would write one, no matter which tool wrote it: in a backup it may come from
 * another tool whose profile mfa-login has adopted since.
 */
export function writtenSessions(files: ProfileFiles): Pick<StoredSession, 'profile' | 'source'>[] {
  return profileNames(files.credentials, 'credentials').flatMap((profile) => {
    const keys = profileKeys(files.credentials, 'credentials', profile)
    const source = keys.has('aws_session_token')
      ? tryResolveSource(files, {}, { profile })
      : undefined
    if (source?.target !== profile) return []
    return [{ profile, source: originOfProfile(profile, source).source }]
  })
}

function originOfCached({ profile, serialNumber, roles = [] }: CacheEntry): Origin {
  return { source: profile, serial: serialNumber, role: roles.at(-1)?.arn }
}

function originOfProfile(profile: string, source: CredentialSource | undefined): Origin {
  const { serialNumber: serial, roles = [], keysProfile } = source ?? {}
  const role = roles.at(-1)?.arn
  if (role !== undefined) return { source: source?.profile ?? profile, serial, role }
  const isPlain = keysProfile === undefined || keysProfile === `${profile}-long-term`
  return { source: isPlain ? profile : keysProfile, serial, role }
}

/** The profile, device and role of a session. */
interface Origin {
  readonly source: string
  readonly serial: string | undefined
  readonly role: string | undefined
}
