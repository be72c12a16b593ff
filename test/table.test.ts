import { describe, expect, it } from 'vitest'
import { table } from '../src/table.ts'
import { wrap } from '../src/wrap.ts'

const ARN = 'arn:aws:iam::123456789012:role/with/a/path/admin'
const ROWS = [
  ['PROFILE', 'ACCOUNT', 'ROLE', 'TIME'],
  ['work', '123456789012', ARN, '11 h 59 min left'],
  ['a', '-', '-', 'expired'],
]

describe('a table', () => {
  it('is as wide as its cells where there is room', () => {
    expect(table(ROWS)).toBe(
      `PROFILE  ACCOUNT       ROLE${' '.repeat(46)}TIME
work     123456789012  ${ARN}  11 h 59 min left
a        -             -${' '.repeat(49)}expired
`,
    )
    expect(table(ROWS, 200)).toBe(table(ROWS))
  })

  it('has columns of full-width characters', () => {
    expect(
      table([
        ['NAME', 'X'],
        ['日本', '1'],
        ['abc', '2'],
      ]),
    ).toBe('NAME  X\n日本  1\nabc   2\n')
  })

  it('takes room from its widest columns', () => {
    expect(table(ROWS, 60)).toBe(
      `PROFILE  ACCOUNT       ROLE                 TIME
work     123456789012  arn:aws:iam::123456  11 h 59 min left
                       789012:role/with/a/
                       path/admin
a        -             -                    expired
`,
    )
  })

  it('becomes lines of headings and cells where it would be too narrow', () => {
    const last = 'a-name-of-a-profile'
    expect(
      table(
        [
          ['PROFILE', '', 'ROLE', 'TIME'],
          [last, 'ok', 'admin', '3 h'],
          ['b', '', '-', '-'],
        ],
        20,
      ),
    ).toBe(
      `PROFILE:
a-name-of-a-profile
ok
ROLE: admin
TIME: 3 h

PROFILE: b

ROLE: -
TIME: -
`,
    )
  })

  it.each(Array.from({ length: 161 }, (_, index) => index + 40))('fits %i columns', (columns) => {
    const wide = ROWS.map((row) => [...row, ...row.map((cell) => cell.slice(0, 30))])
    const words = [ARN]
    for (const line of [...table(ROWS, columns).split('\n'), ...table(wide, columns).split('\n')]) {
      const isOneWord = words.some((word) => line.endsWith(word))
      if (!isOneWord) expect(line.length).toBeLessThanOrEqual(columns)
    }
  })
})

describe('a line', () => {
  it.each([
    ['short', 40, ['short']],
    ['one two three', 7, ['one two', 'three']],
    ['  an indent stays', 11, ['  an indent', '  stays']],
    ['a verylongword b', 5, ['a', 'verylongword', 'b']],
    ['verylongword', 5, ['verylongword']],
    ['', 5, ['']],
    ['a  b   c', 5, ['a  b', 'c']],
  ])('%j in %i columns', (line, width, lines) => {
    expect(wrap(line, width)).toEqual(lines)
  })
})
