import { foreignSource, roleChain, roleProfile } from '../../profile/roles.ts'
import { valueOf } from '../call-results.ts'
import type { Facts } from '../facts.ts'
import type { KeyFinding } from '../findings.ts'
import { toProblem } from '../problem.ts'
import { areFilesComplete, isProfileMissing, otherCredentialSetting } from '../profile-state.ts'
import { isExpired, isWithoutMfa } from '../session-state.ts'
import type { CheckResult } from './check.ts'

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

function findMissingKeys(facts: Facts): KeyFinding[] {
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
