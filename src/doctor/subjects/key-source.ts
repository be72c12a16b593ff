import { foreignSource, roleChain, roleProfile } from '../../profile/roles.ts'
import { valueOf } from '../call-results.ts'
import type { Facts } from '../facts.ts'
import type { DoctorFinding, MissingKeys } from '../findings.ts'
import { toProblem } from '../problem.ts'
import { areFilesComplete, isProfileMissing, otherCredentialSetting } from '../profile-state.ts'
import { isExpired, isWithoutMfa } from '../session-state.ts'
import { type CheckResult, type MessageParts, type Messages } from './subject.ts'

/** Whether the profile leads to long-term credentials that can be read. */
export function checkKeySource(facts: Facts): CheckResult {
  const { source, roleProblem, files, profile, calls } = facts
  if (roleProblem !== undefined) return [{ code: 'role-source', ...roleProblem }]
  if (source !== undefined) {
    const { keyring } = calls
    if (keyring === undefined) return []
    return [{ code: 'keyring-silent', ...toProblem(keyring, 'mfa-login keys list') }]
  }
  if (isProfileMissing(facts)) return { reason: 'the profile is missing' }
  if (!areFilesComplete(facts)) return { reason: 'the files cannot be read completely' }
  if (foreignSource(files, profile) !== undefined) {
    return { reason: 'the role is assumed with credentials of another tool' }
  }
  return findMissingKeys(facts)
}

function findMissingKeys(facts: Facts): DoctorFinding[] {
  const { files, profile } = facts
  const role = roleProfile(files, profile)
  const isForRole = role !== undefined
  const holder = isForRole ? roleChain(files, role).start : profile
  const hasOtherCredentials =
    holder !== undefined && holder !== role && otherCredentialSetting(files, holder) !== undefined
  if (hasOtherCredentials || hasUsableSession(facts)) return []
  return [{ code: 'no-keys', holder, mayBeInEnvironment: !isForRole, isForRole }]
}

function hasUsableSession(facts: Facts): boolean {
  return facts.calls.sessions.some(
    (session) =>
      !isExpired(facts, session) &&
      !isWithoutMfa(session) &&
      valueOf(session.identity) !== undefined,
  )
}

export const KEY_SOURCE_MESSAGES = {
  'role-source': ({ message, remedy }) => [message, remedy],
  'no-keys': (finding, { profile }) => describeMissingKeys(finding, profile),
  'keyring-silent': ({ message, remedy }) => [message, remedy],
} satisfies Partial<Messages>

function describeMissingKeys(
  { holder, mayBeInEnvironment, isForRole }: MissingKeys,
  profile: string,
): MessageParts {
  if (holder === undefined) {
    return [
      `The profile ${profile} takes its role with keys of the environment, and there are no long-term ones`,
      'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to long-term keys, and no AWS_SESSION_TOKEN',
    ]
  }
  const purpose = isForRole
    ? ` for the profile ${holder}, with which ${profile} takes its role`
    : ''
  const others = mayBeInEnvironment ? `, [${holder}] and the environment` : ` and [${holder}]`
  return [
    `There are no long-term keys${purpose}: looked in [${holder}-long-term]${others}`,
    `aws configure --profile ${holder}`,
  ]
}
