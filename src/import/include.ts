/**
 * aws-vault's inheritance: a profile takes what it lacks from `include_profile`, that one from its
 * own, and all of them from [default] in the end (99designs/aws-vault v7.2, vault/config.go,
 * `populateFromConfigFile`; USAGE.md, "include_profile", which v5 called parent_profile). It
 * reads the config only.
 */
import { isWritableValue, type Changes } from '../profile/ini/edit.ts'
import { profileKeys } from '../profile/ini/ini-file.ts'
import { holdsLongTermKeys, type ProfileFiles } from '../profile/values.ts'
import { settingsOf, shown } from './files.ts'

const FOR_ALL = ['region', 'mfa_serial', 'mfa_process']
const FOR_ROLES = [
  'role_arn',
  'source_profile',
  'external_id',
  'role_session_name',
  // For users without a role, aws-vault does not take it for the session's length.
  'duration_seconds',
]

export function includedBy(files: ProfileFiles, profile: string): string | undefined {
  const keys = profileKeys(files.config, 'config', profile)
  return keys.get('include_profile') ?? keys.get('parent_profile')
}

/** Every key of the config that holds for a profile in aws-vault. */
export function effective(files: ProfileFiles, profile: string): Map<string, string> {
  const values = new Map<string, string>()
  const seen = new Set<string>()
  for (let name: string | undefined = profile; name !== undefined && !seen.has(name);) {
    seen.add(name)
    const isDefault = name === 'default' && profile !== 'default'
    for (const [key, value] of shown(profileKeys(files.config, 'config', name))) {
      // A role in [default] for all other profiles is hardly meant.
      const isMeant = !isDefault || FOR_ALL.includes(key)
      if (isMeant && !values.has(key)) values.set(key, value)
    }
    name = includedBy(files, name) ?? (name === 'default' ? undefined : 'default')
  }
  return values
}

/** What a profile inherits in aws-vault and mfa-login would not find. */
export function lacking(files: ProfileFiles, profile: string): Changes {
  const present = settingsOf(files, profile)
  const values = effective(files, profile)
  const hasRole = values.has('role_arn')
  // aws-vault ignores a source_profile that is the profile itself, and takes its own keys.
  if (values.get('source_profile') === profile) values.delete('source_profile')
  if (hasRole && !hasSource(values) && hasOwnKeys(files, profile))
    values.set('source_profile', profile)
  const keys = hasRole ? [...FOR_ALL, ...FOR_ROLES] : FOR_ALL
  const missing = keys.filter((key) => !present.has(key) && isWritableValue(values.get(key) ?? ''))
  return Object.fromEntries(missing.map((key) => [key, values.get(key)]))
}

/** A role that only aws-vault can take, with the keys it keeps under the profile's own name. */
export function isRoleOfOwnKeys(files: ProfileFiles, profile: string): boolean {
  const values = settingsOf(files, profile)
  return values.has('role_arn') && !hasSource(values)
}

export function hasOwnKeys(files: ProfileFiles, profile: string): boolean {
  return [profile, `${profile}-long-term`].some((name) => holdsLongTermKeys(files, name))
}

/** What AWS tools, and awsume with principal_arn, take a role with. */
function hasSource(values: ReadonlyMap<string, string>): boolean {
  return ['source_profile', 'credential_source', 'principal_arn', ...FOREIGN].some((key) =>
    values.has(key),
  )
}

/** Credentials that need no long-term keys, and so no MFA session. */
export const FOREIGN = [
  'sso_session',
  'sso_start_url',
  'web_identity_token_file',
  'web_identity_token_process',
]
