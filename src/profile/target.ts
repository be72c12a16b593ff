import type { Session } from '../aws/api.ts'
import { Failure } from '../failure.ts'
import { isWritableValue, type Changes } from './ini/edit.ts'
import { profileKeys } from './ini/ini-file.ts'
import { isOurProcess, splitCommandLine } from './process-line.ts'
import type { CredentialSource } from './resolve.ts'
import { EXPIRES } from './session-keys.ts'
import { profileValues, type ProfileFiles } from './values.ts'

/**
 * How a login reaches its target: `plain` profiles get the session written, those that ask our
 * credential_process find it in the cache. Throws where the profile is another tool's.
 */
export function targetKind(
  files: ProfileFiles,
  { target, profile }: Pick<CredentialSource, 'target' | 'profile'>,
  isChosen: boolean,
): 'plain' | 'ours' {
  const values = profileValues(files, target)
  const line = values.get('credential_process')
  if (line === undefined && !values.has('role_arn')) return 'plain'
  if (line !== undefined && isOurProcess(line)) {
    if (isChosen && splitCommandLine(line).at(-1) !== profile) throw othersTarget(target)
    return 'ours'
  }
  if (line === undefined) throw othersTarget(target)
  throw new Failure(
    'files',
    `The target profile ${target} gets its credentials from another credential_process.`,
    'mfa-login --to ANOTHER-NAME',
  )
}

function othersTarget(target: string): Failure {
  return new Failure(
    'files',
    `The target profile ${target} stands for another role or user; AWS tools would not see the session in it.`,
    'mfa-login --to ANOTHER-NAME',
  )
}

/** The session in a profile's section of the credentials file. */
export function sessionInProfile(files: ProfileFiles, profile: string): Session | undefined {
  const keys = profileKeys(files.credentials, 'credentials', profile)
  const [accessKeyId, secretAccessKey, sessionToken, expiration] = [
    'aws_access_key_id',
    'aws_secret_access_key',
    'aws_session_token',
    EXPIRES,
  ].map((key) => keys.get(key))
  if (!accessKeyId || !secretAccessKey || !sessionToken || !expiration) return undefined
  return { accessKeyId, secretAccessKey, sessionToken, expiration }
}

export function sessionChanges(session: Session): Changes {
  return {
    aws_access_key_id: session.accessKeyId,
    aws_secret_access_key: session.secretAccessKey,
    aws_session_token: session.sessionToken,
    [EXPIRES]: session.expiration,
    // What aws-mfa left; old SDKs would take it for the token.
    aws_security_token: undefined,
  }
}

/** Settings that say where and how to call, which a session's profile needs as well. */
const COPIED = [
  'region',
  'output',
  'ca_bundle',
  'endpoint_url',
  'services',
  'use_fips_endpoint',
  'use_dualstack_endpoint',
  'sts_regional_endpoints',
  'defaults_mode',
  'retry_mode',
  'max_attempts',
  'cli_pager',
]

/** What the target's config section lacks of the source's settings. */
export function settingsToCopy(files: ProfileFiles, source: CredentialSource): Changes {
  const present = profileValues(files, source.target)
  const missing = COPIED.filter((key) => !present.has(key))
  const found = missing.map((key) => [key, source.setting(key)] as const)
  // One with lines nested in it is nothing these keys know, and no reason to lose the session.
  return Object.fromEntries(
    found.filter(([, value]) => value !== undefined && isWritableValue(value)),
  )
}
