import { AwsError, type Aws } from '../aws/api.ts'
import type { Context } from '../context.ts'
import { Failure } from '../failure.ts'
import type { CredentialSource } from '../profile/resolve.ts'
import { usableDevices } from './serial.ts'

/** Tells `--debug` where a serial number comes from: the profile's `source`, else `--serial`. */
export function reportKnownDevice(
  { debug }: Context,
  serial: string,
  source: Pick<CredentialSource, 'setting'> | undefined,
): void {
  const isSetting = (key: string): boolean => source?.setting(key) === serial
  const origin = ['mfa_serial', 'aws_mfa_device'].find(isSetting) ?? 'AWS_MFA_SERIAL'
  debug.log(`MFA device ${serial}: from ${source === undefined ? '--serial' : origin}`)
}

export function noSuchDevice(serial: string, profile: string): Failure {
  const hint = `mfa-login device list --profile ${profile}`
  return new Failure('refused', `This user has no device ${serial}.`, hint)
}

/** The device of the key's user, from IAM; with several devices the person chooses. Throws a Failure. */
export async function findDevice(context: Context, aws: Aws, profile: string): Promise<string> {
  try {
    return await chooseDeviceToAsk(context, await aws.listMfaDevices(), profile)
  } catch (error) {
    if (!(error instanceof AwsError) || !error.code.startsWith('AccessDenied')) throw error
    throw new Failure(
      'refused',
      'The policy does not let this key list its MFA devices (iam:ListMFADevices).',
      `mfa-login --profile ${profile} --serial arn:aws:iam::ACCOUNT:mfa/NAME`,
      { cause: error },
    )
  }
}

/** The device to ask codes for, from all devices of the user. Throws a Failure. */
export async function chooseDeviceToAsk(
  context: Context,
  devices: readonly string[],
  profile: string,
): Promise<string> {
  const usable = usableDevices(devices, profile)
  const [first = ''] = usable
  if (usable.length === 1) {
    context.debug.log(`MFA device ${first}: the only one at IAM that STS accepts`)
    return first
  }
  const terminal = await context.openTerminal()
  if (terminal === undefined) {
    throw new Failure(
      'noCodeSource',
      `This user has several MFA devices: ${usable.join(', ')}.`,
      `aws configure set mfa_serial ${first} --profile ${profile}, which is asked for codes then`,
    )
  }
  try {
    const serial = await terminal.choose('Which MFA device?', usable)
    context.debug.log(`MFA device ${serial}: chosen from ${usable.length} at IAM`)
    return serial
  } finally {
    terminal.close()
  }
}
