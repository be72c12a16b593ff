import type { Session } from '../aws/api.ts'
import { Failure } from '../failure.ts'
import { isWritableValue, type Changes } from './ini/edit.ts'
import { profileKeys } from './ini/ini-file.ts'
import { isOurProcess, splitCommandLine } from './process-line.ts'
import type { CredentialSource } from './resolve.ts'
import { EXPIRES } from './session-keys.ts'
import { profileValues, type ProfileFiles } from './values.ts'

/**
 * How a login reaches its target: the session is written to the credentials file, or the target's
 * credential_process, which is mfa-login, finds it in the cache. Throws a Failure if the target gets
 * its credentials from another tool.
 */
export function targetKind({ files, request, target, profile }: CredentialSource) {
  const values = profileValues(files, target)
  const line = values.get('credential_process')
  if (line === undefined && !values.has('role_arn')) return 'credentials-file'
  if (line !== undefined && isOurProcess(line)) {
    const isOther = request.to !== undefined && splitCommandLine(line).at(-1) !== profile
    if (isOther) throw targetOfAnother(target, profile)
    return 'credential-process'
  }
  if (line === undefined) throw targetOfAnother(target, profile)
  throw new Failure(
    'files',
    `The target profile ${target} gets its credentials from another credential_process.`,
    `mfa-login --profile ${profile} --to ANOTHER-NAME`,
  )
}

function targetOfAnother(target: string, profile: string): Failure {
  return new Failure(
    'files',
    `The target profile ${target} stands for another role or user; AWS tools would not see the session in it.`,
    `mfa-login --profile ${profile} --to ANOTHER-NAME`,
  )
}

/** The session in a profile's section of the credentials file. */
export function sessionInProfile(files: ProfileFiles, profile: string): Session | undefined {
  const keys = profileKeys(files.credentials, 'credentials', profile)
  const accessKeyId = keys.get('aws_access_key_id')
  const secretAccessKey = keys.get('aws_secret_access_key')
  const sessionToken = keys.get('aws_session_token')
  const expiration = keys.get(EXPIRES)
  if (!accessKeyId || !secretAccessKey || !sessionToken || !expiration) return undefined
  return { accessKeyId, secretAccessKey, sessionToken, expiration }
}

export function sessionChanges(session: Session): Changes {
  return {
    aws_access_key_id: session.accessKeyId,
    aws_secret_access_key: session.secretAccessKey,
    aws_session_token: session.sessionToken,
    [EXPIRES]: session.expiration,
    // aws-mfa writes it, and old SDKs read it as the token.
    aws_security_token: undefined,
  }
}

/** Settings that say where and how to call AWS; the profile with the session needs them too. */
const COPIED = [
  'region',
  'output',
  'ca_bundle',
  'endpoint_url',
  'services',
  'ignore_configured_endpoint_urls',
  'use_fips_endpoint',
  'use_dualstack_endpoint',
  'sts_regional_endpoints',
  'defaults_mode',
  'retry_mode',
  'max_attempts',
  'cli_pager',
]

/** Settings of the source that its target lacks in these files. */
export function settingsToCopy(files: ProfileFiles, source: CredentialSource): Changes {
  const present = profileValues(files, source.target)
  const missing = COPIED.filter((key) => !present.has(key))
  const settings = missing.map((key) => [key, source.setting(key)] as const)
  // None of these settings spans lines: a value that does is a mistake, but no reason to lose the session.
  return Object.fromEntries(
    settings.filter(([, value]) => value !== undefined && isWritableValue(value)),
  )
}
