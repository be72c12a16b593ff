import { accountOf } from '../mfa/serial.ts'
import { profileNames } from '../profile/ini.ts'
import { tryResolve, type ProfileFiles } from '../profile/resolve.ts'
import { sessionIn } from '../profile/target.ts'
import { timeLeft, type CachedSession } from './session.ts'

/** A session somewhere on this machine: in a profile of the credentials file, the cache, or both. */
export interface Held {
  /** The profile whose use needs no code. */
  readonly profile: string
  /** The profile the session was made for. */
  readonly source: string
  readonly account: string | null
  readonly serialNumber: string | null
  readonly expiration: string
  readonly secondsLeft: number
  readonly isValid: boolean
  readonly inCredentials: boolean
  readonly cached: CachedSession | undefined
}

/** Every session of ours: those in profiles a login writes to, then those only in the cache. */
export function heldSessions(
  files: ProfileFiles,
  cache: readonly CachedSession[],
  now: number,
): Held[] {
  const written = profileNames(files.credentials, 'credentials').flatMap((profile) => {
    const session = sessionIn(files, profile)
    if (session === undefined) return []
    const cached = cache.find(({ accessKeyId }) => accessKeyId === session.accessKeyId)
    const source = tryResolve(files, {}, { profile })
    // Other tools write sessions too; ours are cached or beside keys a login would use.
    if (cached === undefined && source?.target !== profile) return []
    const origin = cached?.profile ?? originOf(profile, source?.keysProfile)
    const serial = cached?.serialNumber ?? source?.serialNumber
    return [held(profile, origin, serial, session.expiration, now, cached)]
  })
  const shown = new Set(written.map(({ cached }) => cached))
  const others = cache
    .filter((session) => !shown.has(session))
    .map((session) => {
      const { profile, serialNumber, expiration } = session
      return {
        ...held(profile, profile, serialNumber, expiration, now, session),
        inCredentials: false,
      }
    })
  return [...written, ...others].sort((a, b) => (a.profile < b.profile ? -1 : 1))
}

function originOf(profile: string, keysProfile: string | undefined): string {
  return keysProfile === undefined || keysProfile === `${profile}-long-term` ? profile : keysProfile
}

function held(
  profile: string,
  source: string,
  serial: string | undefined,
  expiration: string,
  now: number,
  cached: CachedSession | undefined,
): Held {
  const left = timeLeft(expiration, now)
  return {
    profile,
    source,
    account: accountOf(serial ?? '') ?? null,
    serialNumber: serial ?? null,
    expiration,
    secondsLeft: Math.max(0, Math.floor(left / 1000)),
    isValid: left > 0,
    inCredentials: true,
    cached,
  }
}
