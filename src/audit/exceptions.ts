/** The exceptions from MFA that users about whom policies decide alike have; pure. */
import {
  exceptionsIn,
  isLeftOut,
  type ExceptedUsers,
  type PolicyException,
} from '../policy/exceptions.ts'
import { matchesPattern } from '../policy/pattern.ts'
import { subjectOf } from './ask.ts'
import type { Judge } from './enforcement.ts'
import { looksAtUser } from './probes.ts'
import type { AccountFacts, UserFacts } from './model.ts'
import type { ExceptionVerdict } from './report.ts'
import type { UserClass } from './user-policies.ts'

/** Those that are in effect when the account was read. */
export function exceptionsOf(
  { statements, example }: UserClass,
  facts: AccountFacts,
): ExceptionVerdict[] {
  const denies = statements.filter(({ statement }) => statement.Effect === 'Deny')
  if (!denies.some(looksAtUser)) return []
  if (!isLeftOut(denies, { subject: subjectOf(example, facts), tags: example.tags })) return []
  return exceptionsIn(statements)
    .filter((exception) => isFor(exception, example))
    .map((exception) => describe(exception))
}

/** Whether exceptions that end are the only reason: the same user without what they go by would be enforced. */
export function isExcusedBy(
  exceptions: readonly ExceptionVerdict[],
  user: UserClass,
  judge: Judge,
): boolean {
  if (exceptions.length === 0 || exceptions.some(({ until }) => until === null)) return false
  const example = exceptions.reduce(withoutReason, user.example)
  return judge({ ...user, example }).enforced === 'yes'
}

function withoutReason(user: UserFacts, { kind, match }: ExceptionVerdict): UserFacts {
  if (kind === 'tag') {
    const key = match.slice(0, match.indexOf('=')).toLowerCase()
    const tags = Object.entries(user.tags).filter(([each]) => each.toLowerCase() !== key)
    return { ...user, tags: Object.fromEntries(tags) }
  }
  const arn = user.arn.replace(/:user\/.*/s, ':user/somebody-else')
  return { ...user, arn, name: 'somebody-else', path: '/' }
}

function isFor(users: ExceptedUsers, { name, path, tags }: UserFacts): boolean {
  const isLike = (text: string, pattern: string) =>
    matchesPattern(text, pattern, { wildcards: 'any' })
  switch (users.kind) {
    case 'path':
      return isLike(path + name, `${users.path}*`)
    case 'user':
      return isLike(name, users.user) || isLike(`${path}${name}`, `/${users.user}`)
    case 'tag':
      return Object.entries(tags).some(
        ([key, value]) =>
          key.toLowerCase() === users.key.toLowerCase() && isLike(value, users.value),
      )
  }
}

function describe(exception: PolicyException): ExceptionVerdict {
  const { at, until } = exception
  return {
    kind: exception.kind,
    policy: at.policy.name,
    statement: at.statement.Sid ?? `#${at.index + 1}`,
    match: matchOf(exception),
    until: until ?? null,
  }
}

function matchOf(users: ExceptedUsers): string {
  if (users.kind === 'tag') return `${users.key}=${users.value}`
  return users.kind === 'path' ? users.path : users.user
}
