import type { Context } from '../../context.ts'
import type { Paths } from '../../profile/paths.ts'
import { readSource } from '../../profile/read-source.ts'
import type { ProfileRequest, CredentialSource } from '../../profile/resolve.ts'
import type { RoleIdentity } from '../../profile/roles.ts'
import { readCached } from './store.ts'
import { wantsEncryption } from './encryption-setting.ts'
import type { MinimumLife } from '../model/session-length.ts'
import { createDecrypter } from './decrypt-cached.ts'
import {
  wasObtainedSince,
  isFreshEnough,
  timeLeft,
  type CachedSession,
  type CacheEntry,
} from '../model/session.ts'

export interface SessionResult {
  readonly session: CachedSession
  readonly isNew: boolean
}

export interface LookUpOptions extends MinimumLife {
  readonly request: ProfileRequest
  readonly serial?: string | undefined
  readonly force?: boolean
  readonly callerStartedAt?: number
  /** None for the MFA session itself. */
  readonly roles: readonly RoleIdentity[]
  /** What else a session must be. */
  readonly suits?: (session: CacheEntry) => boolean
}

/** Looks for a cached session, as often as it is called: others may make it meanwhile. */
export function createLookUp(
  context: Context,
  paths: Paths,
  source: CredentialSource,
  { request, serial, force, callerStartedAt, minTtl, ttl, roles, suits }: LookUpOptions,
): () => Promise<SessionResult | undefined> {
  const began = callerStartedAt ?? context.now()
  const open = createDecrypter(context, paths, wantsEncryption(context.env, source))
  return async () => {
    if (force) return undefined
    const serialNumber = serial ?? (await readSerialNumber(context, paths, request))
    if (serialNumber === undefined) return undefined
    const { accessKeyId } = source
    const found = await readCached(context, paths, { accessKeyId, serialNumber }, roles)
    if (found === undefined || suits?.(found) === false) return undefined
    // One made while this process waited will do, however short it was asked to be.
    const now = context.now()
    const isFresh = wasObtainedSince(found, began, now)
    const livesLong =
      ttl === 'usual'
        ? isFreshEnough(found, minTtl, now)
        : timeLeft(found.expiration, now) >= minTtl
    const session = isFresh || livesLong ? await open(found) : undefined
    return session === undefined ? undefined : { session, isNew: false }
  }
}

/** The serial number as the files say now: another process may have found it meanwhile. */
export async function readSerialNumber(
  context: Context,
  paths: Paths,
  request: ProfileRequest,
): Promise<string | undefined> {
  return (await readSource(context, paths, request)).serialNumber
}
