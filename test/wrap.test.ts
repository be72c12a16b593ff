import { expect, test } from 'vitest'
import { endOf, startOf, widthOf, wrapLines, wrapWords } from '../src/wrap.ts'

test.each([
  ['abc', 3],
  ['日本', 4],
  ['１２３', 6],
  ['e\u0301', 1],
  ['😀', 2],
  ['', 0],
])('%j is %i columns wide', (text, width) => {
  expect(widthOf(text)).toBe(width)
})

test.each([
  ['one two three', 7, 'one two\nthree'],
  ['one two three', 80, 'one two three'],
  ['  kept   as it is', 80, '  kept   as it is'],
  ['arn:aws:iam', 4, 'arn:\naws:\niam'],
  ['日本語', 4, '日本\n語'],
  ['until then (12 h); more', 15, 'until then\n(12 h); more'],
  ['it took 11 h 59 min', 17, 'it took 11 h\n59 min'],
  ['x 12345 h and', 7, 'x\n12345 h\nand'],
  ['x 12 hours', 6, 'x 12\nhours'],
  ['a\n\nlonger line', 6, 'a\n\nlonger\nline'],
])('%j in %i columns is %j', (text, columns, lines) => {
  expect(wrapLines(text, columns, wrapWords)).toBe(lines)
})

test('the beginning and the end of a text fit', () => {
  expect(startOf('日本語', 5)).toBe('日本')
  expect(endOf('日本語', 5)).toBe('本語')
})
