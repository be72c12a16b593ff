import { isValid } from '../aws/patterns.ts'
import { Failure, usageFailure } from '../failure.ts'

/** Of a virtual device, which an ARN that is no serial number may be taken for. */
const DEVICE = /^arn:aws[\w-]*:iam::\d{12}:(mfa|u2f|sms-mfa)\/.+$/
const ARN = /^arn:(aws[\w-]*):iam::(\d{12}):(\w+)\/(.+)$/

export function isSerialNumber(text: string): boolean {
  return isValid('serial number', text) && (!text.startsWith('arn:') || DEVICE.test(text))
}

/** Returns a serial number from a person. Throws a usage Failure if STS cannot accept it. */
export function checkSerialNumber(serial: string): string {
  if (isSecurityKey(serial)) {
    throw usageFailure(
      `${serial} is a security key or passkey, and STS GetSessionToken does not accept those.`,
      '--serial with the ARN of an authenticator app',
    )
  }
  if (isSerialNumber(serial)) return serial
  throw usageFailure(
    `${JSON.stringify(serial)} is not a serial number of an MFA device.`,
    '--serial arn:aws:iam::123456789012:mfa/NAME',
  )
}

/** Whether it is a FIDO security key or passkey, which STS does not accept. */
export function isSecurityKey(serial: string): boolean {
  return ARN.exec(serial)?.[3] === 'u2f'
}

/** The account in a virtual device's ARN; undefined for a hardware serial number. */
export function accountOf(serial: string): string | undefined {
  return ARN.exec(serial)?.[2]
}

export function isRootDevice(serial: string): boolean {
  return ARN.exec(serial)?.[4] === 'root-account-mfa-device'
}

/** Those of a user's devices that STS accepts. Throws a Failure if there are none. */
export function usableDevices(serials: readonly string[], profile: string): string[] {
  const usable = serials.filter((serial) => !isSecurityKey(serial))
  if (usable.length > 0) return usable
  if (serials.length > 0) throw onlySecurityKeys()
  throw noDevice(profile)
}

export function noDevice(profile: string): Failure {
  const hint = `mfa-login device enroll --profile ${profile}`
  return new Failure('refused', 'This user has no MFA device.', hint)
}

/** STS gives no session for these devices, and AWS requires one to add another device (AWS-2023-001). */
export function onlySecurityKeys(): Failure {
  return new Failure(
    'refused',
    'This user has only security keys or passkeys, and STS GetSessionToken does not accept them.',
    'add an authenticator app in the AWS console under Security credentials, or use: aws login',
  )
}
