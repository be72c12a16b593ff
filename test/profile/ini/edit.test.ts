import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import {
  applyEdit,
  isWritableValue,
  type Changes,
  type Edit,
} from '../../../src/profile/ini/edit.ts'
import { unexpectedChange } from '../../../src/profile/ini/independent-readers.ts'
import { parseIni, profileKeys } from '../../../src/profile/ini/ini-file.ts'
import { editedText } from '../../../src/profile/files/edit-file.ts'

function edited(text: string, change: Changes | 'remove', profile = 'work'): string {
  return applyEdit(parseIni(text), 'credentials', { profile, change })
}

async function problemOf(before: string, after: string, edit: Edit): Promise<string | undefined> {
  return unexpectedChange(parseIni(before), parseIni(after), 'credentials', edit)
}

describe('editing one section', () => {
  test.each<[string, string, Changes | 'remove', string]>([
    ['starts a file', '', { a: '1' }, '[work]\na = 1\n'],
    ['appends a section', '[x]\nk=v\n', { a: '1' }, '[x]\nk=v\n\n[work]\na = 1\n'],
    ['ends an unfinished last line', '[x]\nk=v', { a: '1' }, '[x]\nk=v\n\n[work]\na = 1\n'],
    ['replaces in place', '[work]\na=0 # old\nb=2\n', { a: '1' }, '[work]\na = 1\nb=2\n'],
    ['leaves an equal value alone', '[work]\na=1\n', { a: '1' }, '[work]\na=1\n'],
    [
      'adds behind the last key',
      '[work]\nb=2\n# c\n[x]\n',
      { a: '1' },
      '[work]\nb=2\na = 1\n# c\n[x]\n',
    ],
    [
      'takes nested lines along',
      '[work]\ns3 =\n  a = 1\nb=2\n',
      { s3: undefined },
      '[work]\nb=2\n',
    ],
    ['keeps CRLF', '[work]\r\na=0\r\n', { a: '1', b: '2' }, '[work]\r\na = 1\r\nb = 2\r\n'],
    ['removes a section', '[x]\nk=v\n\n[work]\na=1\n', 'remove', '[x]\nk=v\n'],
    ['keeps comments below', '[work]\na=1\n# x\n[x]\n', 'remove', '# x\n[x]\n'],
    ['removes what is not there', '[x]\n', 'remove', '[x]\n'],
    [
      'leaves keys named like parts of objects alone',
      '[work]\nconstructor = x\n__proto__ = y\na = 0\n',
      { a: '1' },
      '[work]\nconstructor = x\n__proto__ = y\na = 1\n',
    ],
  ])('%s', (_, text, change, expected) => {
    expect(edited(text, change)).toBe(expected)
  })

  test.each(['a\nb', 'a\rb', ' a', 'a ', 'a # b', 'a ;b', '', '#a', '\u2028'])(
    'refuses the value %j',
    (value) => {
      expect(isWritableValue(value)).toBe(false)
      expect(() => edited('', { a: value })).toThrow('cannot be written')
    },
  )
})

const word = fc.stringMatching(/^[a-z][a-z0-9_]{0,6}$/)
const value = fc.stringMatching(/^[A-Za-z0-9/+=.:@-]{1,12}$/)
const comment = fc.constantFrom('# note', '; note', '', '   ', '# [work]')

const section = fc.record({
  comment: fc.array(comment, { maxLength: 2 }),
  keys: fc.uniqueArray(fc.tuple(word, value), { selector: ([key]) => key, maxLength: 4 }),
  nested: fc.boolean(),
})
const fileArbitrary = fc
  .tuple(
    fc.uniqueArray(fc.tuple(fc.constantFrom('work', 'a', 'b.c', 'd-long-term'), section), {
      selector: ([name]) => name,
      maxLength: 4,
    }),
    fc.constantFrom('\n', '\r\n'),
  )
  .map(([sections, end]) => {
    const parts = sections.map(([name, { comment: notes, keys, nested }]) => ({
      name,
      text: [
        `[${name}]`,
        ...keys.map(([key, text]) => `${key} = ${text}`),
        ...(nested ? ['zz9_s3 =', '  max = 10'] : []),
        ...notes,
      ]
        .map((line) => line + end)
        .join(''),
    }))
    return { parts, text: parts.map(({ text }) => text).join('') }
  })
const changes = fc.dictionary(word, fc.option(value, { nil: undefined }), {
  minKeys: 1,
  maxKeys: 4,
})

it.each([
  '[profile default]\nregion = a\n[default]\nregion = b\n',
  '[default]\nregion = a\n[profile default]\nregion = b\n',
])('edits the section of a profile that is read, of two: %j', (text) => {
  const edit = { profile: 'default', change: { region: 'c' } }
  expect(applyEdit(parseIni(text), 'config', edit)).toBe(text.replace('= b', '= c'))
})

describe('for any file', () => {
  it('every byte outside the section stays, and the independent readers agree', async () => {
    await fc.assert(
      fc.asyncProperty(fileArbitrary, changes, async ({ parts, text }, change) => {
        const after = edited(text, change)
        const index = parts.findIndex(({ name }) => name === 'work')
        const cut = index < 0 ? parts.length : index
        const above = parts
          .slice(0, cut)
          .map((part) => part.text)
          .join('')
        const below = parts
          .slice(cut + 1)
          .map((part) => part.text)
          .join('')
        expect(after.startsWith(above)).toBe(true)
        expect(after.endsWith(below)).toBe(true)

        const keys = profileKeys(parseIni(after), 'credentials', 'work')
        for (const [key, expected] of Object.entries(change)) expect(keys.get(key)).toBe(expected)
        expect(parseIni(after).problems).toEqual([])
        expect(edited(after, change)).toBe(after)
        const edit = { profile: 'work', change }
        expect(await problemOf(text, after, edit)).toBeUndefined()
      }),
      { numRuns: 1500 },
    )
  })

  it('adding and removing a section gives the old bytes', () => {
    fc.assert(
      fc.property(fileArbitrary, changes, ({ text }, change) => {
        fc.pre(!text.includes('[new]') && Object.values(change).some((each) => each !== undefined))
        fc.pre(!/(^|\n)[ \t]*\r?\n$/.test(text))
        expect(edited(edited(text, change, 'new'), 'remove', 'new')).toBe(text)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('the independent readers notice', () => {
  const before = '[a]\nk = 1\n[work]\nx = 1\n'
  const edit = { profile: 'work', change: { x: '2' } }
  test.each([
    ['another section’s value', '[a]\nk = 9\n[work]\nx = 2\n', '[a] would change'],
    ['a lost section', '[work]\nx = 2\n', '[a] would change'],
    ['a wrong value', '[a]\nk = 1\n[work]\nx = 3\n', 'x in [work] would not read back'],
    ['a swallowed section', '[a]\nk = 1\n[work\nx = 2\n', '[a] would change'],
    ['another key', '[a]\nk = 1\n[work]\nx = 2\ny = 1\n', 'y in [work] would change'],
  ])('%s', async (_, after, problem) => {
    expect(await problemOf(before, after, edit)).toBe(problem)
  })

  it('a header that would hang on the value above it', async () => {
    const removal = { profile: 'work', change: 'remove' } as const
    const text = '[a]\nk = 1\n[work]\n [b]\n'
    const after = edited(text, 'remove')
    expect(await problemOf(text, after, removal)).toBe('[a] would change')
  })
})

it('refuses values that tools would misread with a sentence', async () => {
  const edits = [{ profile: 'work', change: { region: 'a\n[b]' } }]
  await expect(editedText('[work]\n', '/the/file', 'config', edits)).rejects.toMatchObject({
    name: 'Failure',
    message: '/the/file was left as it is: AWS tools would misread the new value of region.',
  })
})
