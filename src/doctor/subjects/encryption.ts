import { tryResolveSource } from '../../profile/resolve.ts'
import { storedSessions, type StoredSession } from '../../session/cache/inventory.ts'
import { awsTime } from '../call-results.ts'
import { toProblem, type Facts } from '../facts.ts'
import type { SessionLocation } from '../findings.ts'
import { NO_KEYS, type CheckResult, type SkippedCheck, type Messages } from './subject.ts'
import { formatLocation } from './sessions.ts'

const NOT_REQUIRED: SkippedCheck = { reason: 'cached sessions need no encryption' }

export function checkEncryption({ encryption: { isRequired, failure } }: Facts): CheckResult {
  if (!isRequired) return NOT_REQUIRED
  if (failure === undefined) return []
  return [{ code: 'encryption-fails', ...toProblem(failure, 'mfa-login keys list') }]
}

/** Sessions of the key in sections or in the cache that should be encrypted and are not. */
export function checkUnencryptedSessions(facts: Facts): CheckResult {
  if (!facts.encryption.isRequired) return NOT_REQUIRED
  if (facts.source === undefined) return NO_KEYS
  const stored = validSessionsOfKey(facts)
  return [...inSections(facts, stored), ...inCache(stored)].map((session) => ({
    code: 'session-in-plain-text',
    ...session,
  }))
}

interface UnencryptedSession {
  readonly madeFor: string
  readonly location: SessionLocation
}

function inSections(
  { calls, profile }: Facts,
  stored: readonly StoredSession[],
): UnencryptedSession[] {
  // Tools also use a session without an expiration, which no login of mfa-login wrote.
  const used = calls.sessions.map((session) => session.profile).filter((name) => name !== null)
  const written = stored.filter(({ inCredentials }) => inCredentials).map((each) => each.profile)
  return [...new Set([...used, ...written])].map((name) => ({
    madeFor: stored.find((each) => each.profile === name)?.source ?? profile,
    location: { kind: 'profile', name },
  }))
}

function inCache(stored: readonly StoredSession[]): UnencryptedSession[] {
  // Version 1 of a cache file is unencrypted.
  const sources = stored.filter(({ cached }) => cached?.version === 1).map(({ source }) => source)
  return [...new Set(sources)].map((madeFor) => ({ madeFor, location: { kind: 'cache' } }))
}

/** The user's own sessions and those of roles, for every profile with the same key. */
function validSessionsOfKey(facts: Facts): StoredSession[] {
  const { source, files, cached } = facts
  const keyOf = ({ cached: entry, profile }: StoredSession): string | undefined =>
    entry?.sourceAccessKeyId ?? tryResolveSource(files, {}, { profile })?.accessKeyId
  return storedSessions(files, cached, awsTime(facts)).filter(
    (session) => session.isValid && keyOf(session) === source?.accessKeyId,
  )
}

export const ENCRYPTION_MESSAGES = {
  'encryption-fails': ({ message, remedy }) => [
    `Sessions are to be encrypted, and cannot be: ${message}`,
    remedy,
  ],
  'session-in-plain-text': ({ location, madeFor }) => [
    `Sessions are to be encrypted, and the one of ${madeFor} in ${formatLocation(location)} is not`,
    `mfa-login logout --profile ${madeFor}`,
    'warning',
  ],
} satisfies Partial<Messages>
