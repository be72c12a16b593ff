import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { readSections } from '../../../src/profile/ini/sections.ts'

interface Entry {
  readonly key: string
  readonly indent: string
  readonly start: number
  end: number
  value: string
}

interface Section {
  readonly header: string
  readonly indent: string
  readonly start: number
  readonly entries: Entry[]
}

interface Content {
  readonly sections: readonly Section[]
  readonly problems: readonly { readonly line: number; readonly message: string }[]
}

/** The same rules without a thought for speed: line by line, with everything kept. */
function referenceRead(text: string): Content {
  const sections: Section[] = []
  const problems: { line: number; message: string }[] = []
  let section: Section | undefined
  let entry: Entry | undefined
  let indent = ''
  let isNested = false
  let blanks = ''
  const startSection = (header: string, start: number): string | undefined => {
    const isThere = sections.some((each) => each.header === header)
    section = { header, indent, start, entries: [] }
    sections.push(section)
    return isThere ? `the section [${header}] appears a second time` : undefined
  }
  const startEntry = (content: string, start: number): string | undefined => {
    const [, name, text] = /^([^=:]+)[=:](.*)$/.exec(content) ?? []
    if (name === undefined || text === undefined) {
      return content.startsWith('[')
        ? 'this section header is not well formed'
        : 'this line is neither a section, a key = value nor a comment'
    }
    if (section === undefined) {
      return problems.length === 0 ? 'there is a key before the first [section]' : undefined
    }
    const key = name.trimEnd().toLowerCase()
    const isThere = section.entries.some((each) => each.key === key)
    entry = { key, value: withoutComment(text), indent, start, end: start + 1 }
    isNested = text.trim() === ''
    blanks = ''
    section.entries.push(entry)
    return isThere ? `the key ${key} is in [${section.header}] a second time` : undefined
  }
  const continueEntry = (above: Entry, content: string, index: number): string | undefined => {
    above.value += `${blanks}\n${withoutComment(content)}`
    above.end = index + 1
    blanks = ''
    const isSetting = !isNested || content.includes('=')
    return isSetting ? undefined : 'this nested line is not key = value'
  }
  const read = (line: string, index: number): string | undefined => {
    if (line.includes('\uFEFF')) return 'there is a byte order mark'
    if (/[\0-\x08\x0B-\x1F\x7F\x85\u2028\u2029]/.test(line)) return 'there is a control character'
    const content = line.trim()
    if (content === '') blanks += '\n'
    if (content === '' || /^[#;]/.test(content)) return undefined
    const own = /^\s*/.exec(line)?.[0] ?? ''
    if (entry !== undefined && own.length > indent.length) {
      return continueEntry(entry, content, index)
    }
    entry = undefined
    indent = own
    const header = /^\[(.+)\]/.exec(content)?.[1]
    return header === undefined ? startEntry(content, index) : startSection(header, index)
  }
  text.split('\n').forEach((line, index, all) => {
    const isLast = index === all.length - 1
    const message = read(isLast ? line : line.replace(/\r$/, ''), index)
    if (message !== undefined) problems.push({ line: index + 1, message })
  })
  return { sections, problems }
}

function withoutComment(value: string): string {
  return value
    .trim()
    .replace(/(^|\s)[#;].*$/, '')
    .trimEnd()
}

function read(text: string): Content {
  const { sections, problems } = readSections(text)
  return {
    problems,
    sections: sections.map(({ header, indent, start, entries }) => ({
      header,
      indent,
      start,
      entries: entries.map((each) => ({ ...each })),
    })),
  }
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
const SKIPPED = ['', '# c', '; c', '  # c', '\t', '  n = 1', '\tdeep', ' [a]']
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

describe('sections and entries', () => {
  const line = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...HEADERS) },
    { weight: 5, arbitrary: fc.constantFrom(...ENTRIES) },
    { weight: 3, arbitrary: fc.constantFrom(...SKIPPED) },
    { weight: 1, arbitrary: fc.constantFrom(...UNUSUAL) },
    { weight: 1, arbitrary: fc.string({ maxLength: 8 }) },
  )
  const file = fc
    .tuple(fc.array(line, { maxLength: 14 }), fc.constantFrom('\n', '\n', '\r\n'), fc.boolean())
    .map(([lines, eol, isEnded]) => lines.join(eol) + (isEnded ? eol : ''))

  it('are read as the reference reads them', () => {
    let accepted = 0
    fc.assert(
      fc.property(file, (text) => {
        const content = read(text)
        expect(content).toEqual(referenceRead(text))
        if (content.problems.length === 0) accepted += 1
      }),
      { numRuns: 20_000, seed: 20_260_101 },
    )
    expect(accepted).toBeGreaterThan(1000)
  })

  it('each span their own part of the text', () => {
    fc.assert(
      fc.property(file, (text) => {
        const { sections, problems } = readSections(text)
        fc.pre(problems.length === 0 && sections.length > 0)
        const parts = sections.map(({ from, to }) => text.slice(from, to))
        expect(text.slice(0, sections[0]!.from) + parts.join('')).toBe(text)
        sections.forEach(({ entries }, index) => {
          expect(readSections(parts[index]!).sections[0]!.values).toEqual(
            new Map(entries.map(({ key, value }) => [key, value])),
          )
        })
      }),
      { numRuns: 3000, seed: 20_260_102 },
    )
  })

  it('may be everything that is usual', () => {
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
    const { sections, problems } = readSections(lines.join('\n'))
    expect(problems).toEqual([])
    expect(sections.map(({ header, values }) => [header, Object.fromEntries(values)])).toEqual([
      ['default', { region: 'eu-west-1' }],
      [
        'profile a',
        {
          s3: '\nmax_concurrent_requests = 20\nx = 1',
          mfa_serial: 'arn:aws:iam::123456789012:mfa/a',
        },
      ],
      ['sso-session mine', { sso_region: 'eu-west-1' }],
      ['profile team/b.c+d@e', { output: 'json' }],
    ])
  })

  test.each(UNUSUAL)('are read as the reference reads them beside the line %j', (line) => {
    const text = `[a]\nx = 1\n${line}\nz = 2\n`
    expect(read(text)).toEqual(referenceRead(text))
  })

  test.each([
    ['a section twice', '[a]\n[b]\n[a]\n', 1],
    ['a key twice', '[a]\nx = 1\ny = 1\nx = 2\n', 1],
    ['a key before any section', 'x = 1\n[a]\n', 1],
    ['an indented first key', '[a]\n  x = 1\n', 0],
    ['very many keys', `[a]\n${manyKeys(100)}`, 0],
    ['one of very many keys twice', `[a]\n${manyKeys(100)}k99 = 1\nk0 = 1\n`, 2],
  ])('are read with %s', (_, text, problems) => {
    expect(read(text)).toEqual(referenceRead(text))
    expect(read(text).problems).toHaveLength(problems)
  })
})

function manyKeys(count: number): string {
  return Array.from({ length: count }, (_, index) => `k${index} = 1\n`).join('')
}
