/**
 * The users an audit is about, and what concerns them; pure. What is out of scope is not listed, counted or acted on.
 * What is listed is described as it is in the whole account, such as what a policy is attached to.
 */
import { closest } from '../closest.ts'
import { correctedCommand, Failure } from '../failure.ts'
import { iamArn } from '../policy/subject.ts'
import { quoteWord } from '../sanitize.ts'
import type { Caller } from '../administration/caller.ts'
import type { AccountFacts, UserFacts } from './model.ts'
import type { AuditScope } from './report.ts'

interface Wish {
  readonly user: string | undefined
  readonly group: string | undefined
}

/** Throws a Failure for a name that the account does not have. */
export function toScope(
  { groups, users }: AccountFacts,
  { user, group }: Wish,
  caller: Caller,
): AuditScope | null {
  if (user !== undefined) return { kind: 'user', name: nameAmong(users, 'user', user, caller) }
  if (group !== undefined) return { kind: 'group', name: nameAmong(groups, 'group', group, caller) }
  return null
}

function nameAmong(
  known: readonly { readonly name: string }[],
  kind: AuditScope['kind'],
  name: string,
  { aws }: Caller,
): string {
  const names = known.map((each) => each.name)
  if (names.includes(name)) return name
  const meant = closest(name, names)
  throw new Failure(
    'refused',
    `The account has no ${kind} ${quoteWord(name)}.`,
    meant === undefined
      ? `${aws} iam list-${kind}s, which shows the ${kind}s`
      : correctedCommand({ wrong: name, meant }),
  )
}

export interface Chosen {
  readonly users: readonly UserFacts[]
  /** Whether the user, group or managed policy of this ARN decides about them. */
  readonly isConcerned: (arn: string) => boolean
}

export function choose(facts: AccountFacts, scope: AuditScope | null): Chosen {
  if (scope === null) return { users: facts.users, isConcerned: () => true }
  const isChosen = ({ name, groups }: UserFacts): boolean =>
    scope.kind === 'user' ? name === scope.name : groups.includes(scope.name)
  const users = facts.users.filter(isChosen)
  const names = new Set([
    ...users.flatMap(({ groups }) => groups),
    ...(scope.kind === 'group' ? [scope.name] : []),
  ])
  const groups = facts.groups.filter(({ name }) => names.has(name))
  const arns = new Set([
    ...[...users, ...groups].flatMap(({ arn, attached }) => [arn, ...attached]),
    ...users.flatMap(({ boundary }) => boundary ?? []),
    // Groups that IAM does not return have no ARN of their own.
    ...[...names].map((name) => iamArn(facts, `group/${name}`)),
  ])
  return { users, isConcerned: (arn) => arns.has(arn) }
}
