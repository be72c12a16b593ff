import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { textsToCompare } from '../../../src/profile/ini/changed-part.ts'
import { applyEdit, type Edit } from '../../../src/profile/ini/edit.ts'
import { unexpectedChange } from '../../../src/profile/ini/independent-readers.ts'
import {
  parseIni,
  sectionHeader,
  type FileKind,
  type IniFile,
} from '../../../src/profile/ini/ini-file.ts'
import { edit } from '../../fuzz/ini-files.ts'

const NAMES = ['default', 'work', 'work-mfa', 'work-long-term', 'a.b', 'x/y', 'other', 'third', 'z']
const LINES = ['region = x', 's3 =', '  max = 10', 'aws_access_key_id = A', '# note', '', 'c = [x]']
/** Lines that damage a file, or that some readers take for a header. */
const ODD_LINES = ['[other', '[third]x', ' [z]', '[toString]', 'x', '[work] # c', '[profile "z"]']

const kind = fc.constantFrom<FileKind>('config', 'credentials')
const section = fc.tuple(fc.constantFrom(...NAMES), fc.uniqueArray(fc.constantFrom(...LINES)))
const sections = fc.uniqueArray(section, { selector: ([name]) => name, minLength: 4 })

interface Damage {
  readonly at: number
  readonly removed: number
  readonly inserted: readonly string[]
}

/** What an editor with a defect might do to some line of the file. */
const damage: fc.Arbitrary<Damage> = fc.record({
  at: fc.nat(),
  removed: fc.nat({ max: 2 }),
  inserted: fc.array(fc.constantFrom(...LINES, ...ODD_LINES), { maxLength: 1 }),
})

function fileOf(
  parts: readonly (readonly [string, readonly string[]])[],
  which: FileKind,
): IniFile {
  const all = parts.map(([name, lines]) => [`[${sectionHeader(which, name)}]`, ...lines].join('\n'))
  return parseIni(`${all.join('\n')}\n`)
}

function damaged(text: string, { at, removed, inserted }: Damage): string {
  const lines = text.split('\n')
  return lines.toSpliced(at % lines.length, removed, ...inserted).join('\n')
}

/** The verdict on the whole texts, which is what a file with problems gets. */
async function verdictOnWhole(before: IniFile, after: IniFile, which: FileKind, wanted: Edit) {
  const isRead = { problems: [{ line: 1, message: 'read it whole' }] }
  return unexpectedChange({ ...before, ...isRead }, { ...after, ...isRead }, which, wanted)
}

describe('the changed part of a file', () => {
  it('gets the same verdict as the whole file', async () => {
    const seen = { part: 0, whole: 0, good: 0, bad: 0 }
    await fc.assert(
      fc.asyncProperty(
        sections,
        kind,
        edit,
        fc.option(damage),
        async (parts, which, wanted, harm) => {
          const before = fileOf(parts, which)
          fc.pre(before.problems.length === 0)
          let text: string
          try {
            text = applyEdit(before, which, wanted)
          } catch {
            return
          }
          const after = parseIni(harm === null ? text : damaged(text, harm))
          // A file with problems is never written.
          if (after.problems.length > 0 || after.text === before.text) return
          const verdict = await unexpectedChange(before, after, which, wanted)
          expect(verdict).toBe(await verdictOnWhole(before, after, which, wanted))
          const [old] = textsToCompare(before, after, which)
          seen[old === before.text ? 'whole' : 'part'] += 1
          if (old !== before.text) seen[verdict === undefined ? 'good' : 'bad'] += 1
        },
      ),
      { numRuns: 2500, seed: 20_260_103 },
    )
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(50)
  })

  const text = '[a]\nx = 1\n[b]\nx = 1\n[c]\nx = 1\n[d]\nx = 1\n[e]\nx = 1\n'
  const changed = text.replace('[c]\nx = 1', '[c]\nx = 2')

  it('is the changed section and one on either side', () => {
    expect(textsToCompare(parseIni(text), parseIni(changed), 'credentials')).toEqual([
      '[b]\nx = 1\n[c]\nx = 1\n[d]\nx = 1\n',
      '[b]\nx = 1\n[c]\nx = 2\n[d]\nx = 1\n',
    ])
  })

  it('reaches to the end of the file for a section that is appended', () => {
    const after = `${text}[f]\nx = 1\n`
    expect(textsToCompare(parseIni(text), parseIni(after), 'credentials')).toEqual([
      '[d]\nx = 1\n[e]\nx = 1\n',
      '[d]\nx = 1\n[e]\nx = 1\n[f]\nx = 1\n',
    ])
  })

  test.each([
    ['a section is not closed', '[f\n'],
    ['a header has a comment', '[f] # mine\n'],
    ['a header is indented', ' [f]\n'],
    ['a value is continued with a bracket', '[f]\nx =\n  [a]\n'],
    ['a name is quoted', '["f"]\n'],
    ['a name is a property of objects', '[toString]\n'],
    ['a name has a blank', '[profile f]\n'],
    ['the default profile is there twice', '[default]\n[profile default]\n'],
  ])('is the whole file where %s', (_, end) => {
    const [before, after] = [text + end, changed + end]
    expect(textsToCompare(parseIni(before), parseIni(after), 'credentials')).toEqual([
      before,
      after,
    ])
  })
})
