import { basename } from 'node:path'
import { profileOfSession } from '../credential-variables.ts'
import { checkPrivate } from '../platform/files/ownership.ts'
import { readRegularText } from '../platform/files/read-file.ts'
import { homes } from '../platform/home.ts'
import { parseIni, profileKeys } from '../profile/ini/ini-file.ts'
import { sanitize } from '../sanitize.ts'
import { pathsOf } from '../profile/paths.ts'
import { EXPIRES } from '../profile/session-keys.ts'
import { formatTimeLeft } from '../session/model/duration.ts'
import { timeLeft } from '../session/model/freshness.ts'
import { parseCacheEntry } from '../session/model/session.ts'

type Env = Readonly<Record<string, string | undefined>>

/**
 * The profile of this shell and the time its session has left, for a prompt: `work-mfa 3 h 12 min`.
 * Empty where no profile is chosen.
 */
export function promptText(env: Env, now: number): string {
  const named =
    env.MFA_LOGIN_EXEC ?? profileOfSession(env) ?? env.AWS_PROFILE ?? env.AWS_DEFAULT_PROFILE
  if (named === undefined) return ''
  const profile = sanitize(named)
  const { MFA_LOGIN_SESSION: name } = env
  const expiration =
    env.AWS_SESSION_EXPIRATION ??
    (name ? cachedExpiration(env, name) : writtenExpiration(env, profile))
  if (expiration === undefined) return `${profile}\n`
  const left = timeLeft(expiration, now)
  return `${profile} ${left > 0 ? formatTimeLeft(left) : 'expired'}\n`
}

/** Of the session that `exec --server` serves, which is renewed meanwhile. */
function cachedExpiration(env: Env, name: string): string | undefined {
  try {
    const { cache } = pathsOf({ env, ...homes() })
    checkPrivate(cache)
    return parseCacheEntry(readRegularText(`${cache}/${basename(name)}`))?.expiration
  } catch {
    return undefined
  }
}

function writtenExpiration(env: Env, profile: string): string | undefined {
  try {
    const { credentials } = pathsOf({ env, ...homes() })
    const file = parseIni(readRegularText(credentials))
    return profileKeys(file, 'credentials', profile).get(EXPIRES)
  } catch {
    // `mfa-login status` reports the error; a prompt has no place for it.
    return undefined
  }
}
