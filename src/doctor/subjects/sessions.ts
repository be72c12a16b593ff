import type { CredentialSource } from '../../profile/resolve.ts'
import { cacheFileName, cacheFileNameFor } from '../../session/model/session.ts'
import { formatRefusal, hasPassed, isAwsRefusal, isExpired, isWithoutMfa } from '../call-results.ts'
import type { SessionCalls } from '../calls.ts'
import { isWired, otherCredentialSetting, type Facts } from '../facts.ts'
import type { DoctorFinding, SessionLocation } from '../findings.ts'
import { unsetCommand, type Messages } from './subject.ts'

/** The sessions that the profile's tools use. */
export function checkSessions(facts: Facts): DoctorFinding[] {
  return [
    ...facts.calls.sessions.flatMap((session) => findRejection(facts, session)),
    ...findExpiration(facts),
  ]
}

function findRejection(facts: Facts, session: SessionCalls): DoctorFinding[] {
  if (isExpired(facts, session)) return []
  const location = locationOf(session)
  if (isWithoutMfa(session)) return [{ code: 'session-without-mfa', location }]
  const refusal = session.identity?.refused
  if (refusal === undefined || !isAwsRefusal(refusal)) return []
  return [{ code: 'session-refused', location, detail: formatRefusal(refusal) }]
}

/** Tools read a session in the files, if there is one; those of a wired profile read the cache. */
function findExpiration(facts: Facts): DoctorFinding[] {
  const inFiles = facts.calls.sessions.find(({ profile }) => profile !== null)
  if (inFiles === undefined || isWired(facts)) return findCacheExpiration(facts)
  if (!isExpired(facts, inFiles)) return []
  const { expiration } = inFiles
  return [{ code: 'session-expired', location: locationOf(inFiles), expiration, isWired: false }]
}

function findCacheExpiration(facts: Facts): DoctorFinding[] {
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

const SESSION_VARIABLES = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']

export const SESSION_MESSAGES = {
  'session-refused': ({ location, detail }, { profile, platform }) => [
    `AWS does not accept the session in ${formatLocation(location)}: ${detail}`,
    location.kind === 'environment'
      ? unsetCommand(SESSION_VARIABLES, platform)
      : `mfa-login --profile ${profile} --force`,
  ],
  'session-without-mfa': ({ location }, { profile }) => [
    `The session in ${formatLocation(location)} was made without MFA: STS accepts it and IAM does not`,
    `mfa-login --profile ${profile} --force`,
  ],
  'session-expired': ({ location, expiration, isWired }, { profile }) => [
    `The session in ${formatLocation(location)} ${expiration === undefined ? 'has expired' : `expired at ${expiration}`}`,
    `mfa-login --profile ${profile}`,
    isWired ? 'warning' : 'error',
  ],
  'no-session': ({ isWired }, { profile }) => [
    `There is no session for profile ${profile}${isWired ? '; the next AWS command will ask for a code' : ', and a long-term key alone has no MFA'}`,
    `mfa-login --profile ${profile}`,
    isWired ? 'warning' : 'error',
  ],
} satisfies Partial<Messages>

export function formatLocation(location: SessionLocation): string {
  return location.kind === 'profile' ? `the profile ${location.name}` : `the ${location.kind}`
}
