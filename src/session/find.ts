import type { Context } from '../context.ts'
import type { Paths } from '../profile/paths.ts'
import { readSource } from '../profile/read-source.ts'
import type { Ask, Source } from '../profile/resolve.ts'
import type { RoleIdentity } from '../profile/roles.ts'
import { findCached } from './cache.ts'
import type { LeastLife } from './length.ts'
import { isYoung, timeLeft, type CachedSession } from './session.ts'

export interface Renewed {
  readonly session: CachedSession
  readonly isNew: boolean
}

export interface Search extends LeastLife {
  readonly ask: Ask
  readonly serial?: string | undefined
  readonly force?: boolean
  /** None for the MFA session itself. */
  readonly roles: readonly RoleIdentity[]
  /** What else a session must be. */
  readonly suits?: (session: CachedSession) => boolean
}

/** Looks for a cached session, as often as it is called: others may make it meanwhile. */
export function finder(
  context: Context,
  paths: Paths,
  source: Source,
  { ask, serial, force, minTtl, ttl, roles, suits }: Search,
): () => Promise<Renewed | undefined> {
  const began = context.now()
  return async () => {
    if (force) return undefined
    const serialNumber = serial ?? (await currentSerial(context, paths, ask))
    if (serialNumber === undefined) return undefined
    const { accessKeyId } = source
    const session = await findCached(context, paths, { accessKeyId, serialNumber }, roles)
    if (session === undefined || suits?.(session) === false) return undefined
    // One made while this process waited will do, however short it was asked to be.
    const isFresh = Date.parse(session.obtainedAt ?? '') >= began
    const now = context.now()
    const livesLong =
      ttl === 'usual' ? isYoung(session, minTtl, now) : timeLeft(session.expiration, now) >= minTtl
    return isFresh || livesLong ? { session, isNew: false } : undefined
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
