/** SHA-256 in hex. Loads node:crypto with the first digest, as most cached answers need none. */
export function sha256(text: string): string {
  const { createHash } = process.getBuiltinModule('node:crypto')
  return createHash('sha256').update(text).digest('hex')
}
