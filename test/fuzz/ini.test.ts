/** The editor of the two AWS files with generated files. */
import { loadSharedConfigFiles, externalDataInterceptor } from '@smithy/shared-ini-file-loader'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import fc from 'fast-check'
import { parse } from 'ini'
import { expect, it, onTestFinished, test } from 'vitest'
import type { Context } from '../../src/context.ts'
import { Failure } from '../../src/failure.ts'
import { files } from '../support/platform.ts'
import type { Changes, Edit } from '../../src/profile/ini/edit.ts'
import { parseIni, profileKeys, profileOf, type FileKind } from '../../src/profile/ini/ini-file.ts'
import { editedText, editFile } from '../../src/profile/files/edit-file.ts'
import { campaign } from './campaign.ts'
import { edit, fileText } from './ini-files.ts'

/** Milliseconds of CPU time, which do not depend on the load. No edit may take longer. */
const PATIENCE_MS = 10_000

function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
const kind = fc.constantFrom<FileKind>('config', 'credentials')

it('an edit keeps every byte outside its section and reads back, or is refused', async () => {
  const { seed, numRuns } = campaign('edits of generated files', { quick: 10_000, full: 120_000 })
  const seen = { edited: 0, unchanged: 0, damaged: 0, refused: 0 }
  await fc.assert(
    fc.asyncProperty(fileText, kind, edit, async (text, which, wanted) => {
      const began = cpuMs()
      seen[await outcomeOf(text, which, wanted)] += 1
      expect(cpuMs() - began).toBeLessThan(PATIENCE_MS)
    }),
    { seed, numRuns },
  )
  process.stdout.write(`fuzz: ${JSON.stringify(seen)}\n`)
  // Cases with nearly always the same outcome would prove little.
  expect(seen.edited).toBeGreaterThan(numRuns / 4)
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(numRuns / 100)
}, 900_000)

async function outcomeOf(text: string, which: FileKind, wanted: Edit) {
  const isDamaged = parseIni(text).problems.length > 0
  let after: string
  try {
    after = await editedText(text, '/the/file', which, [wanted])
  } catch (error) {
    expect(error).toBeInstanceOf(Failure)
    const { exit, message, hint } = error as Failure
    expect([exit, hint === undefined]).toEqual(['files', false])
    expect(message).toContain('/the/file')
    return isDamaged ? 'damaged' : 'refused'
  }
  expect(isDamaged).toBe(false)
  oursReadsBack(text, after, which, wanted)
  if (after === text) return 'unchanged'
  outsideIsUntouched(text, after, which, wanted)
  await theLoaderAgrees(text, after, which, wanted)
  iniAgrees(text, after, which, wanted)
  expect(await editedText(after, '/the/file', which, [wanted])).toBe(after)
  return 'edited'
}

/** The bytes around the edited section and its comments (of a removed section, the comments after its keys). */
function outsideIsUntouched(
  text: string,
  after: string,
  which: FileKind,
  { profile, change }: Edit,
): void {
  const file = parseIni(text)
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? []
  const section = file.profiles(which).get(profile)
  if (section === undefined) {
    expect(after.startsWith(text)).toBe(true)
    return
  }
  const next = file.sections[file.sections.indexOf(section) + 1]
  const above = lines.slice(0, section.start).join('')
  const below = next === undefined ? '' : lines.slice(next.start).join('')
  // A section that goes takes one blank line of two with it.
  expect(after.startsWith(above.replace(/[^\S\n]*\n$/, ''))).toBe(true)
  expect(after.endsWith(below)).toBe(true)
  const from = change === 'remove' ? (section.entries.at(-1)?.end ?? section.start + 1) : 0
  const isOwn = (index: number): boolean =>
    section.entries.some(({ start, end }) => start <= index && index < end)
  const notes = lines.filter(
    (line, index) =>
      index > section.start &&
      index >= from &&
      index < (next?.start ?? Infinity) &&
      !isOwn(index) &&
      line.trim() !== '',
  )
  let place = Math.max(0, above.length - 1)
  for (const line of notes) {
    const at = after.indexOf(line.trimEnd(), place)
    expect(at, JSON.stringify(line)).toBeGreaterThanOrEqual(0)
    place = at + line.trimEnd().length
  }
}

type Sections = Map<string, Record<string, unknown>>

/** Checks that all sections are as before except for the change. */
function compare(
  before: Sections,
  after: Sections,
  { profile, change }: Edit,
  spell = (key: string) => key,
): void {
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    if (name !== profile) expect(after.get(name), name).toEqual(before.get(name))
  }
  // Without `[profile default]`, the loader of the SDK reads `[default]`.
  if (change === 'remove' || profile === 'default') return
  const [old, now] = [before, after].map((sections) =>
    others(sections.get(profile) ?? {}, change, spell),
  )
  expect(now, profile).toEqual(old)
}

/** Leaves out the changed keys and the nested lines below them, as the loader names those. */
function others(keys: object, change: Changes, spell: (key: string) => string) {
  return Object.entries(keys).filter(
    ([key]) => !Object.hasOwn(change, spell(key)) && !key.includes('.'),
  )
}

/** Only mfa-login and botocore end a key at a colon and compare keys in lower case. */
function asOursSpells(key: string): string {
  return (key.split(':')[0] ?? '').trim().toLowerCase()
}

function oursReadsBack(text: string, after: string, which: FileKind, wanted: Edit): void {
  const sections = (each: string): Sections => {
    const file = parseIni(each)
    expect(file.problems).toEqual([])
    return new Map(
      file.sections.map(({ header, entries }) => [
        profileOf(which, header) ?? `[${header}]`,
        Object.fromEntries(entries.map(({ key, value }) => [key, value])),
      ]),
    )
  }
  compare(sections(text), sections(after), wanted)
  const file = parseIni(after)
  if (wanted.change === 'remove') return
  const keys = profileKeys(file, which, wanted.profile)
  for (const [key, value] of Object.entries(wanted.change)) expect(keys.get(key), key).toBe(value)
}

async function theLoaderAgrees(
  text: string,
  after: string,
  which: FileKind,
  wanted: Edit,
): Promise<void> {
  // The loader reads nothing from a file with such a section, and reads nested lines as sections.
  if (text.includes('__proto__]') || /^\s+\[/m.test(text)) return
  const read = async (each: string): Promise<Sections> => {
    const [path, none] = ['/fuzzed/file', '/fuzzed/none']
    externalDataInterceptor.interceptFile(path, each)
    externalDataInterceptor.interceptFile(none, '')
    const found = await loadSharedConfigFiles({
      filepath: which === 'credentials' ? path : none,
      configFilepath: which === 'config' ? path : none,
      ignoreCache: true,
    })
    const own = which === 'credentials' ? found.credentialsFile : found.configFile
    return new Map(Object.entries(own))
  }
  const now = await read(after)
  compare(await read(text), now, wanted, asOursSpells)
  if (wanted.change === 'remove') return
  const keys = now.get(wanted.profile) ?? {}
  for (const [key, value] of Object.entries(wanted.change)) expect(keys[key], key).toBe(value)
}

/** `ini` nests names with dots and does not read indented headers, but its results before and after must agree. */
function iniAgrees(text: string, after: string, which: FileKind, wanted: Edit): void {
  const read = (each: string): Sections =>
    new Map(
      Object.entries(parse(each) as Record<string, Record<string, unknown>>).map(
        ([header, keys]) => [profileOf(which, header) ?? `[${header}]`, keys],
      ),
    )
  if (/^\s+\[|^\[[^\]]*[."'\\]|^\[[^\]]*\]\s*[^\s]/m.test(text) || wanted.profile.includes('.'))
    return
  compare(read(text), read(after), wanted, asOursSpells)
}

const BLANKS = ' '.repeat(300_000)
test.each([
  ['a key without an end', `a${BLANKS}b`],
  ['blanks in a value', `a = b${BLANKS}c`],
  ['blanks in a nested line', `a =\n  b${BLANKS}c`],
  ['blanks behind a header', `[a]${BLANKS}#`],
  ['a header without an end', `[${'a'.repeat(300_000)}`],
  ['a profile’s header of blanks', `[profile${BLANKS}"x]`],
  ['equals signs', '='.repeat(300_000)],
  ['brackets', '['.repeat(300_000)],
  ['many keys', Array.from({ length: 30_000 }, (_, index) => `k${index} = v`).join('\n')],
  ['many sections', Array.from({ length: 20_000 }, (_, index) => `[s${index}]`).join('\n')],
])('takes no long time over %s', async (_, lines) => {
  const began = cpuMs()
  const wanted = { profile: 'work', change: { region: 'x' } }
  await outcomeOf(`[work]\n${lines}\n`, 'config', wanted)
  expect(cpuMs() - began).toBeLessThan(PATIENCE_MS)
})

it('files of any bytes on disk are edited or left as they are', async () => {
  const { seed, numRuns } = campaign('files of any bytes on disk', { quick: 300, full: 3000 })
  const folder = mkdtempSync(`${tmpdir()}/fuzz-ini-`)
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = `${folder}/config`
  const context = { files, sleep: () => Promise.resolve() } as unknown as Context
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc.tuple(fileText, fc.uint8Array({ maxLength: 4 }), fc.nat()).map(([text, scrap, at]) => {
      const whole = Buffer.from(text)
      const cut = at % (whole.length + 1)
      return Buffer.concat([whole.subarray(0, cut), scrap, whole.subarray(cut)])
    }),
  )
  const ends = { left: 0, written: 0 }
  await fc.assert(
    fc.asyncProperty(bytes, edit, async (content, wanted) => {
      writeFileSync(path, content)
      try {
        const { after } = await editFile(context, path, 'config', [wanted])
        expect(readFileSync(path, 'utf8')).toBe(after)
        ends.written += 1
      } catch (error) {
        expect(error).toBeInstanceOf(Failure)
        expect(readFileSync(path).equals(Buffer.from(content))).toBe(true)
        ends.left += 1
      }
      expect(readdirSync(folder)).toEqual(['config'])
    }),
    { seed, numRuns },
  )
  for (const count of Object.values(ends)) expect(count).toBeGreaterThan(numRuns / 20)
}, 300_000)
