/** How text fits into the columns of a terminal. */

/** Two columns: East Asian Wide and Fullwidth (Unicode Standard Annex 11), and emoji. */
const WIDE =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97C\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6\u{1B000}-\u{1B2FF}\u{20000}-\u{3FFFD}]|\p{Emoji_Presentation}/u
const NONE = /^\p{M}$/u

export function widthOf(text: string): number {
  let width = 0
  for (const character of text) width += charWidth(character)
  return width
}

function charWidth(character: string): number {
  if (NONE.test(character)) return 0
  return WIDE.test(character) ? 2 : 1
}

/** Breaks the lines of a text at blanks, and longer words anywhere. Lines that fit stay as they are. */
export function wrap(text: string, columns: number): string {
  return text
    .split('\n')
    .flatMap((line) => (widthOf(line) <= columns ? [line] : wrapLine(line, columns)))
    .join('\n')
}

function wrapLine(line: string, columns: number): string[] {
  const lines = ['']
  for (const word of line.split(' ').flatMap((each) => pieces(each, columns))) {
    const last = lines.at(-1) ?? ''
    if (last === '') lines[lines.length - 1] = word
    else if (widthOf(`${last} ${word}`) <= columns) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

/** A word in parts that are no wider than that. */
function pieces(word: string, columns: number): string[] {
  const parts = ['']
  for (const character of word) {
    const last = parts.at(-1) ?? ''
    if (widthOf(last + character) <= columns) parts[parts.length - 1] = last + character
    else parts.push(character)
  }
  return parts
}

/** The characters at the end of a text that fit. */
export function endOf(text: string, columns: number): string {
  const characters = Array.from(text)
  while (widthOf(characters.join('')) > columns) characters.shift()
  return characters.join('')
}

/** The characters at the beginning of a text that fit. */
export function startOf(text: string, columns: number): string {
  const characters = Array.from(text)
  while (widthOf(characters.join('')) > columns) characters.pop()
  return characters.join('')
}
