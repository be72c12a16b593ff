/** The report on an account as it was read; pure. */
import { SESSION_IN_ENVIRONMENT, type Caller } from '../administration/caller.ts'
import { planEnforcing } from './enforcing.ts'
import { exceptOption } from './except-option.ts'
import { judgeGates } from './gates.ts'
import { listFindings } from './findings.ts'
import { judgeUsers } from './judge-users.ts'
import { type AccountFacts, type UnreadablePolicy } from './model.ts'
import {
  ENFORCED,
  IF_ENFORCED,
  type AuditReport,
  type AuditScope,
  type RoleVerdict,
  type Summary,
  type UserVerdict,
} from './report.ts'
import { planNextSteps } from './next-steps.ts'
import { judgeRoles } from './roles.ts'
import { judgeRoot } from './root.ts'
import { choose } from './scope.ts'
import { planTagging } from './tagging.ts'
import { classify } from './user-policies.ts'

/** Without the root user where users are chosen. */
export function auditAccount(
  facts: AccountFacts,
  scope: AuditScope | null = null,
  caller: Caller = SESSION_IN_ENVIRONMENT,
): AuditReport {
  const { account: id, partition, readAt, unread } = facts
  const chosen = choose(facts, scope)
  const classes = classify(facts)
  const unreadable: UnreadablePolicy[] = facts.unreadable.filter(({ arn }) =>
    chosen.isConcerned(arn),
  )
  const ofChosen = scope === null ? classes : classify({ ...facts, users: chosen.users })
  const roles = judgeRoles(facts, ofChosen, ({ arn }, problem) => {
    unreadable.push({ policy: 'trust policy', arn, problem })
  })
  const root =
    scope === null && facts.root && judgeRoot(facts.root, `arn:${partition}:iam::${id}:root`)
  // The policy of one group is that of the others, whose exceptions it must keep.
  const everybody = judgeUsers(facts, classes)
  const names = new Set(chosen.users.map(({ name }) => name))
  const users = everybody.filter(({ user }) => names.has(user))
  const judged = {
    users: root ? [root, ...users] : users,
    roles,
    policies: judgeGates(facts, chosen.isConcerned),
  }
  const plan = { ...planPolicies({ ...judged, users, everybody, scope, readAt }, caller), caller }
  return {
    account: { id, partition },
    readAt: new Date(readAt).toISOString(),
    scope,
    summary: summarize(users, roles),
    ...judged,
    findings: listFindings({ ...judged, ...plan, unreadable }),
    next: planNextSteps({
      ...judged,
      ...plan,
      self: everybody.find(({ user }) => user === caller.withoutMfa),
    }),
    unread,
  }
}

/** Who gets the policy, and which exceptions it has. */
function planPolicies(
  {
    users,
    everybody,
    scope,
    readAt,
    policies,
  }: Pick<AuditReport, 'users' | 'policies' | 'scope'> & {
    readonly everybody: readonly UserVerdict[]
    readonly readAt: number
  },
  { quote, withoutMfa }: Caller,
) {
  const enforcing = planEnforcing(users, scope)
  const others = users.filter(({ user }) => user !== withoutMfa)
  const tagging = planTagging({ users: others, everybody, policies, enforcing })
  const exceptions = everybody.flatMap((user) => user.exceptions)
  return { enforcing, tagging, except: exceptOption(exceptions, tagging, { readAt, quote }) }
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
