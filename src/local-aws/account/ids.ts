import { randomBytes } from 'node:crypto'

/** RFC 4648. */
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** Prefixes of unique IDs (IAM User Guide, "IAM identifiers"). */
type IdPrefix = 'AGPA' | 'AIDA' | 'AKIA' | 'ANPA' | 'AROA' | 'ASIA'

export function createId(prefix: IdPrefix): string {
  return prefix + randomBase32(16)
}

/** A secret access key: 40 characters of base64. */
export function createSecret(): string {
  return randomBytes(30).toString('base64')
}

/** A TOTP seed as long as AWS's own: 64 characters of base32. */
export function createSeed(): string {
  return randomBase32(64)
}

function randomBase32(length: number): string {
  return Array.from(randomBytes(length), (byte) => BASE32.charAt(byte % BASE32.length)).join('')
}
