/**
 * The URI that authenticator apps scan (Key URI Format of Google Authenticator), with the label that IAM's own QR code
 * has (IAM API reference, VirtualMFADevice). Apps replace an entry that has the same one, so it names the device.
 */
export function otpauthUri(device: string, account: string, seed: string): string {
  const label = `${encodeURIComponent(device)}@${account}`
  return `otpauth://totp/${label}?secret=${seed}&issuer=Amazon%20Web%20Services`
}

/** Base32 in groups of four, for typing. */
export function groupSeed(seed: string): string {
  return seed.replace(/(.{4})(?=.)/g, '$1 ')
}

/** IAM's rule for VirtualMFADeviceName (IAM API reference): 1 to 226 of these characters. */
export function isDeviceName(name: string): boolean {
  return /^[\w+=,.@-]{1,226}$/.test(name)
}

/** A device's name without its path: `alice` in `arn:aws:iam::123456789012:mfa/team/alice`. */
export function deviceName(serialNumber: string): string {
  return serialNumber.slice(serialNumber.lastIndexOf('/') + 1)
}

/** `alice-2`, or the first free number after that. */
export function nextName(name: string, taken: readonly string[]): string {
  const base = name.replace(/-\d+$/, '')
  for (let number = 2; ; number += 1) {
    const next = `${base}-${number}`
    if (next !== name && !taken.includes(next)) return next
  }
}
