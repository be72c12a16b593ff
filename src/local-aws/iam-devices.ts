import { userArn, type User } from './account.ts'
import { callingUser } from './caller.ts'
import { codeAt, createVirtualDevice, STEP_MS, type Device } from './device.ts'
import { accessDenied, Refusal } from './refusal.ts'
import type { Operation, OperationCall } from './service.ts'
import { length, shape, validate } from './validation.ts'

/** IAM quota "MFA devices per user". */
const MOST_DEVICES = 8

const SERIAL = [...length('SerialNumber', 9, 256), shape('SerialNumber', '[\\w+=/:,.@-]+')]

export const createVirtualMfaDevice: Operation = {
  policy: { action: 'iam:CreateVirtualMFADevice', resource: (call) => newSerial(call) },
  run(call) {
    const { account } = call.world
    validate(call.params, [
      ...length('VirtualMFADeviceName', 1, 226),
      shape('VirtualMFADeviceName', '[\\w+=,.@-]+'),
    ])
    const serialNumber = newSerial(call)
    const known = [...account.unassignedDevices, ...account.users.flatMap(({ devices }) => devices)]
    if (known.some((device) => device.serialNumber === serialNumber)) {
      const message = 'MFADevice entity at the same path and name already exists.'
      throw new Refusal(409, 'EntityAlreadyExists', message)
    }
    const device = createVirtualDevice(serialNumber)
    account.unassignedDevices.push(device)
    // A blob whose bytes are the base32 text, base64 on the wire (IAM API, VirtualMFADevice).
    const seed = Buffer.from(device.seed).toString('base64')
    return { VirtualMFADevice: { SerialNumber: serialNumber, Base32StringSeed: seed } }
  },
}

export const enableMfaDevice: Operation = {
  policy: { action: 'iam:EnableMFADevice', resource: userOf },
  run(call) {
    const user = namedUser(call)
    const { unassignedDevices } = call.world.account
    validate(call.params, SERIAL)
    requireMfaForMore(call, user)
    const device = unassignedDevices.find(isNamed(call)) ?? missingOrTaken(call)
    if (user.devices.length >= MOST_DEVICES) {
      const message = `Cannot exceed quota for MFADevicesPerUser: ${MOST_DEVICES}`
      throw new Refusal(409, 'LimitExceeded', message)
    }
    takeConsecutiveCodes(call, device)
    unassignedDevices.splice(unassignedDevices.indexOf(device), 1)
    user.devices.push(Object.assign(device, { enabledAt: call.world.now() }))
    return {}
  },
}

export const deactivateMfaDevice: Operation = {
  policy: { action: 'iam:DeactivateMFADevice', resource: userOf },
  run(call) {
    const user = namedUser(call)
    requireMfaForMore(call, user)
    const device = user.devices.find(isNamed(call)) ?? missing(call)
    user.devices.splice(user.devices.indexOf(device), 1)
    call.world.account.unassignedDevices.push(device)
    return {}
  },
}

export const deleteVirtualMfaDevice: Operation = {
  policy: {
    action: 'iam:DeleteVirtualMFADevice',
    resource: ({ params }) => params.SerialNumber ?? '',
  },
  run(call) {
    const { unassignedDevices, users } = call.world.account
    if (users.some(({ devices }) => devices.some(isNamed(call)))) {
      const message = 'Cannot delete entity, must remove all users from the device first.'
      throw new Refusal(409, 'DeleteConflict', message)
    }
    const device = unassignedDevices.find(isNamed(call)) ?? missing(call)
    unassignedDevices.splice(unassignedDevices.indexOf(device), 1)
    return {}
  },
}

/** AWS since 2023-04-21 (AWS-2023-001): who has a device needs MFA to add or take away one. */
function requireMfaForMore({ caller, params: { UserName } }: OperationCall, user: User): void {
  if (user.devices.length === 0 || callingUser(caller) !== user) return
  if (caller.session?.mfaAt !== undefined) return
  throw accessDenied(
    `User: ${caller.arn} is not authorized to perform this action on resource: user ${UserName ?? user.name} without MFA`,
  )
}

/** Two codes in a row, neither used before; the later one at most one step from now. */
function takeConsecutiveCodes({ params, world }: OperationCall, device: Device): void {
  const { AuthenticationCode1: first, AuthenticationCode2: second } = params
  const current = Math.floor(world.now() / STEP_MS)
  const step = [0, -1, 1]
    .map((drift) => current + drift)
    .find(
      (each) =>
        codeAt(device, each * STEP_MS) === second && codeAt(device, (each - 1) * STEP_MS) === first,
    )
  if (step === undefined) {
    const message = 'Authentication code for device is not valid.'
    throw new Refusal(403, 'InvalidAuthenticationCode', message)
  }
  device.usedSteps.add(step - 1).add(step)
}

function isNamed({ params }: OperationCall): (device: Device) => boolean {
  return ({ serialNumber }) => serialNumber === params.SerialNumber
}

function missingOrTaken(call: OperationCall): never {
  if (call.world.account.users.some(({ devices }) => devices.some(isNamed(call)))) {
    throw new Refusal(409, 'EntityAlreadyExists', 'MFA Device is already in use.')
  }
  return missing(call)
}

function missing({ params: { SerialNumber = '' } }: OperationCall): never {
  const message = `VirtualMFADevice with serial number ${SerialNumber} does not exist.`
  throw new Refusal(404, 'NoSuchEntity', message)
}

function newSerial({ params, world: { account } }: OperationCall): string {
  const { Path = '/', VirtualMFADeviceName = '' } = params
  return `arn:${account.partition}:iam::${account.id}:mfa${Path}${VirtualMFADeviceName}`
}

function namedUser({ params: { UserName }, caller, world }: OperationCall): User {
  const user =
    UserName === undefined
      ? callingUser(caller)
      : world.account.users.find(({ name, isRoot }) => name === UserName && !isRoot)
  if (user) return user
  throw new Refusal(404, 'NoSuchEntity', `The user with name ${UserName ?? ''} cannot be found.`)
}

function userOf({ params, caller, world: { account } }: OperationCall): string {
  const user = account.users.find(({ name }) => name === params.UserName) ?? callingUser(caller)
  const arn = `arn:${account.partition}:iam::${account.id}:user/`
  return user === undefined ? arn + (params.UserName ?? '') : userArn(account, user)
}
