import type { Context } from '../../context.ts'
import type { ExitName, Failure } from '../../failure.ts'
import { inFolder, type Paths } from '../../profile/paths.ts'
import { noAnswer, promptSeconds } from '../../mfa/prompts/time-limit.ts'
import { refreshSource } from '../../profile/read-source.ts'
import type { CredentialSource } from '../../profile/resolve.ts'
import type { RoleIdentity } from '../../profile/roles.ts'
import { createLookUp, type GetSessionOptions, type SessionResult } from '../cache/look-up.ts'
import { WORTH_KEEPING_MS } from '../model/freshness.ts'
import { checkMinimumLife, needsOwnCode, roleSessionSeconds } from '../model/session-length.ts'
import { lockKey } from '../model/session.ts'
import { onceAcrossProcesses } from './once-across-processes.ts'

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

interface CreateOptions extends GetSessionOptions {
  /** None for the MFA session itself. */
  readonly roles: readonly RoleIdentity[]
  /** Takes the lock of the MFA session, as a person is asked for a code of the same device. */
  readonly locksDevice?: boolean
  /** Gets a new session and stores it in the cache. */
  readonly create: (source: CredentialSource) => Promise<SessionResult['session']>
  /** Whether the processes that wait must fail too. */
  readonly isShared: (failure: Failure) => boolean
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
  if (result.isNew) await sweep(context, paths)
  return result
}

/** In passing: a session is worth more than a clean cache. */
async function sweep(context: Context, paths: Paths): Promise<void> {
  try {
    const { sweepCache } = await import('../cache/sweep.ts')
    await sweepCache(context, paths)
  } catch (error) {
    context.debug.log(`the cache is not swept: ${String(error)}`)
  }
}

/** Throws the Failure for a setting with which a new session fails, before a person is asked for a code. */
async function checkSettings(
  context: Context,
  source: CredentialSource,
  options: GetSessionOptions,
): Promise<void> {
  // Loaded on a miss only.
  const { settingProblems } = await import('./check-settings.ts')
  const [problem] = settingProblems(source, context.env, options)
  if (problem !== undefined) throw problem
  const { checkEndpoints } = await import('./connect.ts')
  await checkEndpoints(context, source, options.serial ?? source.serialNumber, ['sts'])
}
