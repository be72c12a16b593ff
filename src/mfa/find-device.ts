import { AwsError, type Aws } from '../aws/api.ts'
import type { Context } from '../context.ts'
import { Failure, usageFailure } from '../failure.ts'
import { chooseDevice, isSecurityKey, isSerialNumber } from './serial.ts'

/** A serial number a person wrote. Throws where STS could not take it. */
export function checkSerialNumber(serial: string): string {
  if (isSecurityKey(serial)) {
    throw usageFailure(
      `${serial} is a security key or passkey, and STS GetSessionToken cannot take those.`,
      'mfa-login --serial with the ARN of an authenticator app',
    )
  }
  if (isSerialNumber(serial)) return serial
  throw usageFailure(
    `${JSON.stringify(serial)} is not a serial number of an MFA device.`,
    'mfa-login --serial arn:aws:iam::123456789012:mfa/NAME',
  )
}

export function noSuchDevice(serial: string, profile: string): Failure {
  const hint = `mfa-login device list --profile ${profile}`
  return new Failure('refused', `This user has no device ${serial}.`, hint)
}

/** Asks IAM for the devices of the key's user and, where there are several, the person. */
export async function findDevice(context: Context, aws: Aws, profile: string): Promise<string> {
  return chooseDeviceToAsk(context, await listDevices(aws, profile), profile)
}

/** The one of a user's devices that codes are asked for. */
export async function chooseDeviceToAsk(
  context: Context,
  devices: readonly string[],
  profile: string,
): Promise<string> {
  const choice = chooseDevice(devices, profile)
  if (choice.kind === 'one') return choice.serial
  const terminal = await context.openTerminal()
  if (terminal === undefined) {
    throw new Failure(
      'noCodeSource',
      `This user has several MFA devices: ${choice.serials.join(', ')}.`,
      `mfa-login --profile ${profile} --serial ${choice.serials[0] ?? 'ARN'}`,
    )
  }
  try {
    return await terminal.choose('Which MFA device?', choice.serials)
  } finally {
    terminal.close()
  }
}

async function listDevices(aws: Aws, profile: string): Promise<string[]> {
  try {
    return await aws.listMfaDevices()
  } catch (error) {
    if (!(error instanceof AwsError) || !error.code.startsWith('AccessDenied')) throw error
    throw new Failure(
      'refused',
      'The policy does not let this key list its MFA devices (iam:ListMFADevices).',
      `mfa-login --profile ${profile} --serial arn:aws:iam::ACCOUNT:mfa/NAME`,
    )
  }
}
