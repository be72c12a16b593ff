import type { Context } from '../../context.ts'
import type { Failure } from '../../failure.ts'
import type { Paths } from '../../profile/paths.ts'
import { refreshSource } from '../../profile/read-source.ts'
import type { CredentialSource } from '../../profile/resolve.ts'
import type { RoleIdentity } from '../../profile/roles.ts'
import { createLookUp, type CacheRequirements, type SessionResult } from '../cache/look-up.ts'
import { checkMinimumLife } from '../model/session-length.ts'
import { lockKey } from '../model/session.ts'
import { onceAcrossProcesses } from './once-across-processes.ts'

export interface CreateOptions extends CacheRequirements {
  /** None for the MFA session itself. */
  readonly roles: readonly RoleIdentity[]
  /** Gets a new session and stores it in the cache. */
  readonly create: (source: CredentialSource) => Promise<SessionResult>
  /** Whether the processes that wait must fail too, instead of asking the same person again. */
  readonly isShared: (failure: Failure) => boolean
}

/** A usable session from the cache, else a new one, which one process of many creates. Throws a Failure. */
export async function getCachedOrNew(
  context: Context,
  paths: Paths,
  source: CredentialSource,
  options: CreateOptions,
): Promise<SessionResult> {
  const lookUp = createLookUp(context, paths, options)
  const cached = await lookUp(source)
  if (cached !== undefined) return cached
  checkMinimumLife(source, options)
  await context.files.makePrivate(paths.cache)
  return onceAcrossProcesses(context, {
    lockPath: `${paths.cache}/${lockKey(source.accessKeyId, options.serial, options.roles)}`,
    startedAt: options.callerStartedAt,
    lookUp: async () => lookUp(source),
    isShared: options.isShared,
    create: async () => {
      // The process that held the lock may have stored the serial number. The keys stay the caller's.
      const { serialNumber, files } = await refreshSource(context, paths, source)
      const isSame = serialNumber === source.serialNumber
      const cached = isSame ? undefined : await lookUp({ ...source, serialNumber })
      return cached ?? options.create({ ...source, serialNumber, files })
    },
  })
}
