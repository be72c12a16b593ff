import type { RoleRequest } from '../../aws/api.ts'
import type { Context } from '../../context.ts'
import type { ExitName } from '../../failure.ts'
import { userNameIn } from '../../aws/iam-api.ts'
import type { Paths } from '../../profile/paths.ts'
import type { CredentialSource } from '../../profile/resolve.ts'
import type { Role, RoleIdentity } from '../../profile/roles.ts'
import { readCached, storeCached } from '../cache/store.ts'
import { wantsEncryption } from '../cache/encryption-setting.ts'
import { WORTH_KEEPING_MS } from './mfa-client.ts'
import { withExplanation } from '../../aws/errors/explain.ts'
import { createLookUp, type SessionResult } from '../cache/look-up.ts'
import { checkMinimumLife, isLongEnough, roleSessionSeconds } from '../model/session-length.ts'
import { retry } from '../../aws/retry.ts'
import { connect } from './connect.ts'
import { createDecrypter } from '../cache/decrypt-cached.ts'
import { getMfaSession, type GetSessionOptions } from './mfa-session.ts'
import { lockKey, timeLeft, type CachedSession } from '../model/session.ts'
import { onceAcrossProcesses } from './once-across-processes.ts'

/** What a profile stands for: its role's session where it takes one, else the MFA session. */
export async function getSession(
  context: Context,
  paths: Paths,
  source: CredentialSource,
  options: GetSessionOptions,
): Promise<SessionResult> {
  if (source.roles.length === 0) return getMfaSession(context, paths, source, options)
  // Before a code is asked for.
  roleSessionSeconds(source, options)
  const find = createLookUp(context, paths, source, {
    ...options,
    roles: source.roles,
    suits: (session) => options.isAnyLength === true || isLongEnough(source, options, session),
  })
  const found = await find()
  if (found !== undefined) return found
  checkMinimumLife(source, options)
  await context.files.makePrivate(paths.cache)
  return onceAcrossProcesses(context, {
    lockPath: `${paths.cache}/${lockKey(source.accessKeyId, options.serial, source.roles)}`,
    startedAt: options.callerStartedAt,
    lookUp: find,
    // A code on a command line is that command's own chance.
    isShared: ({ exit }) => SHARED.has(exit) && options.tokenCode === undefined,
    make: async () => createRoleSession(context, paths, source, options),
  })
}

const SHARED = new Set<ExitName>(['cancelled', 'refused', 'unreachable'])

async function createRoleSession(
  context: Context,
  paths: Paths,
  source: CredentialSource,
  options: GetSessionOptions,
): Promise<SessionResult> {
  // `--duration` is the role's; the MFA session it is taken with has its own length.
  const mfaOptions = { ...options, duration: undefined, minTtl: WORTH_KEEPING_MS, ttl: undefined }
  const mfa = await getMfaSession(context, paths, source, mfaOptions)
  const seconds = roleSessionSeconds(source, options, (line) => context.info(line))
  let session = mfa.session
  for (const [index, role] of source.roles.entries()) {
    const roles = source.roles.slice(0, index + 1)
    const isLast = roles.length === source.roles.length
    const kept =
      options.force || isLast
        ? undefined
        : await cachedRoleSession(context, paths, source, session, roles)
    session =
      kept ??
      (await assumeRole(context, paths, source, {
        role,
        roles,
        session,
        seconds: seconds[index] ?? 0,
      }))
  }
  return { session, isNew: true }
}

/** A role on the way to another that is in the cache already. */
async function cachedRoleSession(
  context: Context,
  paths: Paths,
  source: CredentialSource,
  { sourceAccessKeyId: accessKeyId, serialNumber }: CachedSession,
  roles: readonly RoleIdentity[],
): Promise<CachedSession | undefined> {
  const found = await readCached(context, paths, { accessKeyId, serialNumber }, roles)
  if (found === undefined || timeLeft(found.expiration, context.now()) < WORTH_KEEPING_MS) {
    return undefined
  }
  return createDecrypter(context, paths, wantsEncryption(context.env, source))(found)
}

interface RoleStep {
  readonly role: Role
  /** Those before it and itself. */
  readonly roles: readonly Role[]
  /** What it is taken with. */
  readonly session: CachedSession
  readonly seconds: number
}

async function assumeRole(
  context: Context,
  paths: Paths,
  source: CredentialSource,
  { role, roles, session: before, seconds }: RoleStep,
): Promise<CachedSession> {
  const { serialNumber, sourceAccessKeyId } = before
  const aws = await connect(context, source, serialNumber, before)
  const request: RoleRequest = {
    roleArn: role.arn,
    sessionName: role.sessionName ?? (await defaultSessionName(context, source, serialNumber)),
    externalId: role.externalId,
    durationSeconds: seconds,
  }
  const session: CachedSession = {
    version: 1,
    ...(await withExplanation({ ...errorContextOf(source), role: role.arn }, async () =>
      retry(context, async () => aws.assumeRole(request)),
    )),
    profile: role.profile,
    serialNumber,
    sourceAccessKeyId,
    roles: roles.map(identity),
    seconds,
    obtainedAt: new Date(context.now()).toISOString(),
  }
  const isEncrypted = wantsEncryption(context.env, source)
  await storeCached(context, paths, session, { isEncrypted })
  return session
}

function identity({ arn, externalId, sessionName }: Role): RoleIdentity {
  return {
    arn,
    ...(externalId === undefined ? {} : { externalId }),
    ...(sessionName === undefined ? {} : { sessionName }),
  }
}

/** Trust policies may ask for it (`sts:RoleSessionName` = `${aws:username}`), and CloudTrail then names who it was. */
async function defaultSessionName(
  context: Context,
  source: CredentialSource,
  serial: string,
): Promise<string> {
  const aws = await connect(context, source, serial)
  const { arn } = await withExplanation(errorContextOf(source), async () => aws.getCallerIdentity())
  const name = userNameIn(arn) ?? 'root'
  // Two characters at least (AWS STS API reference, RoleSessionName); users may have one.
  return name.length < 2 ? `user-${name}` : name
}

function errorContextOf({ profile, accessKeyId }: CredentialSource) {
  return { profile, accessKeyId, retryCommand: `mfa-login --profile ${profile}` }
}
