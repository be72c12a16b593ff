import {
  CreateVirtualMFADeviceCommand,
  DeactivateMFADeviceCommand,
  DeleteVirtualMFADeviceCommand,
  EnableMFADeviceCommand,
  ListMFADevicesCommand,
  ListVirtualMFADevicesCommand,
  ResyncMFADeviceCommand,
  type IAMClient,
} from '@aws-sdk/client-iam'
import { decode } from 'fast-png'
import { describe, expect, test } from 'vitest'
import {
  codeAt,
  createAccount,
  createUser,
  createVirtualDevice,
  type Device,
} from '../../../src/local-aws/index.ts'
import { strictPolicy } from '../../../src/policy/documents.ts'
import { readQr } from '../../support/qr.ts'
import {
  firstDevice,
  firstUser,
  iamOf,
  NOW,
  refusal,
  sessionOf,
  start,
  startAdministered,
} from '../rig.ts'

const STEP_MS = 30_000
const NOW_STEP = Math.floor(NOW / STEP_MS)
const INVALID_CODE = refusal(
  'InvalidAuthenticationCodeException',
  403,
  'Authentication code for device is not valid.',
)
const SERIAL = 'arn:aws:iam::123456789012:mfa/bob'

async function newcomer() {
  const policies = [{ name: 'mfa_mandatory', document: strictPolicy() }]
  const aws = await start(createAccount({ users: [createUser('bob', { policies })] }))
  const iam = iamOf(aws)
  const { VirtualMFADevice } = await iam.send(
    new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'bob' }),
  )
  const seed = new TextDecoder().decode(VirtualMFADevice!.Base32StringSeed)
  expect(VirtualMFADevice!.SerialNumber).toBe(SERIAL)
  const { width, height, data } = decode(VirtualMFADevice!.QRCodePNG!)
  expect(readQr(width, height, (x, y) => data[y * width + x] === 255)).toBe(
    `otpauth://totp/bob@123456789012?secret=${seed}`,
  )
  const device = createVirtualDevice(SERIAL, { seed })
  return { aws, iam, code: (step: number) => codeAt(device, NOW + step * 30_000) }
}

async function enable(iam: IAMClient, first: string, second: string) {
  const codes = { AuthenticationCode1: first, AuthenticationCode2: second }
  return iam.send(new EnableMFADeviceCommand({ UserName: 'bob', SerialNumber: SERIAL, ...codes }))
}

test('a user without a device enrolls one with long-term credentials, which spends its codes', async () => {
  const { aws, iam, code } = await newcomer()
  await enable(iam, code(-1), code(0))
  const { MFADevices } = await iam.send(new ListMFADevicesCommand())
  expect(MFADevices!.map(({ SerialNumber }) => SerialNumber)).toEqual([SERIAL])
  expect(aws.account.users[0]!.devices[0]!.usedSteps.size).toBe(2)
})

test.each([
  ['in the wrong order', 0, -1],
  ['equal', 0, 0],
  ['not consecutive', -1, 1],
  ['too old', -5, -4],
])('EnableMFADevice refuses codes that are %s', async (_, first, second) => {
  const { iam, code } = await newcomer()
  await expect(enable(iam, code(first), code(second))).rejects.toMatchObject({
    message: 'Authentication code for device is not valid.',
    $metadata: { httpStatusCode: 403 },
  })
})

test('a device name can be used once, and a device enabled once', async () => {
  const { iam, code } = await newcomer()
  const again = new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'bob' })
  await expect(iam.send(again)).rejects.toMatchObject({ name: 'EntityAlreadyExistsException' })
  await enable(iam, code(-1), code(0))
  await expect(iam.send(again)).rejects.toMatchObject({ name: 'EntityAlreadyExistsException' })
})

test('a user with a device needs MFA to add or remove one', async () => {
  const { aws, iam, code } = await newcomer()
  await enable(iam, code(-1), code(0))
  await expect(enable(iam, code(-1), code(0))).rejects.toMatchObject({ name: 'AccessDenied' })
  const away = new DeactivateMFADeviceCommand({ UserName: 'bob', SerialNumber: SERIAL })
  await expect(iam.send(away)).rejects.toMatchObject({ name: 'AccessDenied' })
  expect(aws.account.users[0]!.devices).toHaveLength(1)
})

test('with MFA a device can be deactivated and then deleted', async () => {
  const account = createAccount()
  const aws = await start(account)
  const iam = iamOf(aws, await sessionOf(aws))
  const SerialNumber = account.users[0]!.devices[0]!.serialNumber
  const remove = new DeleteVirtualMFADeviceCommand({ SerialNumber })
  await expect(iam.send(remove)).rejects.toMatchObject({ name: 'DeleteConflictException' })
  await iam.send(new DeactivateMFADeviceCommand({ UserName: 'alice', SerialNumber }))
  expect(account.unassignedDevices).toHaveLength(1)
  await iam.send(remove)
  expect(account.unassignedDevices).toHaveLength(0)
  await expect(iam.send(remove)).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

test('a spent code does not enable a device', async () => {
  const { aws, iam, code } = await newcomer()
  aws.account.unassignedDevices[0]!.usedSteps.add(NOW_STEP)
  await expect(enable(iam, code(-1), code(0))).rejects.toMatchObject(INVALID_CODE)
  await enable(iam, code(-2), code(-1))
})

test('a user can have eight devices', async () => {
  const device = createVirtualDevice('arn:aws:iam::123456789012:mfa/ninth')
  const { aws } = await startAdministered([], { unassignedDevices: [device] })
  firstUser(aws).devices = Array.from({ length: 8 }, (_, index) =>
    createVirtualDevice(`GAHT1234567${index}`),
  )
  const session = iamOf(aws, await sessionOf(aws))
  const command = new EnableMFADeviceCommand({
    UserName: 'admin',
    SerialNumber: device.serialNumber,
    AuthenticationCode1: codeAt(device, NOW - 30_000),
    AuthenticationCode2: codeAt(device, NOW),
  })
  await expect(session.send(command)).rejects.toMatchObject(
    refusal('LimitExceededException', 409, 'Cannot exceed quota for MFADevicesPerUser: 8'),
  )
  firstUser(aws).devices.pop()
  await session.send(command)
})

describe('ResyncMFADevice', () => {
  function resync(device: Device, first: number, second: number) {
    return new ResyncMFADeviceCommand({
      UserName: 'alice',
      SerialNumber: device.serialNumber,
      AuthenticationCode1: codeAt(device, NOW + first * STEP_MS),
      AuthenticationCode2: codeAt(device, NOW + second * STEP_MS),
    })
  }

  test.each([5, -5])(
    'makes AWS accept the codes of a device that is %i steps off',
    async (drift) => {
      const aws = await start()
      const device = firstDevice(aws)
      const login = () => sessionOf(aws, { ahead: drift * STEP_MS })
      await expect(login()).rejects.toThrow('invalid MFA one time pass code')
      await iamOf(aws).send(resync(device, drift - 2, drift - 1))
      expect(device.driftSteps).toBe(drift - 1)
      expect((await login()).accessKeyId).toMatch(/^ASIA/)
      await expect(sessionOf(aws)).rejects.toThrow('invalid MFA one time pass code')
    },
  )

  test('keeps the device in step as time passes', async () => {
    const aws = await start()
    await iamOf(aws).send(resync(firstDevice(aws), 4, 5))
    aws.faults.clockOffsetMs = 20 * STEP_MS
    expect((await sessionOf(aws, { ahead: 25 * STEP_MS })).accessKeyId).toMatch(/^ASIA/)
  })

  test.each([
    ['too far ahead', 10, 11],
    ['too far behind', -12, -11],
    ['in the wrong order', 5, 4],
    ['equal', 5, 5],
    ['not consecutive', 3, 5],
  ])('refuses codes that are %s', async (_, first, second) => {
    const aws = await start()
    const command = resync(firstDevice(aws), first, second)
    await expect(iamOf(aws).send(command)).rejects.toMatchObject(INVALID_CODE)
    expect(firstDevice(aws)).toMatchObject({ driftSteps: 0, usedSteps: new Set() })
  })

  test.each([
    [9, 10],
    [-11, -10],
  ])('accepts codes that are at most %i and %i steps off', async (first, second) => {
    const aws = await start()
    await iamOf(aws).send(resync(firstDevice(aws), first, second))
    expect(firstDevice(aws).driftSteps).toBe(second)
  })

  test('spends its codes', async () => {
    const aws = await start()
    const device = firstDevice(aws)
    await iamOf(aws).send(resync(device, -1, 0))
    await expect(iamOf(aws).send(resync(device, -1, 0))).rejects.toMatchObject(INVALID_CODE)
    await expect(sessionOf(aws)).rejects.toThrow('invalid MFA one time pass code')
    await sessionOf(aws, { ahead: STEP_MS })
  })

  test('refuses a device that is not enabled for the user', async () => {
    const spare = createVirtualDevice('arn:aws:iam::123456789012:mfa/spare')
    const aws = await start()
    aws.account.unassignedDevices.push(spare)
    await expect(iamOf(aws).send(resync(spare, -1, 0))).rejects.toMatchObject(
      refusal(
        'NoSuchEntityException',
        404,
        `VirtualMFADevice with serial number ${spare.serialNumber} does not exist.`,
      ),
    )
  })
})

test('security keys and hardware tokens are devices of a user, and in no list of virtual devices', async () => {
  const serials = ['arn:aws:iam::123456789012:u2f/user/bob/key-AAAA', 'GAHT12345678']
  const [securityKey, token] = serials.map((serial, index) =>
    createVirtualDevice(serial, { kind: index === 0 ? 'fido' : 'totp' }),
  )
  const bob = createUser('bob', { devices: [securityKey!, token!, createVirtualDevice(SERIAL)] })
  const { iam } = await startAdministered([bob])
  const { MFADevices } = await iam.send(new ListMFADevicesCommand({ UserName: 'bob' }))
  expect(MFADevices!.map(({ SerialNumber }) => SerialNumber)).toEqual([...serials, SERIAL])
  const listed = async () => {
    const { VirtualMFADevices } = await iam.send(new ListVirtualMFADevicesCommand())
    return VirtualMFADevices!.map(({ SerialNumber, User }) => [SerialNumber, User?.UserName])
  }
  expect(await listed()).toEqual([[SERIAL, 'bob']])
  for (const SerialNumber of [...serials, SERIAL]) {
    await iam.send(new DeactivateMFADeviceCommand({ UserName: 'bob', SerialNumber }))
  }
  expect(await listed()).toEqual([[SERIAL, undefined]])
})
