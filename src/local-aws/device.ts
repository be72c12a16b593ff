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
}

export const STEP_MS = 30_000

export function createVirtualDevice(serialNumber: string, parts: Partial<Device> = {}): Device {
  return {
    serialNumber,
    kind: 'totp',
    seed: createSeed(),
    enabledAt: Date.UTC(2024, 0, 15),
    usedSteps: new Set(),
    ...parts,
  }
}

/** The six digits the device shows at a time (RFC 6238). */
export function codeAt(device: Device, milliseconds: number): string {
  return new TOTP({ secret: Secret.fromBase32(device.seed) }).generate({ timestamp: milliseconds })
}

/** Takes a code of this step or of one beside it, once; false where there is none. */
export function spendCode(device: Device, code: string, now: number): boolean {
  if (device.kind !== 'totp') return false
  const current = Math.floor(now / STEP_MS)
  const step = [current, current - 1, current + 1].find(
    (each) => !device.usedSteps.has(each) && codeAt(device, each * STEP_MS) === code,
  )
  if (step === undefined) return false
  device.usedSteps.add(step)
  return true
}

/** As long as AWS's own seeds: 64 characters of base32. */
function createSeed(): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  return Array.from({ length: 64 }, () => letters.charAt(randomInt(32))).join('')
}
