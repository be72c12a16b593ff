import { encodePngQr } from '../../device/qr.ts'
import { accountArn } from '../account/arns.ts'
import {
  STEP_MS,
  createVirtualDevice,
  deviceStep,
  spendConsecutiveCodes,
  type Device,
} from '../account/device.ts'
import type { User } from '../account/model.ts'
import {
  ServiceError,
  accessDenied,
  deleteConflict,
  entityAlreadyExists,
  requireQuota,
  throwNoSuchEntity,
} from '../protocol/service-error.ts'
import type { OperationCall, Operations } from '../protocol/service.ts'
import { length, pattern, validate } from '../protocol/validation.ts'
import { formatDate } from '../protocol/xml.ts'
import { collectionArn, describeUser, namedUser, namedUserArn } from './entities.ts'
import { listPage } from './pages.ts'

/** IAM quota "MFA devices per user". */
const MAX_DEVICES = 8

/** How far a resync searches in each direction. AWS does not document its limit. */
const RESYNC_STEPS = 10

const SERIAL = [...length('SerialNumber', 9, 256), pattern('SerialNumber', '[\\w+=/:,.@-]+')]

export const deviceOperations: Operations = {
  CreateVirtualMFADevice: {
    resource: newSerialNumber,
    async run(call) {
      const { account } = call.state
      validate(call.params, [
        ...length('VirtualMFADeviceName', 1, 226),
        pattern('VirtualMFADeviceName', '[\\w+=,.@-]+'),
      ])
      const serialNumber = newSerialNumber(call)
      const known = [
        ...account.unassignedDevices,
        ...account.users.flatMap(({ devices }) => devices),
      ]
      if (known.some((device) => device.serialNumber === serialNumber)) {
        throw entityAlreadyExists('MFADevice entity at the same path and name already exists.')
      }
      const seed = account.seeds.shift()
      const device = createVirtualDevice(serialNumber, seed === undefined ? {} : { seed })
      account.unassignedDevices.push(device)
      const { VirtualMFADeviceName = '' } = call.params
      // Both are blobs, so base64. The bytes of the seed are base32 text (IAM API reference, VirtualMFADevice).
      const uri = `otpauth://totp/${VirtualMFADeviceName}@${account.id}?secret=${device.seed}`
      const [Base32StringSeed, QRCodePNG] = [Buffer.from(device.seed), await encodePngQr(uri)].map(
        (bytes) => Buffer.from(bytes).toString('base64'),
      )
      return { VirtualMFADevice: { SerialNumber: serialNumber, Base32StringSeed, QRCodePNG } }
    },
  },
  EnableMFADevice: {
    resource: namedUserArn,
    run(call) {
      const user = namedUser(call)
      const { unassignedDevices } = call.state.account
      validate(call.params, SERIAL)
      requireMfaIfEnrolled(call, user)
      if (isAssigned(call)) throw entityAlreadyExists('MFA Device is already in use.')
      const device = findNamedDevice(call, unassignedDevices)
      requireQuota('MFADevicesPerUser', MAX_DEVICES, user.devices.length)
      spendCodes(call, device, deviceStep(device, call.state.now()), 1)
      unassignedDevices.splice(unassignedDevices.indexOf(device), 1)
      user.devices.push(Object.assign(device, { enabledAt: call.state.now() }))
    },
  },
  /** Measures how far the device's clock is off. */
  ResyncMFADevice: {
    resource: namedUserArn,
    requires: ['UserName', 'SerialNumber', 'AuthenticationCode1', 'AuthenticationCode2'],
    run(call) {
      validate(call.params, SERIAL)
      const device = findNamedDevice(call, namedUser(call).devices)
      const current = Math.floor(call.state.now() / STEP_MS)
      device.driftSteps = spendCodes(call, device, current, RESYNC_STEPS) - current
    },
  },
  DeactivateMFADevice: {
    resource: namedUserArn,
    run(call) {
      const user = namedUser(call)
      requireMfaIfEnrolled(call, user)
      const device = findNamedDevice(call, user.devices)
      user.devices.splice(user.devices.indexOf(device), 1)
      // A security key is gone; a hardware token can be enabled again, though no list shows it.
      if (device.kind === 'totp') call.state.account.unassignedDevices.push(device)
    },
  },
  DeleteVirtualMFADevice: {
    resource: ({ params }) => params.SerialNumber ?? '',
    run(call) {
      const { unassignedDevices } = call.state.account
      if (isAssigned(call)) {
        throw deleteConflict('Cannot delete entity, must remove all users from the device first.')
      }
      const device = findNamedDevice(call, unassignedDevices)
      unassignedDevices.splice(unassignedDevices.indexOf(device), 1)
    },
  },
  ListMFADevices: {
    resource: namedUserArn,
    run(call) {
      const { name, devices } = namedUser(call)
      return listPage(call, 'MFADevices', devices, ({ serialNumber, enabledAt }) => ({
        UserName: name,
        SerialNumber: serialNumber,
        EnableDate: formatDate(enabledAt),
      }))
    },
  },
  ListVirtualMFADevices: {
    resource: collectionArn('mfa/'),
    run(call) {
      const { account } = call.state
      const { AssignmentStatus = 'Any' } = call.params
      const assigned = account.users.flatMap((user) =>
        user.devices.filter(isVirtual).map((device) => ({ device, user })),
      )
      const unassigned = account.unassignedDevices
        .filter(isVirtual)
        .map((device) => ({ device, user: undefined }))
      const devices = [
        ...(AssignmentStatus === 'Unassigned' ? [] : assigned),
        ...(AssignmentStatus === 'Assigned' ? [] : unassigned),
      ]
      return listPage(call, 'VirtualMFADevices', devices, ({ device, user }) => ({
        SerialNumber: device.serialNumber,
        ...(user && {
          EnableDate: formatDate(device.enabledAt),
          User: describeUser(user, account),
        }),
      }))
    },
  },
}

function isVirtual({ serialNumber }: Device): boolean {
  return /^arn:[\w-]+:iam::\d{12}:mfa\//.test(serialNumber)
}

/** Since 2023-04-21 users with a device need MFA to add or remove one (AWS-2023-001). */
function requireMfaIfEnrolled({ caller, params: { UserName } }: OperationCall, user: User): void {
  if (user.devices.length === 0 || caller.user !== user) return
  if (caller.session?.mfaAt !== undefined) return
  throw accessDenied(
    `User: ${caller.arn} is not authorized to perform this action on resource: user ${UserName ?? user.name} without MFA`,
  )
}

/** Accepts two consecutive codes near a time step. Returns the step of the later code. */
function spendCodes(
  { params: { AuthenticationCode1 = '', AuthenticationCode2 = '' } }: OperationCall,
  device: Device,
  near: number,
  reach: number,
): number {
  const steps = Array.from({ length: 2 * reach + 1 }, (_, index) => near - reach + index)
  const step = spendConsecutiveCodes(device, [AuthenticationCode1, AuthenticationCode2], steps)
  if (step !== undefined) return step
  const message = 'Authentication code for device is not valid.'
  throw new ServiceError(403, 'InvalidAuthenticationCode', message)
}

function findNamedDevice(
  { params: { SerialNumber = '' } }: OperationCall,
  devices: readonly Device[],
): Device {
  const message = `VirtualMFADevice with serial number ${SerialNumber} does not exist.`
  return (
    devices.find(({ serialNumber }) => serialNumber === SerialNumber) ?? throwNoSuchEntity(message)
  )
}

/** Whether the device that a request names is enabled for a user. */
function isAssigned({ params, state }: OperationCall): boolean {
  const assigned = state.account.users.flatMap(({ devices }) => devices)
  return assigned.some(({ serialNumber }) => serialNumber === params.SerialNumber)
}

function newSerialNumber({ params, state: { account } }: OperationCall): string {
  const { Path = '/', VirtualMFADeviceName = '' } = params
  return accountArn(account, `mfa${Path}${VirtualMFADeviceName}`)
}
