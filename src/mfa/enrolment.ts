import { isTokenCode, normaliseCode } from './token-code.ts'

/** The user's name in an ARN such as `arn:aws:iam::123456789012:user/team/alice`. */
export function userNameIn(arn: string): string | undefined {
  return /^arn:aws[\w-]*:iam::\d{12}:user\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1]
}

/** What authenticator apps scan (Key URI Format of Google Authenticator). */
export function otpauthUri(user: string, account: string, seed: string): string {
  const label = `${encodeURIComponent(user)}@${account}`
  return `otpauth://totp/${label}?secret=${seed}&issuer=Amazon%20Web%20Services`
}

/** Base32 in groups of four, for typing. */
export function inGroups(seed: string): string {
  return seed.replace(/(.{4})(?=.)/g, '$1 ')
}

/** Why a text cannot be the second of two codes in a row; undefined where it can. */
export function secondCodeProblem(first: string, text: string): string | undefined {
  const second = normaliseCode(text)
  if (!isTokenCode(second)) return 'A code has six digits.'
  return second === first ? 'This is the first code again; wait for the next one.' : undefined
}

/** IAM's rule for VirtualMFADeviceName (IAM API reference): 1 to 226 of these characters. */
export function isDeviceName(name: string): boolean {
  return /^[\w+=,.@-]{1,226}$/.test(name)
}
