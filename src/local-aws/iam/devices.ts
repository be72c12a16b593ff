import { encodePngQr } from '../../device/qr.ts'
import { accountArn, type User } from '../account/model.ts'
import { callingUser } from '../auth/caller.ts'
import {
  createVirtualDevice,
  deviceStep,
  spendConsecutiveCodes,
  STEP_MS,
  type Device,
} from '../account/device.ts'
import { allOf, describeUser, namedUser, namedUserArn } from './entities.ts'
import { page } from './pages.ts'
import {
  accessDenied,
  deleteConflict,
  entityAlreadyExists,
  noSuchEntity,
  Refusal,
  requireRoom,
} from '../protocol/service-error.ts'
import type { Operation, OperationCall, Operations } from '../protocol/service.ts'
import { isoSeconds } from '../auth/sessions.ts'
import { length, shape, validate } from '../protocol/validation.ts'

/** IAM quota "MFA devices per user". */
const MOST_DEVICES = 8

/** How far off a resync finds a device; AWS does not say how far it looks. */
const RESYNC_STEPS = 10

const SERIAL = [...length('SerialNumber', 9, 256), shape('SerialNumber', '[\\w+=/:,.@-]+')]

const createVirtualMfaDevice: Operation = {
  policy: { action: 'iam:CreateVirtualMFADevice', resource: (call) => newSerial(call) },
  async run(call) {
    const { account } = call.world
    validate(call.params, [
      ...length('VirtualMFADeviceName', 1, 226),
      shape('VirtualMFADeviceName', '[\\w+=,.@-]+'),
    ])
    const serialNumber = newSerial(call)
    const known = [...account.unassignedDevices, ...account.users.flatMap(({ devices }) => devices)]
    if (known.some((device) => device.serialNumber === serialNumber)) {
      throw entityAlreadyExists('MFADevice entity at the same path and name already exists.')
    }
    const seed = account.seeds.shift()
    const device = createVirtualDevice(serialNumber, seed === undefined ? {} : { seed })
    account.unassignedDevices.push(device)
    const { VirtualMFADeviceName = '' } = call.params
    // Blobs, base64 on the wire; the seed's bytes are base32 text (IAM API, VirtualMFADevice).
    const uri = `otpauth://totp/${VirtualMFADeviceName}@${account.id}?secret=${device.seed}`
    const [Base32StringSeed, QRCodePNG] = [Buffer.from(device.seed), await encodePngQr(uri)].map(
      (bytes) => Buffer.from(bytes).toString('base64'),
    )
    return { VirtualMFADevice: { SerialNumber: serialNumber, Base32StringSeed, QRCodePNG } }
  },
}

const enableMfaDevice: Operation = {
  policy: { action: 'iam:EnableMFADevice', resource: namedUserArn },
  run(call) {
    const user = namedUser(call)
    const { unassignedDevices } = call.world.account
    validate(call.params, SERIAL)
    requireMfaForMore(call, user)
    const device = unassignedDevices.find(isNamed(call)) ?? missingOrTaken(call)
    requireRoom('MFADevicesPerUser', MOST_DEVICES, user.devices.length)
    takeConsecutiveCodes(call, device, deviceStep(device, call.world.now()), 1)
    unassignedDevices.splice(unassignedDevices.indexOf(device), 1)
    user.devices.push(Object.assign(device, { enabledAt: call.world.now() }))
    return {}
  },
}

/** A device that shows codes of another time: the server learns how far off its clock is. */
const resyncMfaDevice: Operation = {
  policy: { action: 'iam:ResyncMFADevice', resource: namedUserArn },
  requires: ['UserName', 'SerialNumber', 'AuthenticationCode1', 'AuthenticationCode2'],
  run(call) {
    validate(call.params, SERIAL)
    const device = namedUser(call).devices.find(isNamed(call)) ?? missing(call)
    const current = Math.floor(call.world.now() / STEP_MS)
    device.driftSteps = takeConsecutiveCodes(call, device, current, RESYNC_STEPS) - current
    return {}
  },
}

const deactivateMfaDevice: Operation = {
  policy: { action: 'iam:DeactivateMFADevice', resource: namedUserArn },
  run(call) {
    const user = namedUser(call)
    requireMfaForMore(call, user)
    const device = user.devices.find(isNamed(call)) ?? missing(call)
    user.devices.splice(user.devices.indexOf(device), 1)
    call.world.account.unassignedDevices.push(device)
    return {}
  },
}

const deleteVirtualMfaDevice: Operation = {
  policy: {
    action: 'iam:DeleteVirtualMFADevice',
    resource: ({ params }) => params.SerialNumber ?? '',
  },
  run(call) {
    const { unassignedDevices, users } = call.world.account
    if (users.some(({ devices }) => devices.some(isNamed(call)))) {
      throw deleteConflict('Cannot delete entity, must remove all users from the device first.')
    }
    const device = unassignedDevices.find(isNamed(call)) ?? missing(call)
    unassignedDevices.splice(unassignedDevices.indexOf(device), 1)
    return {}
  },
}

const listMfaDevices: Operation = {
  policy: { action: 'iam:ListMFADevices', resource: namedUserArn },
  run(call) {
    const { name, devices } = namedUser(call)
    return page(call, 'MFADevices', devices, ({ serialNumber, enabledAt }) => ({
      UserName: name,
      SerialNumber: serialNumber,
      EnableDate: isoSeconds(enabledAt),
    }))
  },
}

const listVirtualMfaDevices: Operation = {
  policy: { action: 'iam:ListVirtualMFADevices', resource: allOf('mfa/') },
  run(call) {
    const { account } = call.world
    const { AssignmentStatus = 'Any' } = call.params
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
    const devices = [
      ...(AssignmentStatus === 'Unassigned' ? [] : assigned),
      ...(AssignmentStatus === 'Assigned' ? [] : unassigned),
    ]
    return page(call, 'VirtualMFADevices', devices, (device) => device)
  },
}

function isVirtual({ serialNumber }: Device): boolean {
  return /^arn:[\w-]+:iam::\d{12}:mfa\//.test(serialNumber)
}

/** AWS since 2023-04-21 (AWS-2023-001): who has a device needs MFA to add or take away one. */
function requireMfaForMore({ caller, params: { UserName } }: OperationCall, user: User): void {
  if (user.devices.length === 0 || callingUser(caller) !== user) return
  if (caller.session?.mfaAt !== undefined) return
  throw accessDenied(
    `User: ${caller.arn} is not authorized to perform this action on resource: user ${UserName ?? user.name} without MFA`,
  )
}

/** Two codes in a row, neither used before; the later one's step, near the one looked for. */
function takeConsecutiveCodes(
  { params: { AuthenticationCode1 = '', AuthenticationCode2 = '' } }: OperationCall,
  device: Device,
  around: number,
  reach: number,
): number {
  const candidates = Array.from({ length: 2 * reach + 1 }, (_, index) => around - reach + index)
  const codes = [AuthenticationCode1, AuthenticationCode2] as const
  const step = device.kind === 'totp' ? spendConsecutiveCodes(device, codes, candidates) : undefined
  if (step !== undefined) return step
  const message = 'Authentication code for device is not valid.'
  throw new Refusal(403, 'InvalidAuthenticationCode', message)
}

function isNamed({ params }: OperationCall): (device: Device) => boolean {
  return ({ serialNumber }) => serialNumber === params.SerialNumber
}

function missingOrTaken(call: OperationCall): never {
  if (call.world.account.users.some(({ devices }) => devices.some(isNamed(call)))) {
    throw entityAlreadyExists('MFA Device is already in use.')
  }
  return missing(call)
}

function missing({ params: { SerialNumber = '' } }: OperationCall): never {
  throw noSuchEntity(`VirtualMFADevice with serial number ${SerialNumber} does not exist.`)
}

function newSerial({ params, world: { account } }: OperationCall): string {
  const { Path = '/', VirtualMFADeviceName = '' } = params
  return accountArn(account, `mfa${Path}${VirtualMFADeviceName}`)
}

export const deviceOperations: Operations = {
  CreateVirtualMFADevice: createVirtualMfaDevice,
  DeactivateMFADevice: deactivateMfaDevice,
  DeleteVirtualMFADevice: deleteVirtualMfaDevice,
  EnableMFADevice: enableMfaDevice,
  ListMFADevices: listMfaDevices,
  ListVirtualMFADevices: listVirtualMfaDevices,
  ResyncMFADevice: resyncMfaDevice,
}
