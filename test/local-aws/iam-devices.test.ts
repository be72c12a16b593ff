import {
  CreateVirtualMFADeviceCommand,
  DeactivateMFADeviceCommand,
  DeleteVirtualMFADeviceCommand,
  EnableMFADeviceCommand,
  ListMFADevicesCommand,
  type IAMClient,
} from '@aws-sdk/client-iam'
import { expect, test } from 'vitest'
import {
  codeAt,
  createAccount,
  createUser,
  createVirtualDevice,
} from '../../src/local-aws/index.ts'
import { strictPolicy } from '../../src/policy/documents.ts'
import { iamOf, NOW, sessionOf, start } from './rig.ts'

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
  const device = createVirtualDevice(SERIAL, { seed })
  return { aws, iam, code: (step: number) => codeAt(device, NOW + step * 30_000) }
}

async function enable(iam: IAMClient, first: string, second: string) {
  const codes = { AuthenticationCode1: first, AuthenticationCode2: second }
  return iam.send(new EnableMFADeviceCommand({ UserName: 'bob', SerialNumber: SERIAL, ...codes }))
}

test('a user without a device enrols one with a bare key, and its codes are spent', async () => {
  const { aws, iam, code } = await newcomer()
  await enable(iam, code(-1), code(0))
  const { MFADevices } = await iam.send(new ListMFADevicesCommand())
  expect(MFADevices!.map(({ SerialNumber }) => SerialNumber)).toEqual([SERIAL])
  expect(aws.account.users[0]!.devices[0]!.usedSteps.size).toBe(2)
})

test.each([
  ['in the wrong order', 0, -1],
  ['equal', 0, 0],
  ['not in a row', -1, 1],
  ['too old', -5, -4],
])('codes %s are refused', async (_, first, second) => {
  const { iam, code } = await newcomer()
  await expect(enable(iam, code(first), code(second))).rejects.toMatchObject({
    message: 'Authentication code for device is not valid.',
    $metadata: { httpStatusCode: 403 },
  })
})

test('a name is taken once, a device enabled once', async () => {
  const { iam, code } = await newcomer()
  const again = new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'bob' })
  await expect(iam.send(again)).rejects.toMatchObject({ name: 'EntityAlreadyExistsException' })
  await enable(iam, code(-1), code(0))
  await expect(iam.send(again)).rejects.toMatchObject({ name: 'EntityAlreadyExistsException' })
})

test('without MFA a further device is refused, taking one away too', async () => {
  const { aws, iam, code } = await newcomer()
  await enable(iam, code(-1), code(0))
  await expect(enable(iam, code(-1), code(0))).rejects.toMatchObject({ name: 'AccessDenied' })
  const away = new DeactivateMFADeviceCommand({ UserName: 'bob', SerialNumber: SERIAL })
  await expect(iam.send(away)).rejects.toMatchObject({ name: 'AccessDenied' })
  expect(aws.account.users[0]!.devices).toHaveLength(1)
})

test('with MFA a device goes: deactivated first, then deleted', async () => {
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
