import type { Context } from '../../context.ts'
import type { ExitName } from '../../failure.ts'
import type { Paths } from '../../profile/paths.ts'
import type { CredentialSource } from '../../profile/resolve.ts'
import type { SessionResult } from '../cache/look-up.ts'
import { getCachedOrNew } from './cached-or-new.ts'
import type { GetSessionOptions } from './session-options.ts'

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
    isShared: ({ exit }) => exit === 'cancelled' || (asksPerson && SHARED.has(exit)),
    create: async (source) => {
      // Loaded on a miss only.
      const { createMfaSession } = await import('./create-mfa-session.ts')
      const session = await createMfaSession(context, paths, source, {
        ...options,
        onPrompt: () => (asksPerson = true),
      })
      return { session, isNew: true }
    },
  })
}

const SHARED = new Set<ExitName>(['refused', 'unreachable'])
