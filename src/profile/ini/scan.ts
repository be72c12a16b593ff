const [TAB, SPACE, HASH, SEMICOLON, EQUALS, OPEN] = [9, 32, 35, 59, 61, 91]
/** More are compared in another way. */
const MOST_KEYS = 64
/** One word, or two with a blank between them. */
const PLAIN_HEADER = /^[!#-&(-~]+(?: [!#-&(-~]+)?$/

/** Where the sections of a file are, each from its header to the next one. */
export interface Places {
  /** Their numbers, counted from 0. */
  readonly numbers: ReadonlyMap<string, number>
  /** Offsets in the text. */
  readonly starts: readonly number[]
  /** Indexes of the headers' lines. */
  readonly lines: readonly number[]
}

/**
 * The sections of a file in which nothing is unusual, and which no AWS tool would refuse; undefined for
 * every other file, good or bad. Ten thousand profiles are 80,000 lines, of which a login needs a dozen:
 * nothing is kept of the others. The text has no control characters.
 */
export function scan(text: string): Places | undefined {
  const numbers = new Map<string, number>()
  const [starts, lines]: [number[], number[]] = [[], []]
  const keys: string[] = []
  let count = 0
  let line = 0
  for (let start = 0; start < text.length; line += 1) {
    const newline = text.indexOf('\n', start)
    const end = newline < 0 ? text.length : newline
    const first = text.charCodeAt(start)
    if (first === OPEN) {
      const header = headerAt(text, start, end)
      if (numbers.has(header) || !PLAIN_HEADER.test(header)) return undefined
      numbers.set(header, numbers.size)
      starts.push(start)
      lines.push(line)
      count = 0
    } else if (isPlain(first)) {
      if (numbers.size === 0 || !isNextKey(keys, count, text, start)) return undefined
      count += 1
    } else if (!isPassedOver(text, start, end, count > 0)) return undefined
    start = end + 1
  }
  return { numbers, starts, lines }
}

/** Of a line that is a header and nothing else; else empty. */
function headerAt(text: string, start: number, end: number): string {
  const close = text.indexOf(']', start)
  return close === end - 1 ? text.slice(start + 1, close) : ''
}

/**
 * Whether a key stands at the start that is none of the first `count`, which it then follows. Most sections
 * have the keys of the one before in the same order: those that are behind the first ones are tried.
 */
function isNextKey(keys: string[], count: number, text: string, start: number): boolean {
  const guess = keys[count]
  if (guess !== undefined && text.startsWith(guess, start)) {
    if (isAssigned(text, start + guess.length)) return true
  }
  let end = start
  while (isPlain(text.charCodeAt(end))) end += 1
  const key = text.slice(start, end)
  keys.length = count
  return isAssigned(text, end) && !keys.includes(key) && keys.push(key) <= MOST_KEYS
}

function isAssigned(text: string, start: number): boolean {
  let index = start
  while (isBlank(text.charCodeAt(index))) index += 1
  return text.charCodeAt(index) === EQUALS
}

/** `a-z`, `0-9` and `_`: all that the keys of AWS's settings have. */
function isPlain(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || code === 95
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB
}

/** An empty line, a comment, or a line that goes on with the entry above. */
function isPassedOver(text: string, start: number, end: number, isInEntry: boolean): boolean {
  let index = start
  while (index < end && isBlank(text.charCodeAt(index))) index += 1
  if (index === end) return true
  const code = text.charCodeAt(index)
  if (code === HASH || code === SEMICOLON) return true
  // What else JavaScript takes for blank is beyond ASCII.
  return isInEntry && index > start && code < 128
}
