import { foreignSource, roleChain, roleProfile } from '../../profile/roles.ts'
import { formatRefusal, isAccessDenied, isAwsRefusal, isUsable } from '../call-results.ts'
import {
  areFilesComplete,
  isProfileMissing,
  otherCredentialSetting,
  toProblem,
  type Facts,
} from '../facts.ts'
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
  const { files, profile } = facts
  const role = roleProfile(files, profile)
  const isForRole = role !== undefined
  const holder = isForRole ? roleChain(files, role).start : profile
  const hasOtherCredentials =
    holder !== undefined && holder !== role && otherCredentialSetting(files, holder) !== undefined
  if (hasOtherCredentials || hasUsableSession(facts)) return []
  return [{ code: 'no-keys', holder, isForRole }]
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
  'no-keys': ({ holder, isForRole }, { profile }) => {
    if (holder === undefined) {
      return [
        `The profile ${profile} assumes its role with keys from the environment, which has no long-term keys`,
        'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to long-term keys, and no AWS_SESSION_TOKEN',
      ]
    }
    const [purpose, others] = isForRole
      ? [` for the profile ${holder}, with which ${profile} assumes its role`, ` and [${holder}]`]
      : ['', `, [${holder}] and the environment`]
    return [
      `There are no long-term keys${purpose}: looked in [${holder}-long-term]${others}`,
      `aws configure --profile ${holder}`,
    ]
  },
  'keyring-silent': ({ message, remedy }) => [message, remedy],
  'key-unknown': ({ key }) => [
    `AWS does not know the access key …${key.ending} ${formatLocation(key)}: it is deleted, inactive or of another partition`,
    configureCommand(key),
  ],
  'secret-wrong': ({ key }) => [
    `The secret access key ${formatLocation(key)} does not belong to the access key …${key.ending}`,
    configureCommand(key),
  ],
} satisfies Partial<Messages>

function formatLocation({ profile }: LongTermKey): string {
  return profile === undefined ? 'in the environment' : `of [${profile}]`
}

function configureCommand({ profile }: LongTermKey): string {
  return profile === undefined
    ? 'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY again'
    : `aws configure --profile ${profile}`
}
