import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
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
    ['an indented first key', '[work]\n  region = x\n', { region: 'x' }],
  ])('%s', (_, text, keys) => {
    const file = parseIni(text)
    expect(file.problems).toEqual([])
    expect(Object.fromEntries(profileKeys(file, 'credentials', 'work'))).toEqual(keys)
  })
})

describe('parseIni names line and reason of what AWS tools refuse', () => {
  test.each([
    ['[a]\nx=1\n[a]\n', 3, 'the section [a] is there a second time'],
    ['[a]\nx=1\nX=2\n', 3, 'the key x is in [a] a second time'],
    ['\uFEFF[a]\nx=1\n', 1, 'there is a byte order mark'],
    ['[a]\nnonsense\n', 2, 'this line is neither a section, a key = value nor a comment'],
    ['x = 1\n[a]\n', 1, 'there is a key before the first [section]'],
    ['[a\nx=1\n', 1, 'this section header is not well formed'],
    ['[a] junk\n', 1, 'this section header is not well formed'],
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

  it('prefers [profile default] as the SDKs do', () => {
    const file = parseIni('[profile default]\nregion = a\n[default]\nregion = b\n')
    expect(profileKeys(file, 'config', 'default').get('region')).toBe('a')
    expect(profileNames(file, 'config')).toEqual(['default'])
  })

  test.each(['work', 'a-b_c@d+e.f%g:h/i', '0', 'default'])('takes the name %j', (name) => {
    expect(isAcceptableProfileName(name)).toBe(true)
  })

  test.each(['', 'a b', 'a\nb', '-a', 'a]', '__proto__', 'constructor', 'é', 'a#'])(
    'refuses the name %j',
    (name) => {
      expect(isAcceptableProfileName(name)).toBe(false)
    },
  )
})

const READ_WITH_BOTOCORE = `
import json, os, sys, tempfile
from botocore.configloader import raw_config_parse
out = []
for text in json.load(sys.stdin):
    with tempfile.NamedTemporaryFile('w', suffix='.ini', newline='', encoding='utf-8', delete=False) as f:
        f.write(text)
    try:
        parsed = raw_config_parse(f.name, parse_subsections=False)
        out.append({name: sorted(keys) for name, keys in parsed.items()})
    except Exception:
        out.append(None)
    os.unlink(f.name)
json.dump(out, sys.stdout)
`

function hasBotocore(): boolean {
  try {
    execFileSync('python3', ['-c', 'import botocore.configloader'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

describe.skipIf(!hasBotocore())('against botocore', () => {
  const line = fc.oneof(
    fc.constantFrom('[a]', '[b]', '[profile c]', ' [d]', '[a] # x', '[a', '[a] y', ''),
    fc.constantFrom(
      '# c',
      '; c',
      '  # c',
      'x = 1',
      'y=2',
      'X = 3',
      'z: 4',
      '  n = 1',
      's3 =',
      '\t',
    ),
    fc.constantFrom('garbage', '= 1', '  deep', 'k = v # c', '   ', 'long = a = b', '\uFEFF[e]'),
  )
  const end = fc.constantFrom('\n', '\r\n')
  const file = fc
    .array(fc.tuple(line, end), { maxLength: 8 })
    .map((lines) => lines.map(([text, eol]) => text + eol).join(''))

  it('accepts nothing botocore refuses, and reads the same sections and keys', () => {
    const texts = fc.sample(file, 3000)
    const output = execFileSync('python3', ['-c', READ_WITH_BOTOCORE], {
      input: JSON.stringify(texts),
      maxBuffer: 1e8,
    })
    const answers = JSON.parse(output.toString()) as (Record<string, string[]> | null)[]
    let accepted = 0
    texts.forEach((text, index) => {
      const { problems, sections } = parseIni(text)
      if (problems.length > 0) return
      accepted += 1
      const ours = sections.map(({ header, entries }) => [header, entries.map((e) => e.key).sort()])
      expect(answers[index], JSON.stringify(text)).toEqual(Object.fromEntries(ours))
    })
    expect(accepted).toBeGreaterThan(100)
  })
})
