import { isSecurityKey } from '../../mfa/serial.ts'
import type { ConfiguredSerial, DeviceFinding } from '../findings.ts'
import { error, unsetCommand, warning, type MessageContext, type Messages } from './message.ts'

export const DEVICE_MESSAGES: Messages<DeviceFinding> = {
  'no-device': (_, { profile }) =>
    error('This user has no MFA device', `mfa-login device enroll --profile ${profile}`),
  'only-security-keys': () =>
    error(
      'This user has only security keys or passkeys, and STS GetSessionToken cannot take those',
      // A user with a device cannot add another with a bare key (AWS-2023-001).
      'add an authenticator app in the AWS console under Security credentials, or use: aws login',
    ),
  'devices-hidden': (_, { profile }) =>
    warning(
      'No mfa_serial is set, and the policy does not let this key list its devices (iam:ListMFADevices)',
      `aws configure set mfa_serial ARN --profile ${profile}`,
    ),
  'serial-of-another-account': ({ serial, account }, context) =>
    error(
      `The MFA device ${serial.text} is of another account than the key’s, ${account}`,
      replaceSerial(serial, context),
    ),
  'serial-unknown': ({ serial }, context) =>
    error(
      isSecurityKey(serial.text)
        ? `The MFA device ${serial.text} is a security key or passkey, which STS cannot take`
        : `The MFA device ${serial.text} is none of this user’s`,
      replaceSerial(serial, context),
    ),
}

function replaceSerial(
  { isFromEnvironment, suggestion = 'ARN' }: ConfiguredSerial,
  { profile, platform }: MessageContext,
): string {
  if (isFromEnvironment) return unsetCommand(['AWS_MFA_SERIAL'], platform)
  return `aws configure set mfa_serial ${suggestion} --profile ${profile}`
}
