import { accountOf, isSecurityKey } from '../../mfa/serial.ts'
import { unsetVariables } from '../../shell/syntax.ts'
import { identitySeenByAws, isAccessDenied } from '../call-results.ts'
import type { Facts } from '../facts.ts'
import type { ConfiguredSerial, DoctorFinding } from '../findings.ts'
import {
  NO_KEYS,
  setSetting,
  type CheckResult,
  type MessageContext,
  type Messages,
} from './subject.ts'

export function checkDevice(facts: Facts): CheckResult {
  if (facts.source === undefined) return NO_KEYS
  const { serialNumber } = facts.source
  const devices = listedDevices(facts)
  const refusal = facts.calls.key?.devices?.refused
  if (devices === undefined && serialNumber === undefined && refusal && isAccessDenied(refusal)) {
    return [{ code: 'devices-hidden' }]
  }
  return [
    ...(devices === undefined ? [] : findMissingDevice(devices)),
    ...(serialNumber === undefined ? [] : checkSerial(facts, serialNumber, devices)),
  ]
}

/** As the key lists them. If a policy denies that to the key, as a session in the files does. */
function listedDevices({ calls }: Facts): readonly string[] | undefined {
  const inFiles = calls.sessions.filter(({ profile }) => profile !== null)
  return [calls.key, ...inFiles]
    .map((each) => each?.devices?.value)
    .find((devices) => devices !== undefined)
}

function findMissingDevice(devices: readonly string[]): DoctorFinding[] {
  if (!devices.every(isSecurityKey)) return []
  return [{ code: devices.length === 0 ? 'no-device' : 'only-security-keys' }]
}

function checkSerial(
  facts: Facts,
  text: string,
  devices: readonly string[] | undefined,
): DoctorFinding[] {
  const usable = devices?.filter((serial) => !isSecurityKey(serial)) ?? []
  const isConfigured = ['mfa_serial', 'aws_mfa_device'].some((key) => facts.source?.setting(key))
  const serial = { text, isFromEnvironment: !isConfigured, suggestion: usable[0] }
  const account = identitySeenByAws(facts)?.account
  const serialAccount = accountOf(text)
  if (serialAccount !== undefined && account !== undefined && serialAccount !== account) {
    return [{ code: 'serial-of-another-account', serial, account }]
  }
  const isUnknown = usable.length > 0 && !usable.includes(text)
  return isUnknown ? [{ code: 'serial-unknown', serial }] : []
}

export const DEVICE_MESSAGES = {
  'no-device': (_, { profile }) => [
    'This user has no MFA device',
    `mfa-login device enroll --profile ${profile}`,
  ],
  'only-security-keys': () => [
    'This user has only security keys or passkeys, and STS GetSessionToken does not accept those',
    // A user with a device cannot add another with a bare key (AWS-2023-001).
    'add an authenticator app in the AWS console under Security credentials, or use: aws login',
  ],
  'devices-hidden': (_, context) => [
    'No mfa_serial is set, and the policy does not let this key list its devices (iam:ListMFADevices)',
    setSetting('mfa_serial', 'AWS_MFA_SERIAL', 'ARN', context),
    'warning',
  ],
  'serial-of-another-account': ({ serial, account }, context) => [
    `The MFA device ${serial.text} belongs to another account than the key, ${account}`,
    replaceSerial(serial, context),
  ],
  'serial-unknown': ({ serial }, context) => [
    isSecurityKey(serial.text)
      ? `The MFA device ${serial.text} is a security key or passkey, which STS does not accept`
      : `The MFA device ${serial.text} does not belong to this user`,
    replaceSerial(serial, context),
  ],
} satisfies Partial<Messages>

function replaceSerial(
  { isFromEnvironment, suggestion = 'ARN' }: ConfiguredSerial,
  context: MessageContext,
): string {
  if (isFromEnvironment) return unsetVariables(context, ['AWS_MFA_SERIAL'])
  return setSetting('mfa_serial', 'AWS_MFA_SERIAL', suggestion, context)
}
