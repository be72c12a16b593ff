/** Longer than any message of AWS, and short enough to read. */
const LONGEST = 1000

/** Text from elsewhere, for the middle of a sentence. */
export function toOneLine(text: string): string {
  const line = sanitize(text.slice(0, 10 * LONGEST))
    .replace(/\s+/g, ' ')
    .trim()
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line.replace(/\.$/, '')
}

/** Without characters that control a terminal. */
export function sanitize(text: string): string {
  return /^[ -~]*$/.test(text) ? text : replaceControls(text)
}

/** As `isNameOfAnyScript` in profile/ini/ini-file.ts, only where it is needed. */
function replaceControls(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, ' ')
}

/** The same for several lines. */
export function sanitizeLines(text: string): string {
  return text.split('\n').map(sanitize).join('\n')
}

/** Protocol and host of a URL, as user, password and path may be secret; undefined for text that is none. */
export function hostOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined
  const { protocol, host } = new URL(url)
  return host === '' ? undefined : `${protocol}//${host}`
}

/** A URL without the user and password in it, even where it is none that can be read. */
export function withoutUserInfo(url: string): string {
  return url.replace(/^(\w[\w+.-]*:\/\/)?.*@/s, '$1')
}

/** A name in a sentence, where a blank in it would hide its end. */
export function quoteIfBlank(name: string): string {
  return name.includes(' ') ? quoteWord(name) : name
}

/** A word from the command line in quotation marks, shortened if it is long. */
export function quoteWord(word: string): string {
  return JSON.stringify(word.length > 60 ? `${word.slice(0, 60)}…` : word)
}
