/** The file beside a cached session that `bin/mfa-login-credentials` prints. Pure. */
import { MIN_TTL_SECONDS, servableUntil } from './freshness.ts'
import { credentialProcessJson, type CachedSession } from './session.ts'

/** The second until which the launcher may serve the session, then the answer itself. */
export function answerFileText(session: CachedSession): string {
  const life = { minTtl: MIN_TTL_SECONDS * 1000, origin: 'default' } as const
  const until = Math.floor(servableUntil(session, life) / 1000)
  return `${until}\n${credentialProcessJson(session)}`
}

/** For the path of the session's file. */
export function answerPath(path: string): string {
  return path.replace(/\.json$/, '.answer')
}
