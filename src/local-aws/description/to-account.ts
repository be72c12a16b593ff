import { accountArn, policyName } from '../account/arns.ts'
import {
  createAccessKey,
  createAccount,
  createGroup,
  createManagedPolicy,
  createRole,
  createUser,
} from '../account/create.ts'
import { createVirtualDevice, type Device } from '../account/device.ts'
import type { Account, Group, IamIdentity, Role, User } from '../account/model.ts'
import { DescriptionProblem, type Place } from './problem.ts'
import { checkTrustPolicy, readPolicies } from './read-policies.ts'
import type {
  AccountDescription,
  DeviceDescription,
  GroupDescription,
  IdentityDescription,
  RoleDescription,
  UserDescription,
} from './schema.ts'

/** Throws a DescriptionProblem for what the schema does not see, such as a name that nothing has. */
export function toAccount(description: AccountDescription): Account {
  const { id, partition, buckets, users, groups = [], roles = [] } = description
  for (const [kind, list] of Object.entries({ users, groups, roles })) {
    const names = list.map(({ name }) => name.toLowerCase())
    refuseTwice(names, (index) => [kind, index, 'name'])
  }
  const own = defined({ id, partition, buckets: buckets && [...buckets] })
  const account = createAccount({ ...own, users: [] })
  addManagedPolicies(account, description.managedPolicies ?? {})
  for (const [index, user] of users.entries()) {
    account.users.push(toUser(account, user, ['users', index]))
    account.unassignedDevices.push(...devicesOf(account, user, false))
  }
  account.groups = groups.map((group, index) => toGroup(account, group, ['groups', index]))
  account.roles = roles.map((role, index) => toRole(account, role, ['roles', index]))
  checkUnique(account)
  return account
}

function toGroup(account: Account, group: GroupDescription, place: Place): Group {
  const { name, members = [] } = group
  return createGroup(name, {
    ...identity(account, group, place),
    members: members.map((each, at) => checkMember(account, each, [...place, 'members', at])),
  })
}

function toRole(account: Account, role: RoleDescription, place: Place): Role {
  const { name, maxSessionSeconds = 3600 } = role
  const trustPolicy = checkTrustPolicy(role.trustPolicy, [...place, 'trustPolicy'])
  return createRole(name, { ...identity(account, role, place), trustPolicy, maxSessionSeconds })
}

function toUser(account: Account, user: UserDescription, place: Place): User {
  const { name, keys = [{}], password, tags = {}, boundary } = user
  return createUser(name, {
    ...identity(account, user, place),
    keys: keys.map((key) => createAccessKey(defined(key))),
    devices: devicesOf(account, user, true),
    tags: { ...tags },
    ...(password !== undefined && { password }),
    ...(boundary !== undefined && {
      boundary: findPolicy(account, boundary, [...place, 'boundary']),
    }),
  })
}

/** What users, groups and roles have in common. */
function identity(
  account: Account,
  { path = '/', policies = {}, attached = [] }: IdentityDescription,
  place: Place,
): Pick<IamIdentity, 'path' | 'policies' | 'attached'> {
  return {
    path,
    policies: readPolicies(policies, [...place, 'policies']),
    attached: attached.map((name, at) => findPolicy(account, name, [...place, 'attached', at])),
  }
}

function devicesOf(account: Account, user: UserDescription, isEnrolled: boolean): Device[] {
  return (user.devices ?? [])
    .filter(({ enrolled = true }) => enrolled === isEnrolled)
    .map((device) => toDevice(account, user, device))
}

function toDevice(account: Account, user: UserDescription, device: DeviceDescription): Device {
  const { name = user.name, serialNumber, seed, kind } = device
  return createVirtualDevice(
    serialNumber ?? accountArn(account, `mfa/${name}`),
    defined({ seed, kind }),
  )
}

function addManagedPolicies(account: Account, policies: Readonly<Record<string, object>>): void {
  for (const { name, document, text } of readPolicies(policies, ['managedPolicies'])) {
    const arn = name.startsWith('arn:') ? name : accountArn(account, `policy/${name}`)
    const policy = createManagedPolicy(arn, document)
    policy.versions = policy.versions.map((version) => ({ ...version, text }))
    account.managedPolicies.push(policy)
  }
}

/** The ARN of a managed policy, by it or by its name. */
function findPolicy({ managedPolicies }: Account, name: string, place: Place): string {
  const found = managedPolicies.find(({ arn }) => arn === name || policyName(arn) === name)
  if (found !== undefined) return found.arn
  throw new DescriptionProblem(place, `: there is no ${name} among managedPolicies`)
}

function checkMember({ users }: Account, name: string, place: Place): string {
  if (users.some((user) => user.name === name)) return name
  throw new DescriptionProblem(place, `: there is no user ${name}`)
}

/** Access keys and devices that two users have. */
function checkUnique({ users, unassignedDevices }: Account): void {
  const keys = users.flatMap((user, at) =>
    user.keys.map(({ accessKeyId: value }, key) => ({ value, place: ['users', at, 'keys', key] })),
  )
  refuseTwice(
    keys.map(({ value }) => value),
    (index) => keys[index]?.place ?? [],
  )
  const devices = users.flatMap((user, at) =>
    user.devices.map(({ serialNumber: value }) => ({ value, place: ['users', at, 'devices'] })),
  )
  const others = unassignedDevices.map(({ serialNumber: value }) => ({ value, place: ['users'] }))
  const all = [...others, ...devices]
  refuseTwice(
    all.map(({ value }) => value),
    (index) => all[index]?.place ?? [],
  )
}

function refuseTwice(values: readonly string[], place: (index: number) => Place): void {
  const index = values.findIndex((value, at) => values.indexOf(value) < at)
  if (index < 0) return
  throw new DescriptionProblem(place(index), `: ${values[index] ?? ''} is there a second time`)
}

/** Without the values that are undefined. */
function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> }
}
