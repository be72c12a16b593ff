import { describe, expect, it, test } from 'vitest'
import {
  isAcceptableProfileName,
  parseIni,
  profileKeys,
  profileNames,
  profileOf,
  sectionHeader,
} from '../../../src/profile/ini/ini-file.ts'

describe('parseIni accepts what AWS tools accept', () => {
  test.each([
    ['comments and blanks', '# a\n\n[work]\n; b\nregion = x\n', { region: 'x' }],
    ['CRLF', '[work]\r\nregion=x\r\n', { region: 'x' }],
    ['a colon', '[work]\nregion: x\n', { region: 'x' }],
    ['no newline at the end', '[work]\nregion = x', { region: 'x' }],
    ['a comment behind the header', '[work] # mine\nregion = x\n', { region: 'x' }],
    ['a comment behind the value', '[work]\nregion = x # home\n', { region: 'x' }],
    ['upper case', '[work]\nRegion = x\n', { region: 'x' }],
    ['an equals sign in the value', '[work]\nk = a=b==\n', { k: 'a=b==' }],
    [
      'nested keys',
      '[work]\ns3 =\n  a = 1\n  b = 2\nregion = x\n',
      { s3: '\na = 1\nb = 2', region: 'x' },
    ],
    ['text behind the header', '[work] mine\nregion = x\n', { region: 'x' }],
    ['a key in brackets', '[work]\n[x = y\n', { '[x': 'y' }],
    ['a value of several lines', '[work]\nk = a\n\n  b\n\n', { k: 'a\n\nb' }],
    ['keys of all sections', '[DEFAULT]\na = 1\nb = 1\n[work]\nb = 2\n', { a: '1', b: '2' }],
    ['an indented first key', '[work]\n  region = x\n', { region: 'x' }],
  ])('%s', (_, text, keys) => {
    const file = parseIni(text)
    expect(file.problems).toEqual([])
    expect(Object.fromEntries(profileKeys(file, 'credentials', 'work'))).toEqual(keys)
  })
})

describe('parseIni names line and reason of what AWS tools refuse', () => {
  test.each([
    ['[a]\nx=1\n[a]\n', 3, 'the section [a] appears a second time'],
    ['[a]\nx=1\nX=2\n', 3, 'the key x is in [a] a second time'],
    ['\uFEFF[a]\nx=1\n', 1, 'there is a byte order mark'],
    ['[a]\nnonsense\n', 2, 'this line is neither a section, a key = value nor a comment'],
    ['x = 1\n[a]\n', 1, 'there is a key before the first [section]'],
    ['[a\nx=1\n', 1, 'this section header is not well formed'],
    ['[]\n', 1, 'this section header is not well formed'],
    ['[a]\ns3 =\n  max 10\n', 3, 'this nested line is not key = value'],
    ['[a]\ns3 =\n\n  x = 1\n  max: 10\n', 5, 'this nested line is not key = value'],
    ['[a]\nx=1\ry=2\n', 2, 'there is a control character'],
    ['[a]\nx=\0\n', 2, 'there is a control character'],
  ])('%j', (text, line, message) => {
    expect(parseIni(text).problems[0]).toEqual({ line, message })
  })
})

describe('profiles', () => {
  test.each([
    ['config', 'default', 'default'],
    ['config', 'profile work', 'work'],
    ['config', 'profile "my work"', 'my work'],
    ['config', 'profile  my\\ work', 'my work'],
    ['config', "profile 'my work'", 'my work'],
    ['config', 'profile my work', undefined],
    ['config', 'profile "work', undefined],
    ['config', ' profile work', undefined],
    ['config', 'default ', undefined],
    ['config', 'DEFAULT', undefined],
    ['credentials', 'DEFAULT', undefined],
    ['credentials', ' work', ' work'],
    ['config', 'sso-session work', undefined],
    ['config', 'work', undefined],
    ['credentials', 'work', 'work'],
  ] as const)('%s [%s] is %s', (kind, header, profile) => {
    expect(profileOf(kind, header)).toBe(profile)
  })

  it('writes headers as each file wants them', () => {
    expect(sectionHeader('config', 'work')).toBe('profile work')
    expect(sectionHeader('config', 'default')).toBe('default')
    expect(sectionHeader('credentials', 'work')).toBe('work')
  })

  it.each([
    '[profile default]\nregion = a\n[default]\nregion = b\n',
    '[default]\nregion = a\n[profile default]\nregion = b\n',
    '[profile default]\nregion = a\n[profile "default"]\nregion = b\n',
  ])('takes the last section of a profile as botocore does: %j', (text) => {
    const file = parseIni(text)
    expect(profileKeys(file, 'config', 'default').get('region')).toBe('b')
    expect(profileNames(file, 'config')).toEqual(['default'])
  })

  test.each(['work', 'a-b_c@d+e.f%g:h/i', '0', 'default', 'Foo Bar', 'é', 'Łódź 2', '仕事'])(
    'takes the name %j',
    (name) => {
      expect(isAcceptableProfileName(name)).toBe(true)
    },
  )

  test.each([
    '',
    ' a',
    'a ',
    'a  b',
    'a\nb',
    'a\tb',
    '-a',
    'a]',
    "a'b",
    'DEFAULT',
    '__proto__',
    'constructor',
    'a#',
  ])('refuses the name %j', (name) => {
    expect(isAcceptableProfileName(name)).toBe(false)
  })
})
