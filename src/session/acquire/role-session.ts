import type { Context } from '../../context.ts'
import type { ExitName } from '../../failure.ts'
import type { Paths } from '../../profile/paths.ts'
import type { CredentialSource } from '../../profile/resolve.ts'
import type { SessionResult } from '../cache/look-up.ts'
import { roleSessionSeconds } from '../model/session-length.ts'
import { getCachedOrNew } from './cached-or-new.ts'
import { getMfaSession } from './mfa-session.ts'
import type { GetSessionOptions } from './session-options.ts'

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
    isShared: ({ exit }) => SHARED.has(exit) && options.tokenCode === undefined,
    create: async (source) => {
      // Loaded on a miss only.
      const { createRoleSession } = await import('./create-role-session.ts')
      return createRoleSession(context, paths, source, options)
    },
  })
}

const SHARED = new Set<ExitName>(['cancelled', 'refused', 'unreachable'])
