/** Which groups and users need the policy that enforces MFA; pure. */
import { nameOption, type Caller } from '../administration/caller.ts'
import type { AuditScope, UserVerdict } from './report.ts'

/** One `policy apply`, and whom it is for. */
export interface Enforcing {
  readonly principal: AuditScope
  readonly users: readonly UserVerdict[]
}

/**
 * Of a chosen group or user, that one; else the groups that reach the most users first, and users without a group at
 * the end. The policy also lets users enroll a device whom nothing else lets.
 */
export function planEnforcing(
  users: readonly UserVerdict[],
  scope: AuditScope | null,
): Enforcing[] {
  const open = users.filter(needsPolicy)
  if (scope?.kind === 'group') return open.length === 0 ? [] : [{ principal: scope, users: open }]
  const byGroup = scope === null ? planGroups(open) : []
  const reached = new Set(byGroup.flatMap((each) => each.users))
  const alone = open.filter((user) => !reached.has(user))
  return [
    ...byGroup,
    ...alone.map((user) => ({
      principal: { kind: 'user', name: user.user } as const,
      users: [user],
    })),
  ]
}

function needsPolicy({ enforced, isExcused, canEnroll }: UserVerdict): boolean {
  return (enforced !== 'yes' && !isExcused) || canEnroll === false
}

function planGroups(users: readonly UserVerdict[]): Enforcing[] {
  const members = new Map<string, number>()
  for (const { groups } of users) {
    for (const group of groups) members.set(group, (members.get(group) ?? 0) + 1)
  }
  const byReach = [...members].sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1))
  const plan: Enforcing[] = []
  let open = users
  for (const [name] of byReach) {
    const reached = open.filter(({ groups }) => groups.includes(name))
    open = open.filter(({ groups }) => !groups.includes(name))
    if (reached.length > 0) plan.push({ principal: { kind: 'group', name }, users: reached })
  }
  return plan
}

/** `except` has the options of its exceptions, which all have in common. */
export function applyCommand({ kind, name }: AuditScope, except: string, caller: Caller): string {
  return `mfa-login policy apply ${nameOption(kind, name, caller)}${except}${caller.options}`
}
