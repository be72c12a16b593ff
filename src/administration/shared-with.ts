import type { Principal } from '../aws/iam-api.ts'
import type { Administrator } from './administrator.ts'
import { ifReadable } from './if-readable.ts'
import { inParallel } from './in-parallel.ts'
import type { ExistingPolicy } from './plan.ts'
import { readPrincipal, type KnownPrincipal, type KnownUser } from './principals.ts'

/** Who else has a policy, and gets what changes in its text. */
export interface SharedWith {
  readonly principals: readonly KnownPrincipal[]
  readonly roles: readonly string[]
}

export const NOBODY: SharedWith = { principals: [], roles: [] }

/** Undefined where that may not be read: a plan only mentions them. */
export async function readSharedWith(
  admin: Administrator,
  { arn, attachments }: ExistingPolicy,
  { principal, isAttached }: { readonly principal: Principal; readonly isAttached: boolean },
): Promise<SharedWith | undefined> {
  if (attachments === (isAttached ? 1 : 0)) return NOBODY
  return ifReadable(admin, `who else has ${arn} cannot be read`, async () => {
    const entities = await admin.aws.entitiesWithPolicy(arn)
    const others = entities.filter(
      ({ kind, name }) =>
        kind !== principal.kind || name.toLowerCase() !== principal.name.toLowerCase(),
    )
    const known = others.flatMap(({ kind, name }) => (kind === 'role' ? [] : [{ kind, name }]))
    return {
      principals: await inParallel(known, async (each) => readPrincipal(admin, each)),
      roles: others.filter(({ kind }) => kind === 'role').map(({ name }) => name),
    }
  })
}

/** The users of several principals, each once. */
export function usersOf(principals: readonly KnownPrincipal[]): KnownUser[] {
  return [
    ...new Map(principals.flatMap(({ users }) => users).map((user) => [user.name, user])).values(),
  ]
}
