/** A text of somebody else's for the middle of a sentence. */
export function oneLine(text: string): string {
  return plain(text).replace(/\s+/g, ' ').trim().replace(/\.$/, '')
}

/** Without characters that steer a terminal. */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, ' ')
}
