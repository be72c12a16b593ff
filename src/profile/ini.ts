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
  /** Of the section so far. */
  keys: Set<string>
  entry: { value: string; end: number; key: string; start: number; indent: string } | undefined
  indent: number
}

export function parseIni(text: string): IniFile {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? []
  const reading: Reading = {
    sections: [],
    problems: [],
    headers: new Set(),
    section: undefined,
    keys: new Set(),
    entry: undefined,
    indent: 0,
  }
  lines.forEach((line, index) => readLine(reading, line, index))
  return { lines, sections: reading.sections, problems: reading.problems }
}

function readLine(reading: Reading, line: string, index: number): void {
  const problem = (message: string): void =>
    void reading.problems.push({ line: index + 1, message })
  const body = line.replace(/\r?\n$/, '')
  const character = strangeCharacter(body)
  if (character !== undefined) return problem(character)
  const content = body.trim()
  if (content === '' || /^[#;]/.test(content)) return
  const indent = /^\s*/.exec(body)?.[0] ?? ''
  if (reading.entry !== undefined && indent.length > reading.indent) {
    reading.entry.value += `\n${withoutComment(content)}`
    reading.entry.end = index + 1
    return
  }
  reading.indent = indent.length
  if (content.startsWith('[')) startSection(reading, content, { indent, index, problem })
  else startEntry(reading, content, { indent, index, problem })
}

interface Place {
  readonly indent: string
  readonly index: number
  readonly problem: (message: string) => void
}

function startSection(reading: Reading, content: string, { indent, index, problem }: Place): void {
  reading.entry = undefined
  reading.section = undefined
  const header = /^\[([^\]]+)\](\s+[#;].*)?$/.exec(content)?.[1]
  if (header === undefined) return problem(`this section header is not well formed`)
  if (reading.headers.has(header)) problem(`the section [${header}] is there a second time`)
  reading.headers.add(header)
  reading.keys = new Set()
  reading.section = { header, indent, start: index, entries: [] }
  reading.sections.push(reading.section)
}

function startEntry(reading: Reading, content: string, { indent, index, problem }: Place): void {
  reading.entry = undefined
  // Linear in the line's length, also for a megabyte of blanks; so is withoutComment.
  const match = /^([^=:]+)[=:]\s*(.*)$/.exec(content)
  if (match === null) return problem('this line is neither a section, a key = value nor a comment')
  if (reading.section === undefined) {
    if (reading.problems.length === 0) problem('there is a key before the first [section]')
    return
  }
  const key = (match[1] ?? '').trimEnd().toLowerCase()
  if (reading.keys.has(key)) {
    problem(`the key ${key} is in [${reading.section.header}] a second time`)
  }
  reading.keys.add(key)
  const value = withoutComment(match[2] ?? '')
  reading.entry = { key, value, indent, start: index, end: index + 1 }
  reading.section.entries.push(reading.entry)
}

function strangeCharacter(body: string): string | undefined {
  if (body.includes('\uFEFF')) return 'there is a byte order mark'

  if (/[\0-\x08\x0B-\x1F\x7F\x85\u2028\u2029]/.test(body)) return 'there is a control character'
  return undefined
}

/** JS strips ` # comment` after a value and botocore keeps it; no key or ARN has a blank and #. */
function withoutComment(value: string): string {
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
  const sections = file.sections.filter(({ header }) => profileOf(kind, header) === profile)
  return sections.findLast(({ header }) => header.startsWith('profile')) ?? sections.at(-1)
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
