import { withExplanation } from '../../aws/errors/explain.ts'
import { retry } from '../../aws/retry.ts'
import type { Context } from '../../context.ts'
import type { Paths } from '../../profile/paths.ts'
import type { CredentialSource } from '../../profile/resolve.ts'
import type { Role, RoleIdentity } from '../../profile/roles.ts'
import { createDecrypter } from '../cache/decrypt-cached.ts'
import { wantsEncryption } from '../cache/encryption-setting.ts'
import { readCached, storeCached } from '../cache/store.ts'
import { isFromFuture, isWorthKeeping } from '../model/freshness.ts'
import { roleSessionSeconds } from '../model/session-length.ts'
import type { CachedSession } from '../model/session.ts'
import { refuseExpiredHere } from './check-clock.ts'
import { connect } from './connect.ts'
import type { GetSessionOptions } from '../cache/look-up.ts'
import { roleEntry, roleErrorContext, roleRequest } from './role-request.ts'

/** Assumes the roles of a source one after the other, first with its MFA session, and caches each session. */
export async function createRoleSession(
  context: Context,
  paths: Paths,
  source: CredentialSource,
  mfaSession: CachedSession,
  options: GetSessionOptions,
): Promise<CachedSession> {
  let session = mfaSession
  const seconds = roleSessionSeconds(source, options, (line) => context.info(line))
  for (const [index, role] of source.roles.entries()) {
    const roles = source.roles.slice(0, index + 1)
    const mayBeCached = options.force !== true && roles.length < source.roles.length
    const cached = mayBeCached
      ? await cachedRoleSession(context, paths, source, session, roles)
      : undefined
    const step = { role, roles, session, seconds: seconds[index] ?? 0 }
    session = cached ?? (await assumeRole(context, paths, source, step))
  }
  return session
}

/** The cached session of a role that is assumed on the way to another one. */
async function cachedRoleSession(
  context: Context,
  paths: Paths,
  source: CredentialSource,
  { sourceAccessKeyId: accessKeyId, serialNumber }: CachedSession,
  roles: readonly RoleIdentity[],
): Promise<CachedSession | undefined> {
  const cached = await readCached(context, paths, { accessKeyId, serialNumber }, roles)
  const now = context.now()
  if (cached === undefined || isFromFuture(cached, now)) return undefined
  if (!isWorthKeeping(cached.expiration, now)) return undefined
  return createDecrypter(context, paths, wantsEncryption(context.env, source))(cached)
}

interface RoleStep {
  readonly role: Role
  /** The roles before it and itself. */
  readonly roles: readonly Role[]
  /** The session that assumes it. */
  readonly session: CachedSession
  readonly seconds: number
}

async function assumeRole(
  context: Context,
  paths: Paths,
  source: CredentialSource,
  { role, roles, session: caller, seconds }: RoleStep,
): Promise<CachedSession> {
  const { serialNumber, sourceAccessKeyId } = caller
  const aws = await connect(context, source, serialNumber, caller)
  const request = await roleRequest(context, source, serialNumber, { role, seconds })
  const session: CachedSession = {
    version: 1,
    ...(await withExplanation({ ...roleErrorContext(source), role: role.arn }, async () =>
      retry(context, async () => aws.assumeRole(request)),
    )),
    ...roleEntry(roles, seconds),
    serialNumber,
    sourceAccessKeyId,
    obtainedAt: new Date(context.now()).toISOString(),
  }
  refuseExpiredHere(context, aws, session)
  const isEncrypted = wantsEncryption(context.env, source)
  await storeCached(context, paths, session, { isEncrypted })
  return session
}
