import { Failure } from '../failure.ts'
import type { Sourced } from '../aws/api.ts'
import { nonEmpty } from '../non-empty.ts'
import { settingsOf } from './settings.ts'
import { holdsLongTermKeys, keyPlaces, profileValues, type ProfileFiles } from './values.ts'

/** What distinguishes two sessions of a role. */
export interface RoleIdentity {
  readonly arn: string
  readonly externalId?: string | undefined
  /** As configured; without one the user's name is taken. */
  readonly sessionName?: string | undefined
  /** `session_tags`, `transitive_session_tags` and `source_identity`, as written. */
  readonly tags?: string | undefined
  readonly transitiveTags?: string | undefined
  readonly sourceIdentity?: string | undefined
}

/**
 * What distinguishes two sessions of a role, as values in a fixed order. Values that version 0.1 did not know are left out
 * if the role has none of them, so that its sessions are still found.
 */
export function identityValues(role: RoleIdentity): (string | null)[] {
  const { arn, externalId, sessionName, tags, transitiveTags, sourceIdentity } = role
  const added = [tags, transitiveTags, sourceIdentity]
  const values = [arn, externalId, sessionName, ...(added.every(isUndefined) ? [] : added)]
  return values.map((value) => value ?? null)
}

function isUndefined(value: unknown): value is undefined {
  return value === undefined
}

/** What distinguishes the sessions of this role from others. */
export function identityOf(role: RoleIdentity): RoleIdentity {
  const { arn, externalId, sessionName, tags, transitiveTags, sourceIdentity } = role
  return { arn, externalId, sessionName, tags, transitiveTags, sourceIdentity }
}

/** A role that a profile takes, as its section says. */
export interface Role extends RoleIdentity {
  readonly profile: string
  /** `duration_seconds`, unchecked. */
  readonly duration?: Sourced | undefined
}

interface RoleChain {
  /** In the order in which they are taken; the last is the asked profile's. */
  readonly roles: readonly Role[]
  /** The profile with the long-term credentials; undefined if they are in the environment. */
  readonly start: string | undefined
}

/**
 * The keys that say from what a role is taken. Ours hide the role from the SDKs, which would
 * otherwise take it themselves and not ask credential_process (botocore, credentials.py,
 * AssumeRoleProvider comes first; Go refuses source_profile without role_arn).
 */
export const ROLE_KEYS = [
  ['role_arn', 'mfa_login_role_arn'],
  ['source_profile', 'mfa_login_source_profile'],
] as const

const [[ARN, OUR_ARN], [SOURCE, OUR_SOURCE]] = ROLE_KEYS

/** The profile whose role an asked profile stands for: its own, or that `P-mfa` was made from. */
export function roleProfile(files: ProfileFiles, profile: string): string | undefined {
  if (arnIn(files, profile) !== undefined) return profile
  if (!profile.endsWith('-mfa') || holdsKeys(files, profile)) return undefined
  const origin = profile.slice(0, -4)
  return arnIn(files, origin) === undefined ? undefined : origin
}

/**
 * Follows `source_profile` from a profile with a role to the long-term credentials. As in botocore,
 * keys count more than a role in every profile but the first. Throws a Failure on a loop and on
 * credentials that are not long-term keys.
 */
export function roleChain(files: ProfileFiles, profile: string): RoleChain {
  const roles: Role[] = []
  const seen = new Set<string>()
  for (let name = profile; ;) {
    const arn = arnIn(files, name)
    if (arn === undefined || (roles.length > 0 && holdsKeys(files, name))) {
      return { roles, start: name }
    }
    seen.add(name)
    roles.unshift(roleIn(files, name, arn))
    const next = sourceOf(files, name, profile)
    if (next === undefined) return { roles, start: undefined }
    if (next === name) return { roles, start: name }
    if (seen.has(next)) {
      throw new Failure(
        'files',
        `The source_profile settings form a circle: ${[...seen, next].join(' → ')}.`,
        `aws configure set source_profile NAME --profile ${name}, with the profile that holds the long-term keys`,
      )
    }
    name = next
  }
}

function arnIn(files: ProfileFiles, profile: string): string | undefined {
  const values = profileValues(files, profile)
  return nonEmpty(values.get(OUR_ARN)) ?? nonEmpty(values.get(ARN))
}

function holdsKeys(files: ProfileFiles, profile: string): boolean {
  return keyPlaces(profile).some(({ keys }) => holdsLongTermKeys(files, keys))
}

function roleIn(files: ProfileFiles, profile: string, arn: string): Role {
  const values = profileValues(files, profile)
  const value = (key: string): string | undefined => nonEmpty(values.get(key))
  return {
    profile,
    arn,
    externalId: value('external_id'),
    sessionName: value('role_session_name'),
    tags: value('session_tags'),
    transitiveTags: value('transitive_session_tags'),
    sourceIdentity: value('source_identity'),
    duration: settingsOf(files, [profile]).sourced('duration_seconds'),
  }
}

/** The profile with whose credentials a role is assumed, or undefined for the environment. */
function sourceOf(files: ProfileFiles, profile: string, asked: string): string | undefined {
  const values = profileValues(files, profile)
  const source = nonEmpty(values.get(OUR_SOURCE)) ?? nonEmpty(values.get(SOURCE))
  if (source !== undefined) return source
  if (nonEmpty(values.get('credential_source')) === 'Environment') return undefined
  const foreign = foreignSource(files, profile)
  if (foreign !== undefined) {
    throw new Failure(
      'files',
      `The profile ${profile} assumes its role with ${foreign}, and an MFA session needs long-term credentials.`,
      `aws --profile ${asked} sts get-caller-identity, which works without mfa-login`,
    )
  }
  throw new Failure(
    'files',
    `The profile ${profile} has a role_arn but no source_profile.`,
    `aws configure set source_profile NAME --profile ${profile}`,
  )
}

/** The setting by which a profile assumes its role with neither another profile nor a long-term key. */
export function foreignSource(files: ProfileFiles, profile: string): string | undefined {
  const values = profileValues(files, profile)
  if (arnIn(files, profile) === undefined || values.has(OUR_SOURCE) || values.has(SOURCE))
    return undefined
  if (values.has('web_identity_token_file')) return 'web_identity_token_file'
  const source = nonEmpty(values.get('credential_source'))
  return source === 'Environment' ? undefined : source
}
