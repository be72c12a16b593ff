import { tryResolveSource } from '../../profile/resolve.ts'
import { storedSessions, type StoredSession } from '../../session/cache/inventory.ts'
import { awsTime } from '../call-results.ts'
import { toProblem, type Facts } from '../facts.ts'
import type { DoctorFinding } from '../findings.ts'
import { NO_KEYS, type CheckResult, type Messages } from './subject.ts'
import { formatSessionLocation } from './sessions.ts'

const NOT_REQUIRED: CheckResult = { reason: 'cached sessions need no encryption' }

export function checkEncryption({ encryption: { isRequired, failure } }: Facts): CheckResult {
  if (!isRequired) return NOT_REQUIRED
  if (failure === undefined) return []
  return [{ code: 'encryption-fails', ...toProblem(failure, 'mfa-login keys list') }]
}

/** Sessions of the key in sections or in the cache that should be encrypted and are not. */
export function checkUnencryptedSessions(facts: Facts): CheckResult {
  if (!facts.encryption.isRequired) return NOT_REQUIRED
  if (facts.source === undefined) return NO_KEYS
  const code = 'session-in-plain-text'
  const stored = validSessionsOfKey(facts)
  // Tools also use a session without an expiration, which no login of mfa-login wrote.
  const used = facts.calls.sessions.map(({ profile }) => profile).filter((name) => name !== null)
  const written = stored.filter(({ inCredentials }) => inCredentials).map((each) => each.profile)
  // Version 1 of a cache file is unencrypted.
  const inCache = stored.filter(({ cached }) => cached?.version === 1).map(({ source }) => source)
  return [
    ...[...new Set([...used, ...written])].map((name): DoctorFinding => {
      const madeFor = stored.find(({ profile }) => profile === name)?.source ?? facts.profile
      return { code, madeFor, location: { kind: 'profile', name } }
    }),
    ...[...new Set(inCache)].map((madeFor): DoctorFinding => ({
      code,
      madeFor,
      location: { kind: 'cache' },
    })),
  ]
}

/** The user's own sessions and those of roles, for every profile with the same key. */
function validSessionsOfKey(facts: Facts): StoredSession[] {
  const { source, files } = facts
  const keyOf = ({ entry, profile }: StoredSession): string | undefined =>
    entry?.sourceAccessKeyId ?? tryResolveSource(files, {}, { profile })?.accessKeyId
  return storedSessions(files, facts, awsTime(facts)).filter(
    (session) => session.isValid && keyOf(session) === source?.accessKeyId,
  )
}

export const ENCRYPTION_MESSAGES = {
  'encryption-fails': ({ message, remedy }) => [
    `Sessions must be encrypted, but cannot be: ${message}`,
    remedy,
  ],
  'session-in-plain-text': ({ location, madeFor }) => [
    `Sessions must be encrypted, but the one of ${madeFor} in ${formatSessionLocation(location)} is not`,
    `mfa-login logout --profile ${madeFor}`,
    'warning',
  ],
} satisfies Partial<Messages>
