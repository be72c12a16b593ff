import type { Context } from '../../context.ts'
import type { Failure } from '../../failure.ts'
import { noAnswer, promptSeconds } from '../../mfa/prompts/time-limit.ts'
import { inFolder, type Paths } from '../../profile/paths.ts'
import { refreshSource } from '../../profile/read-source.ts'
import type { CredentialSource } from '../../profile/resolve.ts'
import type { RoleIdentity } from '../../profile/roles.ts'
import { sweepInPassing } from '../cache/sweep.ts'
import type { createLookUp, GetSessionOptions, SessionResult } from '../cache/look-up.ts'
import { checkMinimumLife } from '../model/session-length.ts'
import { lockKey } from '../model/session.ts'
import { onceAcrossProcesses } from './once-across-processes.ts'

export interface CreateOptions extends GetSessionOptions {
  /** None for the MFA session itself. */
  readonly roles: readonly RoleIdentity[]
  /** Takes the lock of the MFA session, as a person is asked for a code of the same device. */
  readonly locksDevice?: boolean
  /** Gets a new session and stores it in the cache. */
  readonly create: (source: CredentialSource) => Promise<SessionResult['session']>
  /** Whether the processes that wait must fail too. */
  readonly isShared: (failure: Failure) => boolean
}

/** A new session, which one process of many creates. Throws a Failure. */
export async function createOrWait(
  context: Context,
  paths: Paths,
  source: CredentialSource,
  lookUp: ReturnType<typeof createLookUp>,
  options: CreateOptions,
): Promise<SessionResult> {
  checkMinimumLife(source, options)
  await checkSettings(context, source, options)
  await context.files.makePrivate(paths.cache)
  let latest = source
  // Another process may have stored the serial number. The keys stay the caller's.
  const refresh = async (): Promise<CredentialSource> => {
    latest = await refreshSource(context, paths, latest)
    return { ...source, serialNumber: latest.serialNumber, files: latest.files }
  }
  const seconds = promptSeconds(context.env)
  const lockRoles = options.locksDevice === true ? [] : options.roles
  const result = await onceAcrossProcesses(context, {
    limit: { milliseconds: seconds * 1000, failure: noAnswer(source.profile, seconds) },
    lockPath: inFolder(
      context,
      paths.cache,
      lockKey(source.accessKeyId, options.serial, lockRoles),
    ),
    startedAt: options.callerStartedAt,
    lookUp: async () => lookUp(source),
    lookUpAnew: async () => lookUp(await refresh()),
    isShared: options.isShared,
    create: async () => {
      const refreshed = await refresh()
      const isSame = refreshed.serialNumber === source.serialNumber
      const cached = isSame ? undefined : await lookUp(refreshed)
      if (cached !== undefined) return cached
      return { session: await options.create(refreshed), isNew: true }
    },
  })
  if (result.isNew && options.isSweptLater !== true) await sweepInPassing(context, paths)
  return result
}

/** Throws the Failure for a setting with which a new session fails, before a person is asked for a code. */
async function checkSettings(
  context: Context,
  source: CredentialSource,
  options: GetSessionOptions,
): Promise<void> {
  const { settingProblems } = await import('./check-settings.ts')
  const [problem] = settingProblems(source, context.env, options)
  if (problem !== undefined) throw problem
  const { checkEndpoints } = await import('./connect.ts')
  await checkEndpoints(context, source, options.serial ?? source.serialNumber, ['sts'])
}
