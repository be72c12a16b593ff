/** Generated config and credentials files: well-formed ones with unusual parts, and random lines. */
import fc from 'fast-check'
import type { Changes, Edit } from '../../src/profile/ini/edit.ts'

const KEYS = [
  'aws_access_key_id',
  'aws_secret_access_key',
  'aws_session_token',
  'x_security_token_expires',
  'region',
  'mfa_serial',
  'credential_process',
]
/** Names of JavaScript properties, of other INI dialects, and unknown ones. */
const ODD_KEYS = [
  'constructor',
  '__proto__',
  'toString',
  'prototype',
  's3',
  'a.b',
  'a[]',
  '"q"',
  'é',
  'k v',
]
const NAMES = [
  'work',
  'work-mfa',
  'work-long-term',
  'default',
  'a.b',
  'x/y',
  'é',
  'constructor',
  'my p',
]
const EDITED = ['work', 'work', 'work-mfa', 'work-long-term', 'default', 'a.b', 'x/y', 'new']

const plainValue = fc.oneof(
  { weight: 3, arbitrary: fc.stringMatching(/^[A-Za-z0-9/+=.:@-]{1,24}$/) },
  fc.constantFrom('AKIAIOSFODNN7EXAMPLE', 'eu-west-1', '2026-01-01T00:00:00Z', 'a=b', 'a:b', '{}'),
)
const oddValue = fc.oneof(
  fc.constantFrom(
    '',
    '""',
    '"a"',
    "'a'",
    'true',
    'null',
    '1',
    '[x]',
    '= x',
    ': x',
    '\\',
    'a\\',
    'a;b',
    'a#b',
  ),
  fc.constantFrom('a # b', 'a ;b', '"a # b"', 'a\tb', '\u00A0x', '\u3000', '%(x)s', '${x}', '日本'),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
)
const value = fc.oneof({ weight: 3, arbitrary: plainValue }, oddValue)
const key = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...KEYS) },
  fc.constantFrom(...ODD_KEYS),
  fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/),
)
const between = fc.constantFrom(' = ', '=', ' =', '= ', ' : ', ':', '\t=\t')
const entry = fc.tuple(key, between, value).map((parts) => parts.join(''))
const nested = fc.tuple(key, value).map(([name, text]) => `${name} =\n  x = ${text}\n\ty = 2`)
const note = fc.constantFrom('# note', '; note', '', '   ', '# [work]', '  # deep', '; k = v', '#')

const header = fc
  .tuple(
    fc.constantFrom('', '', '', 'profile ', 'profile ', 'profile  ', 'sso-session ', 'services '),
    fc.constantFrom(...NAMES, ...NAMES, ...NAMES, '__proto__', ' ', '#', 'a#b'),
    fc.constantFrom('', '', '', '', '', ' # mine', ' ;', ' ', '\t'),
    fc.constantFrom('', '', '', '', ' ', '\t'),
  )
  .map(([prefix, name, behind, indent]) => `${indent}[${prefix}${name}]${behind}`)

/** The key or section of a line, so that a valid file has none twice. */
const subject = (line: string): string => (/^[^\s=:#;]+/.exec(line)?.[0] ?? '').toLowerCase()
const linesOf = fc.array(fc.oneof({ weight: 5, arbitrary: entry }, note, nested), { maxLength: 6 })
const section = fc.tuple(header, linesOf).map(([head, lines]) => {
  const keys = lines.map(subject)
  return [
    head,
    ...lines.filter((line, index) => subject(line) === '' || keys.indexOf(subject(line)) === index),
  ]
})

const scrap = fc.oneof(
  fc.constantFrom(
    '[',
    ']',
    '[]',
    '[a',
    'a]',
    '[a] [b]',
    '[[a]]',
    '= v',
    'k',
    ' k',
    'k =',
    '\\',
    '"',
  ),
  fc.constantFrom(
    '\u0000',
    '\u001B[2J',
    '\u007F',
    '\u0085',
    '\u2028',
    '\uFEFF[a]',
    '\r',
    'a\rb = 1',
    '\f',
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
)
const soup = fc.array(fc.oneof(header, entry, note, nested, scrap), { maxLength: 12 })
const sound = fc
  .uniqueArray(section, { selector: ([head = '']) => /\[([^\]]*)/.exec(head)?.[1], maxLength: 6 })
  .map((sections) => sections.flat())
const spoilt = fc
  .tuple(sound, scrap, fc.nat(), fc.nat())
  .map(([lines, text, at]) => lines.toSpliced(at % (lines.length + 1), 0, text))

const end = fc.constantFrom('\n', '\n', '\n', '\r\n')
const last = fc.constantFrom('\n', '\n', '', '\n\n', '\r\n', '  ')

export const fileText = fc
  .tuple(
    fc.oneof(
      { weight: 8, arbitrary: sound },
      { weight: 1, arbitrary: spoilt },
      { weight: 1, arbitrary: soup },
    ),
    end,
    last,
  )
  .map(([lines, eol, tail]) => lines.join(eol).replace(/(?<!\r)\n/g, eol) + tail)

const change: fc.Arbitrary<Changes> = fc.dictionary(
  fc.constantFrom(...KEYS),
  fc.option(fc.oneof({ weight: 6, arbitrary: plainValue }, oddValue), { nil: undefined }),
  { minKeys: 1, maxKeys: 4 },
)

export const edit: fc.Arbitrary<Edit> = fc.record({
  profile: fc.constantFrom(...EDITED),
  change: fc.oneof({ weight: 6, arbitrary: change }, fc.constant('remove' as const)),
})
