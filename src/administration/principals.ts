import { userNameIn, type Principal } from '../aws/iam-api.ts'
import type { NamedPolicy } from '../policy/evaluate.ts'
import { inferSubject, type Subject } from '../policy/subject.ts'
import type { Administrator } from './administrator.ts'

/** Only IAM knows a user's path: `/`, or such as `/team/`. */
export interface KnownUser {
  readonly name: string
  readonly path: string
  /** Where they were read. */
  readonly tags?: Readonly<Record<string, string>>
}

/** A user or group as the account has it. */
export interface KnownPrincipal extends Principal {
  readonly arn: string
  /** The users it stands for. */
  readonly users: readonly KnownUser[]
}

/** Throws an AwsError where there is none. */
export async function readPrincipal(
  { aws, user, arn }: Administrator,
  principal: Principal,
): Promise<KnownPrincipal> {
  const { kind, name } = principal
  if (kind === 'group') {
    const group = await aws.getGroup(name)
    return { ...principal, arn: group.arn, users: group.members.map(readUser) }
  }
  const known = user?.name === name ? { arn } : await aws.getUser(name)
  return { ...principal, arn: known.arn, users: [readUser(known.arn)] }
}

/** For whom policies are judged: one user of each path, as those are judged alike; an example where there is nobody. */
export function subjectsOf(
  { account, partition }: Pick<Administrator, 'account' | 'partition'>,
  users: KnownPrincipal['users'],
  policies: readonly NamedPolicy[],
  now: Date,
): [Subject, ...Subject[]] {
  const nobody = { ...inferSubject(policies, now), partition, account }
  const byPath = new Map(users.toReversed().map((user) => [user.path, user]))
  const [first = nobody, ...others] = [...byPath.values()]
    .reverse()
    .map(({ name: user, ...each }) => ({ ...nobody, user, ...each }))
  return [first, ...others]
}

export function readUser(arn: string): KnownUser {
  const path = arn.slice(arn.indexOf('/'), arn.lastIndexOf('/') + 1)
  return { name: userNameIn(arn) ?? arn, path }
}
