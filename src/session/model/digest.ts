import { sha256 as digest } from '@noble/hashes/sha2.js'

/**
 * SHA-256 in hex. node:crypto would do the same, but loading it takes a fifth of the time in which Node starts,
 * which every command with a cached session would wait for.
 */
export function sha256(text: string): string {
  return Buffer.from(digest(Buffer.from(text))).toString('hex')
}
