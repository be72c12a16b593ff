import type { Context } from '../../context.ts'
import type { PromptChoice } from '../../mfa/prompts/prompt-names.ts'
import type { Paths } from '../../profile/paths.ts'
import type { CredentialSource } from '../../profile/resolve.ts'
import type { RoleIdentity } from '../../profile/roles.ts'
import { formatDuration } from '../model/duration.ts'
import {
  isExpired,
  isFromFuture,
  isUsable,
  timeLeft,
  type MinimumLife,
} from '../model/freshness.ts'
import { hasRequestedLength, type LengthOptions } from '../model/session-length.ts'
import type { CachedSession } from '../model/session.ts'
import { createDecrypter } from './decrypt-cached.ts'
import type { CachedFile } from './encryption.ts'
import { wantsEncryption } from './encryption-setting.ts'
import { readCached } from './store.ts'

export interface SessionResult {
  readonly session: CachedSession
  readonly isNew: boolean
}

/** What a caller requires of a cached session. */
interface CacheRequirements extends MinimumLife, LengthOptions {
  readonly serial?: string | undefined
  /** Take no cached session. */
  readonly force?: boolean
  /** When the calling SDK started its time limit: milliseconds since the epoch. */
  readonly callerStartedAt?: number
  /** Accept a session of any length. */
  readonly isAnyLength?: boolean
}

/** And how to get a new one. */
export interface GetSessionOptions extends CacheRequirements {
  /** The devices of the key's user, where they are known. */
  readonly devices?: readonly string[] | undefined
  /** `--token-code`. */
  readonly tokenCode?: string | undefined
  readonly prompt?: PromptChoice | undefined
  /** The caller sweeps the cache after a new session, when it has written it. */
  readonly isSweptLater?: boolean
}

/**
 * Looks for a usable session of a source, or of one of its roles, each time it is called: another process
 * may store one meanwhile. Undefined if the cache has none. Throws the keyring's Failure where sessions must
 * be encrypted.
 */
export function createLookUp(
  context: Context,
  paths: Paths,
  requirements: CacheRequirements & { readonly roles: readonly RoleIdentity[] },
) {
  const callerStartedAt = requirements.callerStartedAt ?? context.now()
  let decrypt: ReturnType<typeof createDecrypter> | undefined
  const logMiss = createMissLog(context, requirements.roles)
  return async (source: CredentialSource): Promise<SessionResult | undefined> => {
    decrypt ??= createDecrypter(context, paths, wantsEncryption(context.env, source))
    const cached = await findUsable(context, paths, source, { ...requirements, callerStartedAt })
    const session = typeof cached === 'string' ? undefined : await decrypt(cached)
    if (session === undefined) {
      logMiss(typeof cached === 'string' ? cached : 'it cannot be decrypted')
      return undefined
    }
    const left = formatDuration(timeLeft(session.expiration, context.now()))
    context.debug.log(`cache hit: session …${session.accessKeyId.slice(-4)} with ${left} left`)
    return { session, isNew: false }
  }
}

/** A usable cache file, or why there is none. */
async function findUsable(
  context: Context,
  paths: Paths,
  source: CredentialSource,
  requirements: Parameters<typeof createLookUp>[2],
): Promise<CachedFile | string> {
  const { force, isAnyLength = false, roles, serial } = requirements
  if (force) return '--force asks for a new session'
  const serialNumber = serial ?? source.serialNumber
  if (serialNumber === undefined) return 'the serial number is not known yet'
  const { accessKeyId } = source
  const cached = await readCached(context, paths, { accessKeyId, serialNumber }, roles)
  if (cached === undefined) return 'no file'
  const now = context.now()
  // The roles of a source say nothing of its MFA session.
  const ofSession = { ...source, roles: roles.length === 0 ? [] : source.roles }
  if (!isAnyLength && !hasRequestedLength(ofSession, requirements, cached, now))
    return 'another length'
  if (isUsable(cached, requirements, now)) return cached
  if (isFromFuture(cached, now)) return `it is dated in the future: ${cached.obtainedAt}`
  if (isExpired(cached.expiration, now)) return `it expired at ${cached.expiration}`
  const left = formatDuration(timeLeft(cached.expiration, now))
  return `too little time left: ${left} of ${formatDuration(requirements.minTtl)}`
}

/** Logs why there was no hit; once for each reason, as a waiting process looks many times a second. */
function createMissLog(
  { debug }: Context,
  roles: readonly RoleIdentity[],
): (reason: string) => void {
  const what = roles.at(-1)?.arn ?? 'the MFA session'
  let last = ''
  return (reason) => {
    if (reason !== last) debug.log(`cache miss for ${what}: ${reason}`)
    last = reason
  }
}
