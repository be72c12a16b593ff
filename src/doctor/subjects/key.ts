import { otherCredentialSetting } from '../../profile/other-source.ts'
import { replaceKeyCommand } from '../../aws/errors/explain.ts'
import { whyNoKeys, wrongHeader } from '../../profile/no-keys.ts'
import { foreignSource, roleChain, roleProfile } from '../../profile/roles.ts'
import { formatRefusal, isAccessDenied, isAwsRefusal, isUsable } from '../call-results.ts'
import { areFilesComplete, isProfileMissing, toProblem, type Facts } from '../facts.ts'
import type { DoctorFinding, LongTermKey } from '../findings.ts'
import { NO_KEYS, type CheckResult, type Messages } from './subject.ts'

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
  const { files, profile, env } = facts
  const role = roleProfile(files, profile)
  const holder = role === undefined ? profile : roleChain(files, role).start
  const hasOtherCredentials =
    holder !== undefined && holder !== role && otherCredentialSetting(files, holder) !== undefined
  if (hasOtherCredentials || hasUsableSession(facts)) return []
  if (wrongHeader(files, profile) !== undefined) return []
  return [{ code: 'no-keys', ...whyNoKeys(files, env, profile) }]
}

function hasUsableSession(facts: Facts): boolean {
  return facts.calls.sessions.some((session) => isUsable(facts, session))
}

/** What AWS says of the long-term key. */
export function checkKey({ calls, source }: Facts): CheckResult {
  if (source === undefined) return NO_KEYS
  if (calls.key === undefined) return { reason: 'AWS was not asked about the key' }
  const { identity, devices } = calls.key
  const refusal = identity.refused ?? devices?.refused
  if (refusal === undefined || !isAwsRefusal(refusal)) return []
  const code = identity.refused && KEY_CODES[refusal.code]
  if (code !== undefined) {
    return [{ code, key: { ending: source.accessKeyId.slice(-4), profile: source.keysProfile } }]
  }
  if (identity.refused === undefined && isAccessDenied(refusal)) return []
  return [{ code: 'aws-refused', detail: formatRefusal(refusal), isTemporary: false }]
}

const KEY_CODES: Readonly<Record<string, 'key-unknown' | 'secret-wrong'>> = {
  InvalidClientTokenId: 'key-unknown',
  UnrecognizedClient: 'key-unknown',
  SignatureDoesNotMatch: 'secret-wrong',
}

export const KEY_MESSAGES = {
  'role-source': ({ message, remedy }) => [message, remedy],
  'no-keys': ({ message, remedy }) => [message, remedy],
  'keyring-silent': ({ message, remedy }) => [message, remedy],
  'key-unknown': ({ key }) => [
    `AWS does not know the access key …${key.ending} ${formatKeyLocation(key)}: it is deleted, inactive or in another partition`,
    replaceKeyCommand(key.profile),
  ],
  'secret-wrong': ({ key }) => [
    `The secret access key ${formatKeyLocation(key)} does not belong to the access key …${key.ending}`,
    replaceKeyCommand(key.profile),
  ],
} satisfies Partial<Messages>

function formatKeyLocation({ profile }: LongTermKey): string {
  return profile === undefined ? 'in the environment' : `of [${profile}]`
}
