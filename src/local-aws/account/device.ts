import { Secret, TOTP } from 'otpauth'
import { createSeed } from './ids.ts'

export interface Device {
  /** An ARN, or the serial number printed on a hardware token. */
  serialNumber: string
  kind: 'totp' | 'fido'
  /** Base32. */
  seed: string
  enabledAt: number
  /** Time steps whose code was accepted; AWS accepts a code once. */
  usedSteps: Set<number>
  /** How many steps the device's clock is ahead of the server's; a resync measures it. */
  driftSteps: number
}

/** RFC 6238 default. */
export const STEP_MS = 30_000

export function createVirtualDevice(serialNumber: string, parts: Partial<Device> = {}): Device {
  return {
    serialNumber,
    kind: 'totp',
    seed: createSeed(),
    enabledAt: Date.UTC(2024, 0, 15),
    usedSteps: new Set(),
    driftSteps: 0,
    ...parts,
  }
}

/** The six digits that the device shows at a time (RFC 6238); `time` is in ms since the epoch. */
export function codeAt(device: Device, time: number): string {
  return new TOTP({ secret: Secret.fromBase32(device.seed) }).generate({ timestamp: time })
}

/** The time step that the device is in, by the server's clock and the known drift. */
export function deviceStep(device: Device, now: number): number {
  return Math.floor(now / STEP_MS) + device.driftSteps
}

/** Accepts an unused code of the current step or of a neighboring one. Returns false for any other code. */
export function spendCode(device: Device, code: string, now: number): boolean {
  if (device.kind !== 'totp') return false
  const current = deviceStep(device, now)
  const step = [current, current - 1, current + 1].find((each) => isUnusedCode(device, each, code))
  if (step === undefined) return false
  device.usedSteps.add(step)
  return true
}

/**
 * Accepts unused codes of two consecutive steps. Returns the later step, which is one of `laterSteps`, or
 * undefined if the codes match none.
 */
export function spendConsecutiveCodes(
  device: Device,
  [first, second]: readonly [first: string, second: string],
  laterSteps: readonly number[],
): number | undefined {
  if (device.kind !== 'totp') return undefined
  const step = laterSteps.find(
    (each) => isUnusedCode(device, each - 1, first) && isUnusedCode(device, each, second),
  )
  if (step !== undefined) device.usedSteps.add(step - 1).add(step)
  return step
}

function isUnusedCode(device: Device, step: number, code: string): boolean {
  return !device.usedSteps.has(step) && codeAt(device, step * STEP_MS) === code
}
