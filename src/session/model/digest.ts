/** SHA-256 in hex. Not an import: node:crypto is loaded with the first digest, and most hits need none. */
export function sha256(text: string): string {
  const { createHash } = process.getBuiltinModule('node:crypto')
  return createHash('sha256').update(text).digest('hex')
}
