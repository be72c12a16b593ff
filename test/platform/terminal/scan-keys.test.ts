import fc from 'fast-check'
import { expect, it, test } from 'vitest'
import { edit, lineOf, textOf } from '../../../src/platform/terminal/line-editor.ts'
import { scanKeys, type Key } from '../../../src/platform/terminal/scan-keys.ts'

/** The keys of a text that comes in parts. */
function keysOf(parts: readonly string[]): Key[] {
  let before = ''
  return parts.flatMap((part) => {
    const { keys, rest } = scanKeys(before + part)
    before = rest
    return keys
  })
}

const shown = (keys: readonly Key[]): string[] =>
  keys.map(({ name, text }) => (name === 'character' ? text : name))

test.each([
  ['F1', '\u001BOP', []],
  ['Insert', '\u001B[2~', []],
  ['a focus event', '\u001B[I', []],
  ['a function key of the Linux console', '\u001B[[A', []],
  ['a click in the oldest form', '\u001B[M !!', []],
  ['a report that ends with BEL', '\u001B]11;rgb:0/0/0\u0007', []],
  ['a report that ends with ST', '\u001BP1$r0m\u001B\\', []],
  ['an arrow with Ctrl', '\u001B[1;5C', []],
  ['Alt and a letter', '\u001Bx', []],
  ['arrows, in both modes', '\u001B[A\u001BOB\u009BC', ['up', 'down', 'right']],
  ['Alt and an arrow, as rxvt sends it', '\u001B\u001B[A', ['up']],
  ['the application keypad', '\u001BOq\u001BOm\u001BOM', ['1', '-', 'enter']],
  ['Ctrl-C within a sequence', '\u001B[1;\u0003', ['cancel']],
  ['Ctrl-C after Alt-]', '\u001B]\u0003', ['cancel']],
  ['Ctrl-C as an extended key', '\u001B[99;5u', ['cancel']],
  ['both characters of a line end', 'a\r\nb\n', ['a', 'enter', 'b', 'enter']],
  ['a character of two UTF-16 units', '😀', ['😀']],
  ['what nobody can see', '\u200B\uFEFF\u202E\uFFFD\u0000\u001A', []],
])('%s: %j', (_, text, keys) => {
  expect(shown(keysOf([text]))).toEqual(keys)
})

it('keeps the beginning of a sequence for the rest of it', () => {
  expect(scanKeys('a\u001B')).toEqual({ keys: [{ name: 'character', text: 'a' }], rest: '\u001B' })
  expect(scanKeys('\u001B[1').rest).toBe('\u001B[1')
  expect(scanKeys('\u001B]0;x').rest).toBe('\u001B]0;x')
})

it('finds only characters that are in the text, however it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const typed = keysOf([`\u001B[${text}`, text]).map((key) => key.text)
      // The keypad types what is not in the text itself.
      const others = typed.filter((each) => !text.includes(each) && !/^[*-9]?$/.test(each))
      expect(others).toEqual([])
    }),
    { numRuns: 2000 },
  )
})

it('finds the same keys wherever the text is divided', () => {
  const unit = fc.constantFrom(
    ...['a', '日', '\r', '\u0003', '\u001B[A', '\u001B[15~', '\u001BOq', '\u001Bx', '\u001B[M !!'],
    ...['\u001B]11;x\u0007', '\u001BPx\u001B\\', '\u009BI', '\u001B[[A', '\u001B\u007F'],
  )
  fc.assert(
    fc.property(fc.array(unit), fc.nat(), (units, place) => {
      const text = units.join('')
      const at = place % (text.length + 1)
      expect(keysOf([text.slice(0, at), text.slice(at)])).toEqual(keysOf([text]))
    }),
    { numRuns: 2000 },
  )
})

test.each([
  ['ab\u007Fc', 'ac'],
  ['ab\u001B[D\u007Fc', 'cb'],
  ['ab\u0001x\u0005y', 'xaby'],
  ['abc\u0015d', 'd'],
  ['abc\u001B[D\u001B[D\u000B', 'a'],
  ['one two \u0017', 'one '],
  ['ab\u0001\u001B[3~', 'b'],
  ['😀\u007F', ''],
  ['a😀b\u001B[D\u001B[D\u0004', 'ab'],
])('%j leaves %j', (keys, text) => {
  const line = scanKeys(keys).keys.reduce(edit, lineOf(''))
  expect(textOf(line)).toBe(text)
})
