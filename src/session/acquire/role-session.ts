import type { RoleRequest } from '../../aws/api.ts'
import type { Context } from '../../context.ts'
import type { ExitName } from '../../failure.ts'
import { userNameIn } from '../../aws/iam-api.ts'
import type { Paths } from '../../profile/paths.ts'
import type { Source } from '../../profile/resolve.ts'
import type { Role, RoleIdentity } from '../../profile/roles.ts'
import { findCached, storeCached } from '../cache/store.ts'
import { wantsEncryption } from '../cache/encryption-setting.ts'
import { WORTH_KEEPING_MS } from './mfa-client.ts'
import { explained } from '../../aws/errors/explain.ts'
import { finder, type Renewed } from '../cache/look-up.ts'
import { checkLife, isAsLong, roleLengths } from '../model/session-length.ts'
import { repeated } from '../../aws/retry.ts'
import { connect } from './connect.ts'
import { opener } from '../cache/decrypt-cached.ts'
import { renewSession, type Renewal } from './mfa-session.ts'
import { flightName, timeLeft, type CachedSession } from '../model/session.ts'
import { singleFlight } from './once-across-processes.ts'

/** What a profile stands for: its role's session where it takes one, else the MFA session. */
export async function profileSession(
  context: Context,
  paths: Paths,
  source: Source,
  renewal: Renewal,
): Promise<Renewed> {
  if (source.roles.length === 0) return renewSession(context, paths, source, renewal)
  // Before a code is asked for.
  roleLengths(source, renewal)
  const find = finder(context, paths, source, {
    ...renewal,
    roles: source.roles,
    suits: (session) => renewal.isAnyLength === true || isAsLong(source, renewal, session),
  })
  const found = await find()
  if (found !== undefined) return found
  checkLife(source, renewal)
  await context.files.makePrivate(paths.cache)
  return singleFlight(context, {
    path: `${paths.cache}/${flightName(source.accessKeyId, renewal.serial, source.roles)}`,
    since: renewal.hurriedSince,
    find,
    // A code on a command line is that command's own chance.
    isShared: ({ exit }) => SHARED.has(exit) && renewal.tokenCode === undefined,
    make: async () => makeRoleSession(context, paths, source, renewal),
  })
}

const SHARED = new Set<ExitName>(['cancelled', 'refused', 'unreachable'])

async function makeRoleSession(
  context: Context,
  paths: Paths,
  source: Source,
  renewal: Renewal,
): Promise<Renewed> {
  // `--duration` is the role's; the MFA session it is taken with has its own length.
  const wish = { ...renewal, duration: undefined, minTtl: WORTH_KEEPING_MS, ttl: undefined }
  const mfa = await renewSession(context, paths, source, wish)
  const seconds = roleLengths(source, renewal, (line) => context.say(line))
  let session = mfa.session
  for (const [index, role] of source.roles.entries()) {
    const roles = source.roles.slice(0, index + 1)
    const isLast = roles.length === source.roles.length
    const kept =
      renewal.force || isLast ? undefined : await keptLink(context, paths, source, session, roles)
    session =
      kept ??
      (await take(context, paths, source, { role, roles, session, seconds: seconds[index] ?? 0 }))
  }
  return { session, isNew: true }
}

/** A role on the way to another that is in the cache already. */
async function keptLink(
  context: Context,
  paths: Paths,
  source: Source,
  { sourceAccessKeyId: accessKeyId, serialNumber }: CachedSession,
  roles: readonly RoleIdentity[],
): Promise<CachedSession | undefined> {
  const found = await findCached(context, paths, { accessKeyId, serialNumber }, roles)
  if (found === undefined || timeLeft(found.expiration, context.now()) < WORTH_KEEPING_MS) {
    return undefined
  }
  return opener(context, paths, wantsEncryption(context.env, source))(found)
}

interface Link {
  readonly role: Role
  /** Those before it and itself. */
  readonly roles: readonly Role[]
  /** What it is taken with. */
  readonly session: CachedSession
  readonly seconds: number
}

async function take(
  context: Context,
  paths: Paths,
  source: Source,
  { role, roles, session: before, seconds }: Link,
): Promise<CachedSession> {
  const { serialNumber, sourceAccessKeyId } = before
  const aws = await connect(context, source, serialNumber, before)
  const request: RoleRequest = {
    roleArn: role.arn,
    sessionName: role.sessionName ?? (await usersName(context, source, serialNumber)),
    externalId: role.externalId,
    durationSeconds: seconds,
  }
  const session: CachedSession = {
    version: 1,
    ...(await explained({ ...attemptOf(source), role: role.arn }, async () =>
      repeated(context, async () => aws.assumeRole(request)),
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
async function usersName(context: Context, source: Source, serial: string): Promise<string> {
  const aws = await connect(context, source, serial)
  const { arn } = await explained(attemptOf(source), async () => aws.getCallerIdentity())
  const name = userNameIn(arn) ?? 'root'
  // Two characters at least (AWS STS API reference, RoleSessionName); users may have one.
  return name.length < 2 ? `user-${name}` : name
}

function attemptOf({ profile, accessKeyId }: Source) {
  return { profile, accessKeyId, again: `mfa-login --profile ${profile}` }
}
