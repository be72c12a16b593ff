/** Text in the columns of a terminal; pure. */
import { eastAsianWidth } from 'get-east-asian-width'

/** Accents and the like share the column of the character before them. */
const COMBINING = /^\p{M}$/u
const ASCII = /^[ -~]*$/

export function widthOf(text: string): number {
  if (ASCII.test(text)) return text.length
  let width = 0
  for (const character of text) width += charWidth(character)
  return width
}

function charWidth(character: string): number {
  return COMBINING.test(character) ? 0 : eastAsianWidth(character.codePointAt(0) ?? 0)
}

/** The characters at the beginning of a text that fit. */
export function startOf(text: string, columns: number): string {
  let start = ''
  let left = columns
  for (const character of text) {
    left -= widthOf(character)
    if (left < 0) break
    start += character
  }
  return start
}

/** The characters at the end of a text that fit. */
export function endOf(text: string, columns: number): string {
  const characters = Array.from(text)
  let left = columns
  const first = characters.findLastIndex((character) => (left -= widthOf(character)) < 0)
  return characters.slice(first + 1).join('')
}

/** A line broken at blanks; what follows keeps its indent. A longer word stays whole, so that it can be copied. */
export function wrap(line: string, width: number): string[] {
  const indent = /^ */.exec(line)?.[0] ?? ''
  const lines: string[] = []
  let rest = line
  while (widthOf(rest) > width) {
    const fitting = startOf(rest, width).length
    const last = lastBreak(rest, fitting)
    const at = last > indent.length ? last : firstBreak(rest, Math.max(fitting, indent.length))
    if (at === -1) break
    lines.push(rest.slice(0, at).trimEnd())
    rest = indent + rest.slice(at).trimStart()
  }
  return [...lines, rest]
}

/** The last blank up to `end` where a line may be broken; -1 if there is none. */
function lastBreak(text: string, end: number): number {
  let at = text.lastIndexOf(' ', end)
  while (isBeforeUnit(text, at)) at = text.lastIndexOf(' ', at - 1)
  return at
}

/** The first one from `start` on. */
function firstBreak(text: string, start: number): number {
  let at = text.indexOf(' ', start)
  while (isBeforeUnit(text, at)) at = text.indexOf(' ', at + 1)
  return at
}

/** Whether a blank stands between a number and its unit, as in `12 h`. */
function isBeforeUnit(text: string, at: number): boolean {
  return at > 0 && /^\d (h|min|s|ms)\b/.test(text.slice(at - 1, at + 5))
}

/** The same where all must fit: a longer word, such as an ARN, is broken too. */
export function wrapWords(line: string, width: number): string[] {
  return wrap(line, width).flatMap((each) => {
    const parts: string[] = []
    let rest = each
    while (widthOf(rest) > width) {
      // One character at least, however narrow the window is.
      const part = startOf(rest, width) || (Array.from(rest)[0] ?? '')
      parts.push(part)
      rest = rest.slice(part.length)
    }
    return [...parts, rest]
  })
}

/** Several lines in lines. */
export function wrapLines(
  text: string,
  width: number,
  wrapLine: (line: string, width: number) => string[] = wrap,
): string {
  return text
    .split('\n')
    .flatMap((line) => wrapLine(line, width))
    .join('\n')
}
