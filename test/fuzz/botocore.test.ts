/** Generated files, read by this program and by botocore. */
import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  parseIni,
  profileKeys,
  profileNames,
  type FileKind,
} from '../../src/profile/ini/ini-file.ts'
import { has } from '../support/programs.ts'
import { campaign } from './campaign.ts'
import { fileText } from './ini-files.ts'

/** Prints the profiles of each file with their keys and values, or null where botocore refuses it. */
const READ_WITH_BOTOCORE = `
import json, os, sys, tempfile
from botocore.configloader import build_profile_map, load_config, raw_config_parse
found = []
path = os.path.join(tempfile.mkdtemp(), 'file')
for kind, text in json.load(sys.stdin):
    with open(path, 'w', newline='', encoding='utf-8') as f: f.write(text)
    try:
        load_config(path)
        sections = raw_config_parse(path, parse_subsections=False)
        found.append(build_profile_map(sections)['profiles'] if kind == 'config' else sections)
    except Exception:
        found.append(None)
os.unlink(path)
os.rmdir(os.path.dirname(path))
json.dump(found, sys.stdout)
`

type Profiles = Record<string, Record<string, string>>

function readWithBotocore(cases: readonly (readonly [FileKind, string])[]): (Profiles | null)[] {
  const options = { env: { ...process.env, PYTHONUTF8: '1' }, maxBuffer: 1e9 }
  const input = JSON.stringify(cases)
  const output = execFileSync('python3', ['-c', READ_WITH_BOTOCORE], { ...options, input })
  return JSON.parse(String(output)) as (Profiles | null)[]
}

/** botocore keeps ` # comment` behind a value, the SDK for JavaScript and this program do not. */
function withoutComments(profiles: Profiles): Profiles {
  const strip = (value: string): string =>
    value
      .split('\n')
      .map((line) => line.replace(/(^|\s)[#;].*$/, '').trimEnd())
      .join('\n')
  const stripped = (keys: Record<string, string>) =>
    Object.entries(keys).map(([key, value]) => [key, strip(value)] as const)
  const all = Object.entries(profiles).map(([name, keys]) => [name, stripped(keys)] as const)
  return Object.fromEntries(all.map(([name, keys]) => [name, Object.fromEntries(keys)]))
}

function readWithOurs(kind: FileKind, text: string): Profiles {
  const file = parseIni(text)
  const names = profileNames(file, kind)
  return Object.fromEntries(
    names.map((name) => [name, Object.fromEntries(profileKeys(file, kind, name))]),
  )
}

/** What this program refuses and botocore reads, as other readers of these files read it differently. */
const REFUSED_TOO = /a byte order mark|a control character|\[DEFAULT\] appears a second time/

const nested = fc
  .array(fc.constantFrom('a = 1', 'max 10', 'b: 2', '# c', '', 'c = # d', '='), { maxLength: 3 })
  .map((lines) => ['s3 =', ...lines.map((line) => `  ${line}`)])
const odd = fc.constantFrom(
  ...['[DEFAULT]', '[default]', '[profile default]', '[default ]', '[profile "default"]'],
  ...['[work] mine', '[work] # [mine]', '[[work]]', '[]', '[x = y', '[x] = y', "[profile 'a b']"],
  ...['[profile a b]', '[profile "a]', '[profile a\\ b]', '[profiles x]', '[profile "a\\"b" ]'],
  ...['r = a', ' s = b', '    c', 'c', '', '   ', '# note', '  # note', 't =', 'É = 1', 'é = 2'],
)
const lines = fc
  .array(fc.oneof({ weight: 3, arbitrary: odd.map((line) => [line]) }, nested), { maxLength: 8 })
  .map((parts) => `${parts.flat().join('\n')}\n`)
const kinds = fc.constantFrom<FileKind>('config', 'credentials')

test.skipIf(!has('python3', '-c', 'import botocore'))(
  'botocore reads the same profiles, keys and values, or refuses the file too (skipped without python3-botocore)',
  () => {
    const { seed, numRuns } = campaign('files for botocore', { quick: 1500, full: 60_000 })
    const texts = fc.oneof(fileText, lines)
    const cases = fc.sample(fc.tuple(kinds, texts), { seed, numRuns })
    const seen = { read: 0, refused: 0, stricter: 0 }
    readWithBotocore(cases).forEach((expected, index) => {
      const [kind, text] = cases[index]!
      const problems = parseIni(text).problems.map(({ message }) => message)
      // botocore checks nested lines of this section only where another section inherits them.
      const isUnchecked = text.includes('[DEFAULT]') && problems.join().includes('nested')
      if (isUnchecked || REFUSED_TOO.test(problems.join())) seen.stricter += 1
      else if (expected === null || problems.length > 0) {
        expect([kind, text, problems, expected]).toEqual([kind, text, expect.anything(), null])
        seen.refused += 1
      } else {
        expect([text, readWithOurs(kind, text)]).toEqual([text, withoutComments(expected)])
        seen.read += 1
      }
    })
    process.stdout.write(`fuzz: ${JSON.stringify(seen)}\n`)
    expect(seen.read).toBeGreaterThan(numRuns / 4)
    expect(seen.refused).toBeGreaterThan(numRuns / 10)
  },
  300_000,
)
