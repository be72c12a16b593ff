import { accountArn, userArn } from '../account/arns.ts'
import type { Account, Group, IamIdentity, ManagedPolicy, User } from '../account/model.ts'
import { throwNoSuchEntity, validationError } from '../protocol/service-error.ts'
import type { OperationCall } from '../protocol/service.ts'
import { length, validate } from '../protocol/validation.ts'
import { formatDate } from '../protocol/xml.ts'

/** As in operation names: `AttachUserPolicy`. */
export type IdentityKind = 'User' | 'Group'

/** The user that a request names, or the calling user. Throws AWS's errors. */
export function namedUser({ params, caller, state: { account } }: OperationCall): User {
  validate(params, length('UserName', 1, 128))
  const { UserName } = params
  if (UserName !== undefined) return findUser(account, UserName)
  if (caller.user) return caller.user
  throw validationError('Must specify userName when calling with non-User credentials')
}

export function findUser({ users }: Account, userName: string): User {
  return (
    users.find(({ name, isRoot }) => name === userName && !isRoot) ??
    throwNoSuchEntity(`The user with name ${userName} cannot be found.`)
  )
}

export function namedGroup({ params, state: { account } }: OperationCall): Group {
  validate(params, length('GroupName', 1, 128))
  return findGroup(account, params.GroupName ?? '')
}

export function findGroup({ groups }: Account, groupName: string): Group {
  return (
    groups.find(({ name }) => name === groupName) ??
    throwNoSuchEntity(`The group with name ${groupName} cannot be found.`)
  )
}

export function namedIdentity(kind: IdentityKind, call: OperationCall): IamIdentity {
  return kind === 'User' ? namedUser(call) : namedGroup(call)
}

/** Undefined if there is none; AWS's error for that depends on the operation. */
export function findNamedPolicy({ params, state }: OperationCall): ManagedPolicy | undefined {
  validate(params, length('PolicyArn', 20, 2048))
  return state.account.managedPolicies.find(({ arn }) => arn === params.PolicyArn)
}

export function namedPolicy(call: OperationCall): ManagedPolicy {
  const message = `Policy ${call.params.PolicyArn ?? ''} was not found.`
  return findNamedPolicy(call) ?? throwNoSuchEntity(message)
}

/** AWS checks policies before it looks for the entity, so the user may not exist. */
export function namedUserArn({ params, caller, state: { account } }: OperationCall): string {
  const { UserName: name = caller.user?.name ?? '', Path } = params
  return accountArn(account, `user${Path ?? pathOf(account.users, name)}${name}`)
}

export function namedGroupArn({ params, state: { account } }: OperationCall): string {
  const { GroupName: name = '', Path } = params
  return accountArn(account, `group${Path ?? pathOf(account.groups, name)}${name}`)
}

function pathOf(identities: readonly IamIdentity[], wanted: string): string {
  return identities.find(({ name }) => name === wanted)?.path ?? '/'
}

export function identityArn(kind: IdentityKind): (call: OperationCall) => string {
  return kind === 'User' ? namedUserArn : namedGroupArn
}

export function namedPolicyArn({ params }: OperationCall): string {
  return params.PolicyArn ?? ''
}

/** The resource that policies must allow for an operation on all entities of a kind. */
export function collectionArn(resource: 'user/' | 'group/' | 'role/' | 'mfa/' | 'policy/') {
  return ({ state }: OperationCall): string => accountArn(state.account, resource)
}

/** Names are unique regardless of case (IAM User Guide, "IAM identifiers"). */
export function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}

export function describeUser(user: User, account: Account) {
  return {
    Path: user.isRoot ? undefined : user.path,
    UserName: user.isRoot ? undefined : user.name,
    UserId: user.isRoot ? account.id : user.id,
    Arn: userArn(account, user),
    CreateDate: formatDate(user.createdAt),
    PasswordLastUsed:
      user.passwordLastUsed === undefined ? undefined : formatDate(user.passwordLastUsed),
  }
}
