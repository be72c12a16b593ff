/** The report on an account as it was read; pure. */
import { exceptOption } from './except-option.ts'
import { judgeGates } from './gates.ts'
import { listFindings } from './findings.ts'
import { judgeUsers } from './judge-users.ts'
import {
  ENFORCED,
  IF_ENFORCED,
  type AccountFacts,
  type AuditReport,
  type AuditScope,
  type RoleVerdict,
  type Summary,
  type UnreadablePolicy,
  type UserVerdict,
} from './model.ts'
import { planNextSteps } from './next-steps.ts'
import { judgeRoles } from './roles.ts'
import { judgeRoot } from './root.ts'
import { isInScope } from './scope.ts'
import { classify } from './user-policies.ts'

/** Without the root user where users are chosen. */
export function auditAccount(facts: AccountFacts, scope: AuditScope | null = null): AuditReport {
  const { account: id, partition, readAt, unread } = facts
  const chosen = facts.users.filter((user) => isInScope(scope, user))
  const allClasses = classify(facts)
  const classes = scope === null ? allClasses : classify({ ...facts, users: chosen })
  const unreadable: UnreadablePolicy[] = [...facts.unreadable]
  const roles = judgeRoles(facts, classes, ({ arn }, problem) => {
    unreadable.push({ policy: 'trust policy', arn, problem })
  })
  const root =
    scope === null && facts.root && judgeRoot(facts.root, `arn:${partition}:iam::${id}:root`)
  // The policy of one group is that of the others, whose exceptions it must keep.
  const everybody = judgeUsers(facts, allClasses)
  const names = new Set(chosen.map(({ name }) => name))
  const users = everybody.filter(({ user }) => names.has(user))
  const except = exceptOption(everybody, readAt)
  const judged = { users: root ? [root, ...users] : users, roles, policies: judgeGates(facts) }
  return {
    account: { id, partition },
    readAt: new Date(readAt).toISOString(),
    scope,
    summary: summarize(users, roles),
    ...judged,
    findings: listFindings({ ...judged, unreadable }, except),
    next: planNextSteps(judged, except),
    unread,
  }
}

function summarize(users: readonly UserVerdict[], roles: readonly RoleVerdict[]): Summary {
  const count = (test: (user: UserVerdict) => boolean): number => users.filter(test).length
  const countEach = <Name extends string>(
    names: readonly Name[],
    nameOf: (user: UserVerdict) => Name,
  ) =>
    Object.fromEntries(
      names.map((name) => [name, count((user) => nameOf(user) === name)]),
    ) as Record<Name, number>
  return {
    users: users.length,
    enforced: countEach(ENFORCED, ({ enforced }) => enforced),
    ifEnforced: countEach(IF_ENFORCED, ({ ifEnforced }) => ifEnforced),
    withoutDevice: count(({ devices }) => devices?.length === 0),
    securityKeyOnly: count(
      ({ devices }) =>
        (devices?.length ?? 0) > 0 && devices?.every((kind) => kind === 'security key') === true,
    ),
    withPassword: count(({ password }) => password?.isEnabled === true),
    keys: users.flatMap(({ keys }) => keys ?? []).filter(({ isActive }) => isActive).length,
    rolesWithoutMfa: roles.length,
    exceptions: count(({ exceptions }) => exceptions.length > 0),
  }
}
