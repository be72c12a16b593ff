import { describe, expect, it } from 'vitest'
import { diffLines } from '../../src/administration/line-diff.ts'

const lines = (text: string): string => text.split('').join('\n')

describe('a diff', () => {
  it('is empty for the same text', () => {
    expect(diffLines('a\nb', 'a\nb')).toEqual([])
  })

  it('shows two lines around each change, and leaves the others out', () => {
    expect(diffLines(lines('abcdefghij'), lines('abcdxfghij'))).toEqual([
      '  c',
      '  d',
      '- e',
      '+ x',
      '  f',
      '  g',
      '…',
    ])
    expect(diffLines(lines('abcdefghij'), lines('bcdefghijk'))).toEqual([
      '- a',
      '  b',
      '  c',
      '…',
      '  i',
      '  j',
      '+ k',
    ])
  })

  it('keeps as many lines as it can', () => {
    const diff = diffLines(lines('abcab'), lines('bcaxb'))
    expect(diff).toEqual(['- a', '  b', '  c', '  a', '+ x', '  b'])
  })
})
