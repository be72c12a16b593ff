/**
 * How aws-vault inherits settings: a profile takes those it lacks from its `include_profile`, that one
 * from its own, and each of them from [default] in the end (99designs/aws-vault v7.2, vault/config.go,
 * `populateFromConfigFile`; USAGE.md, "include_profile", which v5 called parent_profile). It
 * reads the config only.
 */
import { isWritableValue, type Changes } from '../profile/ini/edit.ts'
import { profileKeys } from '../profile/ini/ini-file.ts'
import { holdsLongTermKeys, type ProfileFiles } from '../profile/values.ts'
import { hasRole, settingsOf, withAwsNames } from './profile-settings.ts'

const INHERITED = ['region', 'mfa_serial', 'mfa_process']
const INHERITED_BY_ROLES = [
  'role_arn',
  'source_profile',
  'external_id',
  'role_session_name',
  'session_tags',
  'transitive_session_tags',
  'source_identity',
  // aws-vault does not use it for the length of a user's session.
  'duration_seconds',
]

export function includedBy(files: ProfileFiles, profile: string): string | undefined {
  const keys = profileKeys(files.config, 'config', profile)
  return keys.get('include_profile') ?? keys.get('parent_profile')
}

/** Every key of the config that applies to a profile in aws-vault. */
export function effectiveSettings(files: ProfileFiles, profile: string): Map<string, string> {
  const values = new Map<string, string>()
  const seen = new Set<string>()
  for (let name: string | undefined = profile; name !== undefined && !seen.has(name);) {
    seen.add(name)
    const isDefault = name === 'default' && profile !== 'default'
    for (const [key, value] of withAwsNames(profileKeys(files.config, 'config', name))) {
      // Nobody means a role in [default] for all other profiles.
      const isInherited = !isDefault || INHERITED.includes(key)
      if (isInherited && !values.has(key)) values.set(key, value)
    }
    name = includedBy(files, name) ?? (name === 'default' ? undefined : 'default')
  }
  return values
}

/** The settings that a profile inherits in aws-vault and mfa-login would not find. */
export function missingSettings(files: ProfileFiles, profile: string): Changes {
  const present = settingsOf(files, profile)
  const values = effectiveSettings(files, profile)
  const isRole = values.has('role_arn')
  // aws-vault ignores a source_profile that is the profile itself, and takes its own keys.
  if (values.get('source_profile') === profile) values.delete('source_profile')
  const hasOwnKeys = [profile, `${profile}-long-term`].some((name) =>
    holdsLongTermKeys(files, name),
  )
  if (isRole && !hasSource(values) && hasOwnKeys) values.set('source_profile', profile)
  const keys = isRole ? [...INHERITED, ...INHERITED_BY_ROLES] : INHERITED
  const missing = keys.filter((key) => !present.has(key) && isWritableValue(values.get(key) ?? ''))
  return Object.fromEntries(missing.map((key) => [key, values.get(key)]))
}

/** Whether only aws-vault can assume the role: with the keys it stores under the profile's name. */
export function isRoleOfOwnKeys(files: ProfileFiles, profile: string): boolean {
  return hasRole(files, profile) && !hasSource(settingsOf(files, profile))
}

/** Whether AWS tools, or awsume with principal_arn, can assume the role. */
function hasSource(values: ReadonlyMap<string, string>): boolean {
  return ['source_profile', 'credential_source', 'principal_arn', ...KEYLESS_SOURCES].some((key) =>
    values.has(key),
  )
}

/** Credentials that need no long-term keys, and so no MFA session. */
export const KEYLESS_SOURCES = [
  'sso_session',
  'sso_start_url',
  'web_identity_token_file',
  'web_identity_token_process',
]
