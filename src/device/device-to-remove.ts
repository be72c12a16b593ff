import type { Aws } from '../aws/api.ts'
import type { Context } from '../context.ts'
import { usageFailure } from '../failure.ts'
import { noSuchDevice } from '../mfa/find-device.ts'
import { noDevice } from '../mfa/serial.ts'
import { deviceName } from './naming.ts'
import { listVirtualDevices } from './user.ts'

interface KnownDevices {
  /** Signs with the long-term key. */
  readonly bare: Aws
  readonly profile: string
  /** The serial numbers of the user's devices. */
  readonly serials: readonly string[]
}

/** The serial number of the device that is given by serial number or name, else chosen. Throws a Failure. */
export async function deviceToRemove(
  context: Context,
  known: KnownDevices,
  given: string | undefined,
  isUnattended: boolean,
): Promise<string> {
  if (given === undefined) return chooseDevice(context, known, isUnattended)
  return findDevice(known, given)
}

async function chooseDevice(
  context: Context,
  { profile, serials }: KnownDevices,
  isUnattended: boolean,
): Promise<string> {
  const terminal = isUnattended ? undefined : await context.openTerminal()
  if (terminal === undefined) {
    throw usageFailure(
      'Which device?',
      `mfa-login device remove --profile ${profile} --serial NAME`,
    )
  }
  try {
    if (serials.length === 0) throw noDevice(profile)
    return await terminal.choose('Which device do you want to remove?', serials)
  } finally {
    terminal.close()
  }
}

async function findDevice(
  { bare, profile, serials }: KnownDevices,
  given: string,
): Promise<string> {
  const isNamed = (serial: string): boolean => serial === given || deviceName(serial) === given
  const named = serials.filter(isNamed)
  const found = named.length > 0 ? named : (await unassignedDevices(bare)).filter(isNamed)
  const [serial] = found
  if (serial === undefined) throw noSuchDevice(given, profile)
  if (found.length === 1) return serial
  throw usageFailure(
    `There are several devices ${given}: ${found.join(', ')}.`,
    `mfa-login device remove --profile ${profile} --serial ${serial}`,
  )
}

/** Virtual devices that an interrupted removal deactivated but did not delete. */
async function unassignedDevices(aws: Aws): Promise<string[]> {
  const devices = await listVirtualDevices(aws)
  return devices.flatMap(({ serialNumber, userName }) =>
    userName === undefined ? [serialNumber] : [],
  )
}
