import { randomInt } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'

export interface Device {
  /** An ARN, or the serial number printed on a hardware token. */
  serialNumber: string
  kind: 'totp' | 'fido'
  /** Base32. */
  seed: string
  enabledAt: number
  /** Time steps whose code was taken; no code is taken twice. */
  usedSteps: Set<number>
  /** How many steps the server knows the device's clock to be ahead; a resync measures it. */
  driftSteps: number
}

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

/** The six digits the device shows at a time (RFC 6238). */
export function codeAt(device: Device, milliseconds: number): string {
  return new TOTP({ secret: Secret.fromBase32(device.seed) }).generate({ timestamp: milliseconds })
}

/** The device's own step by the server's clock and the drift it knows. */
export function deviceStep(device: Device, now: number): number {
  return Math.floor(now / STEP_MS) + device.driftSteps
}

/** Takes a code of the device's step or of one beside it, once; false where there is none. */
export function spendCode(device: Device, code: string, now: number): boolean {
  if (device.kind !== 'totp') return false
  const current = deviceStep(device, now)
  const step = [current, current - 1, current + 1].find(
    (each) => !device.usedSteps.has(each) && codeAt(device, each * STEP_MS) === code,
  )
  if (step === undefined) return false
  device.usedSteps.add(step)
  return true
}

/** Takes codes of two steps in a row, once, and tells the later step; undefined where there is none. */
export function spendConsecutiveCodes(
  device: Device,
  [first, second]: readonly [first: string, second: string],
  candidates: readonly number[],
): number | undefined {
  const shows = (step: number, code: string) =>
    !device.usedSteps.has(step) && codeAt(device, step * STEP_MS) === code
  const step = candidates.find((each) => shows(each - 1, first) && shows(each, second))
  if (step !== undefined) device.usedSteps.add(step - 1).add(step)
  return step
}

/** As long as AWS's own seeds: 64 characters of base32. */
function createSeed(): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  return Array.from({ length: 64 }, () => letters.charAt(randomInt(32))).join('')
}
