import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { parseIni, readFile, type IniFile } from '../../../src/profile/ini/ini-file.ts'
import { scan } from '../../../src/profile/ini/scan.ts'

const KINDS = ['config', 'credentials'] as const

/** Everything a file says, for profiles it may have. */
function said(file: IniFile): unknown {
  const names = ['default', 'profile default', 'a', 'b', 'profile a', '"a"', ' a', 'c d', '']
  const asked = [...names, ...file.headers].flatMap((name) =>
    KINDS.map((kind) => [kind, name, file.sectionOf(kind, name)]),
  )
  const { lines, sections, headers, problems } = file
  return { lines, sections, headers, problems, asked }
}

const HEADERS = [
  '[default]',
  '[a]',
  '[b]',
  '[profile a]',
  '[profile default]',
  '[profile b]',
  '[sso-session a]',
]
const ENTRIES = [
  'x = 1',
  'y=2',
  'z =',
  'aws_access_key_id\t=\tA',
  'k = v ; c',
  'l = # c',
  'm = a = b',
]
const PASSED_OVER = ['', '# c', '; c', '  # c', '\t', '  n = 1', '\tdeep', ' [a]']
const UNUSUAL = [
  '[profile "a"]',
  '[profile  a]',
  '[ a ]',
  '[a] # c',
  '[c d e]',
  '[profile\u00A0a]',
  '[]',
  '[a',
  'X = 1',
  'x: 1',
  'a-b = 1',
  'x 1',
  '= 1',
  'é = 1',
  '\u00A0x = 1',
  '  \u00A0',
  '\uFEFF',
  'a\r',
  'x = \u0007',
  'x = 1\v',
  ']',
]

describe('a scanned file', () => {
  const line = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...HEADERS) },
    { weight: 5, arbitrary: fc.constantFrom(...ENTRIES) },
    { weight: 3, arbitrary: fc.constantFrom(...PASSED_OVER) },
    { weight: 1, arbitrary: fc.constantFrom(...UNUSUAL) },
    { weight: 1, arbitrary: fc.string({ maxLength: 8 }) },
  )
  const file = fc
    .tuple(fc.array(line, { maxLength: 14 }), fc.constantFrom('', '\n'))
    .map(([lines, end]) => lines.join('\n') + end)

  it('says what one says that is read line by line', () => {
    let scanned = 0
    fc.assert(
      fc.property(file, (text) => {
        expect(said(parseIni(text))).toEqual(said(readFile(text)))
        if (readFile(text).problems.length === 0 && scan(text) !== undefined) scanned += 1
      }),
      { numRuns: 20_000, seed: 20_260_101 },
    )
    expect(scanned).toBeGreaterThan(1000)
  })

  it('may have everything that is usual', () => {
    const lines = [
      '# mine',
      '[default]',
      'region = eu-west-1',
      '',
      '[profile a]',
      's3 =',
      '  max_concurrent_requests = 20',
      '\tx = 1',
      '; yours',
      'mfa_serial=arn:aws:iam::123456789012:mfa/a # c',
      '[sso-session mine]',
      'sso_region = eu-west-1',
      '[profile team/b.c+d@e]',
      'output = json',
    ]
    expect([...(scan(lines.join('\n'))?.numbers.keys() ?? [])]).toEqual([
      'default',
      'profile a',
      'sso-session mine',
      'profile team/b.c+d@e',
    ])
  })

  test.each(UNUSUAL.filter((line) => !/[\0-\x1F\uFEFF]/.test(line)))('has no line %j', (line) => {
    expect(scan(`[a]\nx = 1\n${line}\n`)).toBeUndefined()
  })

  test.each([
    ['a section twice', '[a]\n[b]\n[a]\n'],
    ['a key twice', '[a]\nx = 1\ny = 1\nx = 2\n'],
    ['a key before any section', 'x = 1\n[a]\n'],
    ['an indented first key', '[a]\n  x = 1\n'],
    ['very many keys', `[a]\n${Array.from({ length: 100 }, (_, i) => `k${i} = 1\n`).join('')}`],
  ])('has not %s', (_, text) => {
    expect(scan(text)).toBeUndefined()
  })
})
