import { accountOf, isSecurityKey } from '../../mfa/serial.ts'
import { identityOf, isAccessDenied, refusalOf, valueOf } from '../call-results.ts'
import type { Facts } from '../facts.ts'
import type { DeviceFinding } from '../findings.ts'
import { NO_KEYS, type CheckResult } from './check.ts'

export function checkDevice(facts: Facts): CheckResult {
  if (facts.source === undefined) return NO_KEYS
  const { serialNumber } = facts.source
  const devices = listedDevices(facts)
  if (devices === undefined && serialNumber === undefined && areDevicesHidden(facts)) {
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
    .map((each) => valueOf(each?.devices))
    .find((devices) => devices !== undefined)
}

function areDevicesHidden({ calls }: Facts): boolean {
  const refusal = refusalOf(calls.key?.devices)
  return refusal !== undefined && isAccessDenied(refusal)
}

function findMissingDevice(devices: readonly string[]): DeviceFinding[] {
  if (!devices.every(isSecurityKey)) return []
  return [{ code: devices.length === 0 ? 'no-device' : 'only-security-keys' }]
}

function checkSerial(
  facts: Facts,
  text: string,
  devices: readonly string[] | undefined,
): DeviceFinding[] {
  const { source, calls } = facts
  const usable = devices?.filter((serial) => !isSecurityKey(serial)) ?? []
  const isConfigured = ['mfa_serial', 'aws_mfa_device'].some((key) => source?.setting(key))
  const serial = { text, isFromEnvironment: !isConfigured, suggestion: usable[0] }
  const account = (valueOf(calls.key?.identity) ?? identityOf(facts))?.account
  const serialAccount = accountOf(text)
  if (serialAccount !== undefined && account !== undefined && serialAccount !== account) {
    return [{ code: 'serial-of-another-account', serial, account }]
  }
  const isUnknown = usable.length > 0 && !usable.includes(text)
  return isUnknown ? [{ code: 'serial-unknown', serial }] : []
}
