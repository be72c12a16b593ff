import { isOurProcess } from '../profile/process-line.ts'
import { tryResolveSource, type CredentialSource } from '../profile/resolve.ts'
import { OTHER_SOURCES } from '../profile/session-keys.ts'
import { profileValues } from '../profile/values.ts'
import { storedSessions, type StoredSession } from '../session/cache/inventory.ts'
import { classifyError } from '../aws/errors/classify.ts'
import { isExpired } from '../session/model/freshness.ts'
import { cacheFileNameFor, cacheFileName } from '../session/model/session.ts'
import { detailOf, refusedIn, timeOf, valueOf } from './answers.ts'
import type { SessionCalls } from './calls.ts'
import type { Facts } from './facts.ts'
import type { DoctorFinding, SessionPlace } from './finding.ts'

/** What is wrong with the sessions the profile's tools would use. */
export function sessionFindings(facts: Facts): DoctorFinding[] {
  return [
    ...facts.calls.sessions.flatMap((each) => brokenness(facts, each)),
    ...ageOf(facts),
    ...inPlainText(facts),
  ]
}

export function isOver(facts: Facts, { expiration, identity }: SessionCalls): boolean {
  if (refusedIn(identity)?.code.startsWith('ExpiredToken') === true) return true
  return expiration !== undefined && isExpired(expiration, timeOf(facts))
}

/**
 * A session of GetSessionToken without MFA cannot call IAM, which refuses it in these words (AWS
 * STS API reference, GetSessionToken). A federated user's cannot either, so only users count.
 */
export function isWithoutMfa({ identity, devices }: SessionCalls): boolean {
  const arn = valueOf(identity)?.arn ?? ''
  return /:(user\/.*|root)$/.test(arn) && refusedIn(devices)?.code === 'InvalidClientTokenId'
}

function brokenness(facts: Facts, session: SessionCalls): DoctorFinding[] {
  if (isOver(facts, session)) return []
  const place = placeOf(session)
  if (isWithoutMfa(session)) return [{ code: 'session-without-mfa', place }]
  const refused = refusedIn(session.identity)
  if (refused === undefined || classifyError(refused) !== 'refused') return []
  return [{ code: 'session-refused', place, detail: detailOf(refused) }]
}

function ageOf(facts: Facts): DoctorFinding[] {
  const { profile, files, source, calls, cached } = facts
  const wired = isWired(facts)
  // Asked through credential_process, the cache alone counts; else what is written, where it is.
  const written = wired ? undefined : calls.sessions.find((session) => session.profile !== null)
  if (written !== undefined) {
    const { expiration } = written
    const place = placeOf(written)
    return isOver(facts, written)
      ? [{ code: 'session-expired', place, expiration, isWired: false }]
      : []
  }
  const isWhole = files.credentials.problems.length === 0
  if (source === undefined || servedByOthers(files, profile) || !isWhole) return []
  const latest = latestOf(cached, source)
  if (latest === undefined) return [{ code: 'no-session', isWired: wired }]
  const { expiration } = latest
  if (!isExpired(expiration, timeOf(facts))) return []
  return [{ code: 'session-expired', place: { kind: 'cache' }, expiration, isWired: wired }]
}

/** Where sections or the cache have a session of the key that is not encrypted, though it is to be. */
function inPlainText(facts: Facts): DoctorFinding[] {
  const { encryption, calls, profile, source } = facts
  if (!encryption.isWanted || source === undefined) return []
  const held = sessionsOfKey(facts)
  // Those without an end are used too, and are none that a login wrote.
  const used = calls.sessions.map((session) => session.profile).filter((name) => name !== null)
  const written = held.filter(({ inCredentials }) => inCredentials).map((each) => each.profile)
  const inSections = [...new Set([...used, ...written])].map((name): PlainText => {
    const madeFor = held.find((each) => each.profile === name)?.source ?? profile
    return { madeFor, place: { kind: 'profile', name } }
  })
  const plain = held.filter(({ cached }) => cached?.version === 1).map(({ source }) => source)
  const inCache = [...new Set(plain)].map((madeFor): PlainText => ({
    madeFor,
    place: { kind: 'cache' },
  }))
  return [...inSections, ...inCache].map((each) => ({ code: 'session-in-plain-text', ...each }))
}

interface PlainText {
  readonly madeFor: string
  readonly place: SessionPlace
}

/** The sessions that live of the key behind the profile, be they its own or of other roles. */
function sessionsOfKey(facts: Facts): StoredSession[] {
  const { source, files, cached } = facts
  return storedSessions(files, cached, timeOf(facts)).filter((held) => {
    const key = held.cached?.sourceAccessKeyId
    const isOurs =
      (key ?? tryResolveSource(files, {}, { profile: held.profile })?.accessKeyId) ===
      source?.accessKeyId
    return isOurs && held.isValid
  })
}

function latestOf(
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

/** Whether the profile's tools ask our credential_process. */
function isWired({ files, profile, source }: Facts): boolean {
  return [profile, source?.target ?? profile].some((name) =>
    isOurProcess(profileValues(files, name).get('credential_process') ?? ''),
  )
}

function placeOf({ profile }: SessionCalls): SessionPlace {
  return profile === null ? { kind: 'environment' } : { kind: 'profile', name: profile }
}

/** What a profile gets its credentials from, where that is not keys or mfa-login. */
export function servedByOthers(files: Facts['files'], profile: string): string | undefined {
  const values = profileValues(files, profile)
  const line = values.get('credential_process')
  if (line !== undefined && !isOurProcess(line)) return 'credential_process'
  return OTHER_SOURCES.find((key) => values.has(key))
}
