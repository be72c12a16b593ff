/** The users an audit is about; pure. */
import { Failure } from '../failure.ts'
import type { AccountFacts, AuditScope, UserFacts } from './model.ts'

/** Throws a Failure for a name that the account does not have. */
export function toScope(
  { groups, users }: AccountFacts,
  { user, group }: { readonly user: string | undefined; readonly group: string | undefined },
): AuditScope | null {
  if (user !== undefined) {
    if (!users.some(({ name }) => name === user)) throw missing('user', user)
    return { kind: 'user', name: user }
  }
  if (group === undefined) return null
  if (!groups.some(({ name }) => name === group)) throw missing('group', group)
  return { kind: 'group', name: group }
}

export function isInScope(scope: AuditScope | null, user: UserFacts): boolean {
  if (scope === null) return true
  return scope.kind === 'user' ? user.name === scope.name : user.groups.includes(scope.name)
}

function missing(kind: 'user' | 'group', name: string): Failure {
  return new Failure(
    'refused',
    `The account has no ${kind} ${JSON.stringify(name.slice(0, 128))}.`,
    `aws iam list-${kind}s, which shows the ${kind}s`,
  )
}
