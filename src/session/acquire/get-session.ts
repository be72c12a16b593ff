import type { Context } from '../../context.ts'
import type { ExitName } from '../../failure.ts'
import type { Paths } from '../../profile/paths.ts'
import type { CredentialSource } from '../../profile/resolve.ts'
import { createLookUp, type GetSessionOptions, type SessionResult } from '../cache/look-up.ts'
import { WORTH_KEEPING_MS } from '../model/freshness.ts'
import { needsOwnCode, roleSessionSeconds } from '../model/session-length.ts'
import type { CreateOptions } from './create-or-wait.ts'

/** Failures that the processes which wait may share, instead of asking the same person again. */
const SHARED: readonly ExitName[] = ['cancelled', 'refused', 'unreachable']

/** The session of a profile: of its role where it has one, else the MFA session. Throws a Failure. */
export async function getSession(
  context: Context,
  paths: Paths,
  source: CredentialSource,
  options: GetSessionOptions,
): Promise<SessionResult> {
  const { roles } = source
  if (roles.length === 0) return getMfaSession(context, paths, source, options)
  // Refuses a wrong duration before a code is asked for.
  roleSessionSeconds(source, options)
  return getCachedOrNew(context, paths, source, {
    ...options,
    roles,
    // A code on a command line concerns that command alone.
    isShared: ({ exit }) => SHARED.includes(exit) && options.tokenCode === undefined,
    create: async (source) => {
      if (needsOwnCode(source, options))
        return getRoleSessionWithCode(context, paths, source, options)
      // Loaded on a miss only.
      const { createRoleSession } = await import('./create-role-session.ts')
      // `--duration` is for the role; the MFA session behind it has its own.
      const own = { duration: undefined, minTtl: WORTH_KEEPING_MS, origin: undefined }
      const { session } = await getMfaSession(context, paths, source, { ...options, ...own })
      return createRoleSession(context, paths, source, session, options)
    },
  })
}

/** The session of a role with a code of its own, one process of many for each device, as for MFA sessions. */
async function getRoleSessionWithCode(
  context: Context,
  paths: Paths,
  source: CredentialSource,
  options: GetSessionOptions,
): Promise<SessionResult['session']> {
  const { session } = await getCachedOrNew(context, paths, source, {
    ...options,
    roles: source.roles,
    locksDevice: true,
    // The lock of the role is around this one, and its failures are shared.
    isShared: () => false,
    create: async (source) => {
      // Loaded on a miss only.
      const { createWithCode } = await import('./create-with-code.ts')
      const onPrompt = (): void => undefined
      return createWithCode(context, paths, source, { ...options, onPrompt, isOfRole: true })
    },
  })
  return session
}

/** The MFA session behind a profile: the cached one where it is usable, else a new one. Throws a Failure. */
export async function getMfaSession(
  context: Context,
  paths: Paths,
  source: CredentialSource,
  options: GetSessionOptions,
): Promise<SessionResult> {
  let asksPerson = false
  return getCachedOrNew(context, paths, source, {
    ...options,
    roles: [],
    isShared: ({ exit }) => exit === 'cancelled' || (asksPerson && SHARED.includes(exit)),
    create: async (source) => {
      // Loaded on a miss only.
      const { createWithCode } = await import('./create-with-code.ts')
      const onPrompt = (): void => void (asksPerson = true)
      return createWithCode(context, paths, source, { ...options, onPrompt, isOfRole: false })
    },
  })
}

/** A usable session from the cache, else a new one, which one process of many creates. Throws a Failure. */
async function getCachedOrNew(
  context: Context,
  paths: Paths,
  source: CredentialSource,
  options: CreateOptions,
): Promise<SessionResult> {
  const lookUp = createLookUp(context, paths, options)
  const cached = await lookUp(source)
  if (cached !== undefined) return cached
  // Loaded on a miss only.
  const { createOrWait } = await import('./create-or-wait.ts')
  return createOrWait(context, paths, source, lookUp, options)
}
