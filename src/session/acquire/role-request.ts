import type { RoleRequest } from '../../aws/api.ts'
import { withExplanation } from '../../aws/errors/explain.ts'
import { userNameIn } from '../../aws/iam-api.ts'
import type { Context } from '../../context.ts'
import type { CredentialSource } from '../../profile/resolve.ts'
import { identityOf, type Role } from '../../profile/roles.ts'
import { formatDuration, parseDuration } from '../model/duration.ts'
import {
  LONGEST_WITH_SESSION,
  roleSessionSeconds,
  type LengthOptions,
} from '../model/session-length.ts'
import { parseTagKeys, parseTags } from '../model/session-tags.ts'
import { connect } from './connect.ts'
import type { CodeCall } from './request-session.ts'

/** AssumeRole for a role of a source. Asks AWS for the user's name where the role has no session name. */
export async function roleRequest(
  context: Context,
  source: CredentialSource,
  serial: string,
  { role, seconds }: { readonly role: Role; readonly seconds: number },
): Promise<RoleRequest> {
  return {
    roleArn: role.arn,
    sessionName: role.sessionName ?? (await defaultSessionName(context, source, serial)),
    externalId: role.externalId,
    tags: role.tags === undefined ? undefined : parseTags(role.tags),
    transitiveTags:
      role.transitiveTags === undefined ? undefined : parseTagKeys(role.transitiveTags),
    sourceIdentity: role.sourceIdentity,
    durationSeconds: seconds,
  }
}

/** What the cache notes of a role's session; `roles` are those before it and itself. */
export function roleEntry(roles: readonly Role[], seconds: number): CodeCall['entry'] {
  return { profile: roles.at(-1)?.profile ?? '', roles: roles.map(identityOf), seconds }
}

/** The call for a role's session over an hour, which AWS gives to long-term credentials with a code only. */
export async function longRoleCall(
  context: Context,
  source: CredentialSource,
  serial: string,
  options: LengthOptions,
): Promise<CodeCall> {
  const [role] = source.roles
  const [seconds] = roleSessionSeconds(source, options)
  if (role === undefined || seconds === undefined) throw new Error('a source without a role')
  const request = await roleRequest(context, source, serial, { role, seconds })
  return {
    send: async (aws, code) => aws.assumeRole({ ...request, ...code }),
    entry: roleEntry([role], seconds),
    role: role.arn,
    oneHourCommand: oneHourCommand(role),
    usualLengthCommand: usualLengthCommand(role, seconds),
  }
}

/** A length in the profile holds for every command: a shorter session of one login would not be kept by the next. */
function oneHourCommand({ profile, duration }: Role): string {
  return (parseDuration(duration?.value ?? '') ?? 0) > LONGEST_WITH_SESSION
    ? `aws configure set duration_seconds 3600 --profile ${profile}`
    : `mfa-login --profile ${profile} --duration 1h`
}

/** Undefined if the profile names no shorter length than the one that is requested. */
function usualLengthCommand({ profile, duration }: Role, requested: number): string | undefined {
  const usual = parseDuration(duration?.value ?? '')
  if (usual === undefined || usual >= requested) return undefined
  return `mfa-login --profile ${profile}, without --duration: the profile has ${formatDuration(usual * 1000)}`
}

/**
 * The user's name: trust policies may require it (`sts:RoleSessionName` = `${aws:username}`), and CloudTrail
 * then shows who it was.
 */
async function defaultSessionName(
  context: Context,
  source: CredentialSource,
  serial: string,
): Promise<string> {
  const aws = await connect(context, source, serial)
  const { arn } = await withExplanation(roleErrorContext(source), async () =>
    aws.getCallerIdentity(),
  )
  const name = userNameIn(arn) ?? 'root'
  // At least two characters (AWS STS API reference, RoleSessionName); a user name may have one.
  return name.length < 2 ? `user-${name}` : name
}

export function roleErrorContext({ profile, accessKeyId, keysProfile }: CredentialSource) {
  return { profile, accessKeyId, keysProfile, retryCommand: `mfa-login --profile ${profile}` }
}
