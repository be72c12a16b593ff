import type { Context } from '../../context.ts'
import type { Paths } from '../../profile/paths.ts'
import { readSource } from '../../profile/read-source.ts'
import type { Ask, Source } from '../../profile/resolve.ts'
import type { RoleIdentity } from '../../profile/roles.ts'
import { findCached } from './store.ts'
import { wantsEncryption } from './encryption-setting.ts'
import type { LeastLife } from '../model/session-length.ts'
import { opener } from './decrypt-cached.ts'
import {
  isNewSince,
  isYoung,
  timeLeft,
  type CachedSession,
  type CacheEntry,
} from '../model/session.ts'

export interface Renewed {
  readonly session: CachedSession
  readonly isNew: boolean
}

export interface Search extends LeastLife {
  readonly ask: Ask
  readonly serial?: string | undefined
  readonly force?: boolean
  readonly hurriedSince?: number
  /** None for the MFA session itself. */
  readonly roles: readonly RoleIdentity[]
  /** What else a session must be. */
  readonly suits?: (session: CacheEntry) => boolean
}

/** Looks for a cached session, as often as it is called: others may make it meanwhile. */
export function finder(
  context: Context,
  paths: Paths,
  source: Source,
  { ask, serial, force, hurriedSince, minTtl, ttl, roles, suits }: Search,
): () => Promise<Renewed | undefined> {
  const began = hurriedSince ?? context.now()
  const open = opener(context, paths, wantsEncryption(context.env, source))
  return async () => {
    if (force) return undefined
    const serialNumber = serial ?? (await currentSerial(context, paths, ask))
    if (serialNumber === undefined) return undefined
    const { accessKeyId } = source
    const found = await findCached(context, paths, { accessKeyId, serialNumber }, roles)
    if (found === undefined || suits?.(found) === false) return undefined
    // One made while this process waited will do, however short it was asked to be.
    const now = context.now()
    const isFresh = isNewSince(found, began, now)
    const livesLong =
      ttl === 'usual' ? isYoung(found, minTtl, now) : timeLeft(found.expiration, now) >= minTtl
    const session = isFresh || livesLong ? await open(found) : undefined
    return session === undefined ? undefined : { session, isNew: false }
  }
}

/** The serial number as the files say now: another process may have found it meanwhile. */
export async function currentSerial(
  context: Context,
  paths: Paths,
  ask: Ask,
): Promise<string | undefined> {
  return (await readSource(context, paths, ask)).serialNumber
}
