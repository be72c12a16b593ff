import { otherCredentialSetting } from '../../profile/other-source.ts'
import { isServedByUs } from '../../profile/process-line.ts'
import type { CredentialSource } from '../../profile/resolve.ts'
import { formatLocalTime } from '../../session/model/local-time.ts'
import { presentSessionVariables } from '../../credential-variables.ts'
import { setVariable, unsetVariables } from '../../shell/syntax.ts'
import { cacheFileName, cacheFileNameFor } from '../../session/model/session.ts'
import {
  formatRefusal,
  hasPassed,
  isAwsRefusal,
  isExpired,
  isUsable,
  isWithoutMfa,
  sessionOfEnv,
} from '../call-results.ts'
import type { SessionCalls } from '../calls.ts'
import { isWired, type Facts } from '../facts.ts'
import type { DoctorFinding, SessionLocation } from '../findings.ts'
import type { MessageContext, Messages } from './subject.ts'

/** The sessions that the profile's tools use. */
export function checkSessions(facts: Facts): DoctorFinding[] {
  const rejections = facts.calls.sessions.flatMap((session) => findRejection(facts, session))
  // Tools take it before the profile.
  const ofEnv = sessionOfEnv(facts)
  if (ofEnv !== undefined && isUsable(facts, ofEnv)) return rejections
  return [...rejections, ...findExpiration(facts), ...findUnused(facts)]
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
  const elsewhere = targetElsewhere(facts)
  const location = locationOf(inFiles)
  return [{ code: 'session-expired', location, expiration, isWired: false, elsewhere }]
}

function findCacheExpiration(facts: Facts): DoctorFinding[] {
  const { profile, files, source, cached } = facts
  const isDamaged = files.credentials.problems.length > 0
  if (source === undefined || isDamaged || otherCredentialSetting(files, profile)) return []
  const latest = findLatest(cached, source)
  const how = { isWired: isWired(facts), elsewhere: targetElsewhere(facts) }
  if (latest === undefined) return [{ code: 'no-session', ...how }]
  const { expiration } = latest
  if (!hasPassed(facts, expiration)) return []
  return [{ code: 'session-expired', location: { kind: 'cache' }, expiration, ...how }]
}

/** A valid session, in a profile or in the cache, that the tools of the profile do not use. */
function findUnused(facts: Facts): DoctorFinding[] {
  const { calls, source, cached, env } = facts
  const target = targetElsewhere(facts)
  // AWS tools in this shell use the target.
  if (source === undefined || target === undefined || env.AWS_PROFILE === target) return []
  const inTarget = calls.sessions.find(({ profile }) => profile === target)
  const expiration = findLatest(cached, source)?.expiration
  const isCached = expiration !== undefined && !hasPassed(facts, expiration)
  if (!(inTarget ? isUsable(facts, inTarget) : isCached)) return []
  const location: SessionLocation = inTarget ? locationOf(inTarget) : { kind: 'cache' }
  const ofKeys = source.keysFile === 'environment' ? 'environment' : 'key'
  const instead = source.roles.length > 0 ? 'role' : ofKeys
  return [{ code: 'session-not-used', location, instead }]
}

/** The profile to which a login writes, where AWS tools that use the asked profile do not get its session. */
function targetElsewhere({ files, profile, source }: Facts): string | undefined {
  if (source === undefined || source.target === profile) return undefined
  // Tools assume a role with the session that mfa-login gives to its source profile.
  const names = source.roles.length > 0 ? [profile, source.user.profile] : [profile]
  if (names.some((name) => isServedByUs(files, name))) return undefined
  const other = otherCredentialSetting(files, profile)
  return other === undefined || other === 'role_arn' ? source.target : undefined
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

export const SESSION_MESSAGES = {
  'session-refused': ({ location, detail }, context) => [
    `AWS does not accept the session in ${formatSessionLocation(location)}: ${detail}`,
    location.kind === 'environment'
      ? unsetVariables(context, presentSessionVariables(context.env))
      : `mfa-login --profile ${context.profile} --force`,
  ],
  'session-without-mfa': ({ location }, { profile }) => [
    `The session in ${formatSessionLocation(location)} was created without MFA: STS accepts it and IAM does not`,
    `mfa-login --profile ${profile} --force`,
  ],
  'session-expired': ({ location, expiration, isWired, elsewhere }, context) => [
    `The session in ${formatSessionLocation(location)} ${expiration === undefined ? 'has expired' : `expired at ${formatLocalTime(expiration)}`}`,
    loginCommand(elsewhere, context),
    isWired ? 'warning' : 'error',
  ],
  'no-session': ({ isWired, elsewhere }, context) => [
    `There is no session for profile ${context.profile}${isWired ? '; the next AWS command will ask for a code' : ', and a long-term key alone has no MFA'}`,
    loginCommand(elsewhere, context),
    isWired ? 'warning' : 'error',
  ],
  'session-not-used': ({ location, instead }, context) => [
    `${
      {
        key: `AWS tools that use the profile ${context.profile} use its long-term key, without MFA`,
        role: `AWS tools that use the profile ${context.profile} assume its role themselves, without MFA`,
        environment: 'AWS tools use the long-term key in AWS_ACCESS_KEY_ID, without MFA',
      }[instead]
    }; the session is in ${formatSessionLocation(location)}`,
    unusedRemedy(location, instead, context),
  ],
} satisfies Partial<Messages>

/** A login, and what makes tools use what it writes. */
function loginCommand(elsewhere: string | undefined, context: MessageContext) {
  const login = `mfa-login --profile ${context.profile}`
  if (elsewhere === undefined) return login
  return `${login}, then: ${setVariable(context, 'AWS_PROFILE', elsewhere)}`
}

function unusedRemedy(
  location: SessionLocation,
  instead: 'key' | 'role' | 'environment',
  context: MessageContext,
): string {
  const { profile } = context
  if (instead === 'environment') return `mfa-login exec --profile ${profile} -- COMMAND`
  const setup = `mfa-login setup --profile ${profile}`
  if (location.kind !== 'profile') return setup
  return `${setup}, or: ${setVariable(context, 'AWS_PROFILE', location.name)}`
}

export function formatSessionLocation(location: SessionLocation): string {
  return location.kind === 'profile' ? `the profile ${location.name}` : `the ${location.kind}`
}
