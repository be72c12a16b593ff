/**
 * Reads ~/.aws/config and ~/.aws/credentials the way botocore does (Python's RawConfigParser):
 * it is the strictest reader, so what it accepts, every AWS tool accepts.
 */
export type FileKind = 'config' | 'credentials'

export interface IniProblem {
  /** Counted from 1. */
  readonly line: number
  readonly message: string
}

export interface IniEntry {
  /** Lower-cased, as AWS tools compare it. */
  readonly key: string
  readonly value: string
  readonly indent: string
  /** Index of the entry's first line, and of the line after its last nested one. */
  readonly start: number
  end: number
}

export interface IniSection {
  readonly header: string
  readonly indent: string
  /** Index of the header's line. */
  readonly start: number
  readonly entries: IniEntry[]
}

export interface IniFile {
  /** With their line ends. */
  readonly lines: readonly string[]
  readonly sections: readonly IniSection[]
  /** Why AWS tools refuse the file; empty for a good one. */
  readonly problems: readonly IniProblem[]
}

interface Reading {
  readonly sections: IniSection[]
  readonly problems: IniProblem[]
  readonly headers: Set<string>
  section: IniSection | undefined
  /** Of a section with many entries. */
  keys: Set<string> | undefined
  entry: { value: string; end: number; key: string; start: number; indent: string } | undefined
  indent: number
}

/** Ten thousand profiles are 80,000 lines, so nothing is made for a line that is not needed. */
export function parseIni(text: string): IniFile {
  const reading: Reading = {
    sections: [],
    problems: [],
    headers: new Set(),
    section: undefined,
    keys: undefined,
    entry: undefined,
    indent: 0,
  }
  // Most files have none at all.
  const isStrange = strangeCharacter(text) !== undefined
  let index = 0
  for (let start = 0; start < text.length; index += 1) {
    const newline = text.indexOf('\n', start)
    const end = newline < 0 ? text.length : newline
    const isCrlf = newline > start && text[newline - 1] === '\r'
    readLine(reading, text.slice(start, isCrlf ? end - 1 : end), index, isStrange)
    start = end + 1
  }
  const { sections, problems } = reading
  let lines: readonly string[] | undefined
  return {
    sections,
    problems,
    get lines() {
      return (lines ??= text.match(/[^\n]*\n|[^\n]+$/g) ?? [])
    },
  }
}

/** `body` is a line without its end. */
function readLine(reading: Reading, body: string, index: number, mayBeStrange: boolean): void {
  const character = mayBeStrange ? strangeCharacter(body) : undefined
  if (character !== undefined) return report(reading, index, character)
  const content = body.trim()
  if (content === '' || content.startsWith('#') || content.startsWith(';')) return
  const indent = content.length === body.length ? '' : body.slice(0, body.indexOf(content))
  if (reading.entry !== undefined && indent.length > reading.indent) {
    reading.entry.value += `\n${withoutComment(content)}`
    reading.entry.end = index + 1
    return
  }
  reading.indent = indent.length
  if (content.startsWith('[')) startSection(reading, content, indent, index)
  else startEntry(reading, content, indent, index)
}

function report({ problems }: Reading, index: number, message: string): void {
  problems.push({ line: index + 1, message })
}

function startSection(reading: Reading, content: string, indent: string, index: number): void {
  reading.entry = undefined
  reading.section = undefined
  const header = /^\[([^\]]+)\](\s+[#;].*)?$/.exec(content)?.[1]
  if (header === undefined) return report(reading, index, `this section header is not well formed`)
  if (reading.headers.has(header)) {
    report(reading, index, `the section [${header}] is there a second time`)
  }
  reading.headers.add(header)
  reading.keys = undefined
  reading.section = { header, indent, start: index, entries: [] }
  reading.sections.push(reading.section)
}

function startEntry(reading: Reading, content: string, indent: string, index: number): void {
  reading.entry = undefined
  const end = endOfKey(content)
  if (end < 1) {
    return report(reading, index, 'this line is neither a section, a key = value nor a comment')
  }
  if (reading.section === undefined) {
    const isFirst = reading.problems.length === 0
    if (isFirst) report(reading, index, 'there is a key before the first [section]')
    return
  }
  const key = content.slice(0, end).trimEnd().toLowerCase()
  if (isThere(reading, reading.section.entries, key)) {
    report(reading, index, `the key ${key} is in [${reading.section.header}] a second time`)
  }
  const value = withoutComment(content.slice(end + 1).trimStart())
  reading.entry = { key, value, indent, start: index, end: index + 1 }
  reading.section.entries.push(reading.entry)
}

/** Where the first `=` or `:` is; negative where there is none. */
function endOfKey(content: string): number {
  const equals = content.indexOf('=')
  const colon = content.indexOf(':')
  return equals < 0 || (colon >= 0 && colon < equals) ? colon : equals
}

/** A set is dear to make, and most sections have a few keys. */
const FEW = 12

function isThere(reading: Reading, entries: readonly IniEntry[], key: string): boolean {
  if (entries.length < FEW) return entries.some((entry) => entry.key === key)
  reading.keys ??= new Set(entries.map((entry) => entry.key))
  const isKnown = reading.keys.has(key)
  reading.keys.add(key)
  return isKnown
}

function strangeCharacter(text: string): string | undefined {
  if (text.includes('\uFEFF')) return 'there is a byte order mark'

  if (/[\0-\x08\x0B-\x1F\x7F\x85\u2028\u2029]/.test(text)) return 'there is a control character'
  return undefined
}

/** JS strips ` # comment` after a value and botocore keeps it; no key or ARN has a blank and #. */
function withoutComment(value: string): string {
  if (!value.includes('#') && !value.includes(';')) return value
  const comment = value.search(/(?:^|\s)[#;]/)
  return comment < 0 ? value : value.slice(0, comment).trimEnd()
}

/** The profile a section belongs to, or undefined for `[sso-session x]` and the like. */
export function profileOf(kind: FileKind, header: string): string | undefined {
  const trimmed = header.trim()
  if (kind === 'credentials' || trimmed === 'default') return trimmed
  return /^profile\s+(["']?)(.*?)\1$/.exec(trimmed)?.[2]
}

export function sectionHeader(kind: FileKind, profile: string): string {
  return kind === 'credentials' || profile === 'default' ? profile : `profile ${profile}`
}

/** A profile's section; the last one counts, as in botocore, and `[profile default]` before `[default]`. */
export function findSection(
  file: IniFile,
  kind: FileKind,
  profile: string,
): IniSection | undefined {
  return sectionsByProfile(file, kind).get(profile)
}

/** Made once for each file, which nothing changes: a login looks for some thirty settings. */
const indexes = { config: new WeakMap(), credentials: new WeakMap() } as Readonly<
  Record<FileKind, WeakMap<IniFile, Map<string, IniSection>>>
>

function sectionsByProfile(file: IniFile, kind: FileKind): Map<string, IniSection> {
  const made = indexes[kind].get(file)
  if (made !== undefined) return made
  const index = new Map<string, IniSection>()
  for (const section of file.sections) {
    const profile = profileOf(kind, section.header)
    if (profile === undefined) continue
    const isOutranked =
      index.get(profile)?.header.startsWith('profile') === true &&
      !section.header.startsWith('profile')
    if (!isOutranked) index.set(profile, section)
  }
  indexes[kind].set(file, index)
  return index
}

/** A profile's keys (lower case) and values; empty where it has no section. */
export function profileKeys(file: IniFile, kind: FileKind, profile: string): Map<string, string> {
  const entries = findSection(file, kind, profile)?.entries ?? []
  return new Map(entries.map(({ key, value }) => [key, value]))
}

export function profileNames(file: IniFile, kind: FileKind): string[] {
  const names = file.sections.map(({ header }) => profileOf(kind, header))
  return [...new Set(names.filter((name) => name !== undefined))]
}

/**
 * Names every SDK reads: the JS loader skips others (`prefixKeyRegex` and `profileNameBlockList`
 * in @smithy/core), and a leading dash would look like an option.
 */
export function isAcceptableProfileName(name: string): boolean {
  return /^[\w@+.%:/][\w\-@+.%:/]*$/.test(name) && !/^(__proto__|constructor|prototype)$/.test(name)
}
