import {
  accountArn,
  userArn,
  type Account,
  type Group,
  type ManagedPolicy,
  type PolicyHolder,
  type User,
} from '../account/model.ts'
import { callingUser } from '../auth/caller.ts'
import { noSuchEntity, validationError } from '../protocol/service-error.ts'
import type { OperationCall } from '../protocol/service.ts'
import { isoSeconds } from '../auth/sessions.ts'
import { length, validate } from '../protocol/validation.ts'

/** Kinds of entities that hold policies, as operations name them: `AttachUserPolicy`. */
export type HolderKind = 'User' | 'Group'

/** The user a request names, or else the one whose key signed it. */
export function namedUser({ params, caller, world: { account } }: OperationCall): User {
  validate(params, length('UserName', 1, 128))
  const { UserName } = params
  if (UserName !== undefined) return findUser(account, UserName)
  const user = callingUser(caller)
  if (user) return user
  throw validationError('Must specify userName when calling with non-User credentials')
}

export function findUser({ users }: Account, userName: string): User {
  const user = users.find(({ name, isRoot }) => name === userName && !isRoot)
  if (user) return user
  throw noSuchEntity(`The user with name ${userName} cannot be found.`)
}

export function namedGroup({ params, world: { account } }: OperationCall): Group {
  validate(params, length('GroupName', 1, 128))
  return findGroup(account, params.GroupName ?? '')
}

export function findGroup({ groups }: Account, groupName: string): Group {
  const group = groups.find(({ name }) => name === groupName)
  if (group) return group
  throw noSuchEntity(`The group with name ${groupName} cannot be found.`)
}

export function namedHolder(kind: HolderKind, call: OperationCall): PolicyHolder {
  return kind === 'User' ? namedUser(call) : namedGroup(call)
}

/** Undefined where there is none; what AWS says then differs from operation to operation. */
export function policyOf({ params, world }: OperationCall): ManagedPolicy | undefined {
  validate(params, length('PolicyArn', 20, 2048))
  return world.account.managedPolicies.find(({ arn }) => arn === params.PolicyArn)
}

export function namedPolicy(call: OperationCall): ManagedPolicy {
  const policy = policyOf(call)
  if (policy) return policy
  throw noSuchEntity(`Policy ${call.params.PolicyArn ?? ''} was not found.`)
}

/** Policies are asked before AWS looks for an entity, so its name need not exist. */
export function namedUserArn({ params, caller, world }: OperationCall): string {
  const name = params.UserName ?? callingUser(caller)?.name ?? ''
  return accountArn(world.account, `user/${name}`)
}

export function namedGroupArn({ params, world }: OperationCall): string {
  return accountArn(world.account, `group/${params.GroupName ?? ''}`)
}

export function holderArn(kind: HolderKind): (call: OperationCall) => string {
  return kind === 'User' ? namedUserArn : namedGroupArn
}

export function namedPolicyArn({ params }: OperationCall): string {
  return params.PolicyArn ?? ''
}

/** What policies are asked of an operation on all entities of a kind. */
export function allOf(resource: 'user/' | 'group/' | 'mfa/' | 'policy/') {
  return ({ world }: OperationCall): string => accountArn(world.account, resource)
}

/** IAM User Guide, "IAM identifiers": names differ by more than the case of letters. */
export function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}

export function describeUser(account: Account, user: User) {
  return {
    Path: user.isRoot ? undefined : '/',
    UserName: user.isRoot ? undefined : user.name,
    UserId: user.isRoot ? account.id : user.id,
    Arn: userArn(account, user),
    CreateDate: isoSeconds(user.createdAt),
  }
}
