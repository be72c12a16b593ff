import type { CredentialSource } from '../../profile/resolve.ts'
import { cacheFileName, cacheFileNameFor } from '../../session/model/session.ts'
import { formatRefusal, isAwsRefusal, refusalOf } from '../call-results.ts'
import type { SessionCalls } from '../calls.ts'
import type { Facts } from '../facts.ts'
import type { SessionFinding, SessionLocation } from '../findings.ts'
import { isWired, otherCredentialSetting } from '../profile-state.ts'
import { hasPassed, isExpired, isWithoutMfa } from '../session-state.ts'

/** The sessions that the profile's tools use. */
export function checkSessions(facts: Facts): SessionFinding[] {
  return [
    ...facts.calls.sessions.flatMap((session) => findRejection(facts, session)),
    ...findExpiration(facts),
  ]
}

function findRejection(facts: Facts, session: SessionCalls): SessionFinding[] {
  if (isExpired(facts, session)) return []
  const location = locationOf(session)
  if (isWithoutMfa(session)) return [{ code: 'session-without-mfa', location }]
  const refusal = refusalOf(session.identity)
  if (refusal === undefined || !isAwsRefusal(refusal)) return []
  return [{ code: 'session-refused', location, detail: formatRefusal(refusal) }]
}

/** Tools read a session in the files, if there is one; those of a wired profile read the cache. */
function findExpiration(facts: Facts): SessionFinding[] {
  const inFiles = facts.calls.sessions.find(({ profile }) => profile !== null)
  if (inFiles === undefined || isWired(facts)) return findCacheExpiration(facts)
  if (!isExpired(facts, inFiles)) return []
  const { expiration } = inFiles
  return [{ code: 'session-expired', location: locationOf(inFiles), expiration, isWired: false }]
}

function findCacheExpiration(facts: Facts): SessionFinding[] {
  const { profile, files, source, cached } = facts
  const isDamaged = files.credentials.problems.length > 0
  if (source === undefined || isDamaged || otherCredentialSetting(files, profile)) return []
  const latest = findLatest(cached, source)
  if (latest === undefined) return [{ code: 'no-session', isWired: isWired(facts) }]
  const { expiration } = latest
  if (!hasPassed(facts, expiration)) return []
  const location = { kind: 'cache' } as const
  return [{ code: 'session-expired', location, expiration, isWired: isWired(facts) }]
}

function findLatest(
  cached: Facts['cached'],
  { accessKeyId, serialNumber: serial, roles }: CredentialSource,
): Facts['cached'][number] | undefined {
  return cached
    .filter(
      (each) =>
        cacheFileName(each) === cacheFileNameFor(accessKeyId, serial ?? each.serialNumber, roles),
    )
    .sort((a, b) => Date.parse(a.expiration) - Date.parse(b.expiration))
    .at(-1)
}

function locationOf({ profile }: SessionCalls): SessionLocation {
  return profile === null ? { kind: 'environment' } : { kind: 'profile', name: profile }
}
