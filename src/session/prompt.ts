import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { parseIni, profileKeys } from '../profile/ini.ts'
import { plain } from '../plain.ts'
import { pathsOf } from '../profile/paths.ts'
import { EXPIRES } from '../profile/session-keys.ts'
import { inWords } from './duration.ts'

type Env = Readonly<Record<string, string | undefined>>

/**
 * The profile of this shell and the time its session has left, for a prompt: `work-mfa 3 h 12 min`.
 * Empty where no profile is chosen. Every prompt waits for it, so nothing else is loaded.
 */
export function promptText(env: Env, now: number): string {
  const profile = plain(env.MFA_LOGIN_EXEC ?? env.AWS_PROFILE ?? env.AWS_DEFAULT_PROFILE ?? '')
  if (!profile) return ''
  const expiration = env.AWS_SESSION_EXPIRATION ?? written(env, profile)
  if (expiration === undefined) return `${profile}\n`
  const left = Date.parse(expiration) - now
  return `${profile} ${left > 0 ? inWords(left) : 'expired'}\n`
}

function written(env: Env, profile: string): string | undefined {
  try {
    const { credentials } = pathsOf({ env, home: homedir() })
    const file = parseIni(readFileSync(credentials, 'utf8'))
    return profileKeys(file, 'credentials', profile).get(EXPIRES)
  } catch {
    // A prompt is no place for complaints; "mfa-login status" has them.
    return undefined
  }
}
