import { userArn, type Account, type User } from './account.ts'
import { callingUser } from './caller.ts'
import type { Device } from './device.ts'
import {
  createVirtualMfaDevice,
  deactivateMfaDevice,
  deleteVirtualMfaDevice,
  enableMfaDevice,
} from './iam-devices.ts'
import { queryProtocol } from './query-protocol.ts'
import { invalidToken, Refusal } from './refusal.ts'
import type { Operation, OperationCall, Service } from './service.ts'
import { isoSeconds } from './sessions.ts'
import { length, validate } from './validation.ts'

const getUser: Operation = {
  policy: { action: 'iam:GetUser', resource: namedUserArn },
  run: (call) => ({ User: describeUser(call.world.account, namedUser(call)) }),
}

const listUsers: Operation = {
  policy: { action: 'iam:ListUsers', resource: (call) => accountArn(call, 'user/') },
  run: ({ world: { account } }) => ({
    IsTruncated: false,
    Users: account.users.filter((user) => !user.isRoot).map((user) => describeUser(account, user)),
  }),
}

const listMfaDevices: Operation = {
  policy: { action: 'iam:ListMFADevices', resource: namedUserArn },
  run(call) {
    const user = namedUser(call)
    return {
      IsTruncated: false,
      MFADevices: user.devices.map(({ serialNumber, enabledAt }) => ({
        UserName: user.name,
        SerialNumber: serialNumber,
        EnableDate: isoSeconds(enabledAt),
      })),
    }
  },
}

const listVirtualMfaDevices: Operation = {
  policy: { action: 'iam:ListVirtualMFADevices', resource: (call) => accountArn(call, 'mfa/') },
  run({ params: { AssignmentStatus = 'Any' }, world: { account } }) {
    const assigned = account.users.flatMap((user) =>
      user.devices.filter(isVirtual).map((device) => ({
        SerialNumber: device.serialNumber,
        EnableDate: isoSeconds(device.enabledAt),
        User: describeUser(account, user),
      })),
    )
    const unassigned = account.unassignedDevices.map(({ serialNumber }) => ({
      SerialNumber: serialNumber,
    }))
    return {
      IsTruncated: false,
      VirtualMFADevices: [
        ...(AssignmentStatus === 'Unassigned' ? [] : assigned),
        ...(AssignmentStatus === 'Assigned' ? [] : unassigned),
      ],
    }
  },
}

function isVirtual({ serialNumber }: Device): boolean {
  return /^arn:[\w-]+:iam::\d{12}:mfa\//.test(serialNumber)
}

/** The user a request names, or else the one whose key signed it. */
function namedUser({ params, caller, world }: OperationCall): User {
  validate(params, length('UserName', 1, 128))
  const { UserName } = params
  const user =
    UserName === undefined
      ? callingUser(caller)
      : world.account.users.find(({ name, isRoot }) => name === UserName && !isRoot)
  if (user) return user
  if (UserName !== undefined) {
    throw new Refusal(404, 'NoSuchEntity', `The user with name ${UserName} cannot be found.`)
  }
  throw new Refusal(
    400,
    'ValidationError',
    'Must specify userName when calling with non-User credentials',
  )
}

/** Policies are asked before AWS looks for the user, so its name need not exist. */
function namedUserArn(call: OperationCall): string {
  const name = call.params.UserName ?? callingUser(call.caller)?.name ?? ''
  return accountArn(call, `user/${name}`)
}

function accountArn({ world: { account } }: OperationCall, resource: string): string {
  return `arn:${account.partition}:iam::${account.id}:${resource}`
}

function describeUser(account: Account, user: User) {
  return {
    Path: user.isRoot ? undefined : '/',
    UserName: user.isRoot ? undefined : user.name,
    UserId: user.isRoot ? account.id : user.id,
    Arn: userArn(account, user),
    CreateDate: isoSeconds(user.createdAt),
  }
}

export const iam: Service = {
  ...queryProtocol('https://iam.amazonaws.com/doc/2010-05-08/', '2010-05-08'),
  operations: {
    CreateVirtualMFADevice: createVirtualMfaDevice,
    DeactivateMFADevice: deactivateMfaDevice,
    DeleteVirtualMFADevice: deleteVirtualMfaDevice,
    EnableMFADevice: enableMfaDevice,
    GetUser: getUser,
    ListMFADevices: listMfaDevices,
    ListUsers: listUsers,
    ListVirtualMFADevices: listVirtualMfaDevices,
  },
  /** STS API reference, GetSessionToken: its sessions cannot call IAM unless they carry MFA. */
  admit({ holder, session }) {
    if (holder.kind === 'user' && session && session.mfaAt === undefined) throw invalidToken()
  },
}
