/**
 * Reads ~/.aws/config and ~/.aws/credentials as botocore does (Python's RawConfigParser): it is the
 * strictest reader, so every AWS tool accepts what it accepts.
 *
 * The first pass finds sections and problems and keeps no entries: a command needs a few sections of
 * a file that may have ten thousand. The entries of a section are read, by the same code, when they
 * are first used.
 */

export const BYTE_ORDER_MARK = '\uFEFF'

export interface IniProblem {
  /** Counted from 1. */
  readonly line: number
  readonly message: string
}

export interface IniEntry {
  /** In lower case, as AWS tools compare it. */
  readonly key: string
  /** With the lines nested below it and the blank ones between them, each after a line feed. */
  readonly value: string
  readonly indent: string
  /** Index in the file of the entry's first line, and of the line after its last nested one. */
  readonly start: number
  readonly end: number
}

/** A file's text. */
interface Source {
  readonly text: string
  /** Whether lines are checked for characters that no reader accepts; most files have none. */
  readonly isSuspect: boolean
}

class Reading {
  readonly source: Source
  readonly sections: IniSection[] = []
  readonly problems: IniProblem[] = []
  readonly headers: Set<string> | undefined
  /** Filled where the entries are wanted. */
  readonly entries: MutableEntry[] | undefined
  /** The keys of the section so far. */
  readonly keys = new Set<string>()
  section: IniSection | undefined
  /** Whether a line with more indent than `indent` continues an entry. */
  isInEntry = false
  /** Whether that line must be a setting itself, as below `s3 =`. */
  isNested = false
  indent = 0
  /** Blank lines since the last line of the entry. */
  blanks = 0

  constructor(source: Source, parts: Partial<Reading>) {
    this.source = source
    Object.assign(this, parts)
  }
}

type MutableEntry = { -readonly [Name in keyof IniEntry]: IniEntry[Name] }

export class IniSection {
  readonly header: string
  readonly indent: string
  /** Index in the file of the header's line. */
  readonly start: number
  /** Offset in the text of the header's line, and of the line after the section. */
  readonly from: number
  to: number
  readonly #source: Source
  #entries: readonly IniEntry[] | undefined
  #values: ReadonlyMap<string, string> | undefined

  constructor(source: Source, place: Pick<IniSection, 'header' | 'indent' | 'start' | 'from'>) {
    this.#source = source
    this.header = place.header
    this.indent = place.indent
    this.start = place.start
    this.from = place.from
    this.to = source.text.length
  }

  get entries(): readonly IniEntry[] {
    return (this.#entries ??= readEntries(this.#source, this))
  }

  /** The values of the entries by key. */
  get values(): ReadonlyMap<string, string> {
    return (this.#values ??= new Map(this.entries.map(({ key, value }) => [key, value])))
  }
}

/** The sections of a file, and why AWS tools refuse it; no problems for a good file. */
export function readSections(text: string): {
  readonly sections: readonly IniSection[]
  readonly problems: readonly IniProblem[]
} {
  const source = { text, isSuspect: strangeCharacter(text) !== undefined }
  const reading = new Reading(source, { headers: new Set() })
  readLines(reading, { from: 0, to: text.length, line: 0 })
  return reading
}

function readEntries(source: Source, section: IniSection): readonly IniEntry[] {
  const entries: MutableEntry[] = []
  const headerEnd = source.text.indexOf('\n', section.from)
  const from = headerEnd < 0 ? section.to : headerEnd + 1
  const reading = new Reading(source, { section, entries, indent: section.indent.length })
  readLines(reading, { from, to: section.to, line: section.start + 1 })
  return entries
}

/** `line` is the index of the first line. */
function readLines(
  reading: Reading,
  { from, to, line: first }: { from: number; to: number; line: number },
): void {
  const { text } = reading.source
  let line = first
  for (let start = from; start < to; line += 1) {
    const newline = text.indexOf('\n', start)
    const end = newline < 0 ? text.length : newline
    const isCrlf = newline > start && text.charCodeAt(newline - 1) === CARRIAGE_RETURN
    readLine(reading, start, isCrlf ? end - 1 : end, line)
    start = end + 1
  }
}

const [TAB, CARRIAGE_RETURN, SPACE, HASH, COLON, SEMICOLON, EQUALS, OPEN] = [
  9, 13, 32, 35, 58, 59, 61, 91,
]

/** Reads the line from `start` to `end`, without its line end. */
function readLine(reading: Reading, start: number, end: number, line: number): void {
  const { text, isSuspect } = reading.source
  const character = isSuspect ? strangeCharacter(text.slice(start, end)) : undefined
  if (character !== undefined) return report(reading, line, character)
  let first = start
  while (first < end && isBlank(text.charCodeAt(first))) first += 1
  const code = text.charCodeAt(first)
  if (first === end) reading.blanks += 1
  if (first === end || code === HASH || code === SEMICOLON) return
  if (reading.isInEntry && first - start > reading.indent) {
    continueEntry(reading, text.slice(first, end), line)
    return
  }
  reading.indent = first - start
  reading.isInEntry = false
  const close = closeOf(text, first, end)
  if (close > first + 1) startSection(reading, { start, first, close, line })
  else startEntry(reading, first, end, line)
}

/** As for Python, text behind the last bracket does not matter, and without one the line may be an entry. */
function closeOf(text: string, first: number, end: number): number {
  return text.charCodeAt(first) === OPEN ? text.slice(first, end).lastIndexOf(']') + first : -1
}

/** The characters that `trim` removes. */
function isBlank(code: number): boolean {
  return code === SPACE || code === TAB || (code > 127 && /\s/.test(String.fromCharCode(code)))
}

function report({ problems }: Reading, line: number, message: string): void {
  problems.push({ line: line + 1, message })
}

function startSection(
  reading: Reading,
  { start, first, close, line }: { start: number; first: number; close: number; line: number },
): void {
  const above = reading.sections.at(-1)
  if (above !== undefined && reading.section === above) above.to = start
  const header = reading.source.text.slice(first + 1, close)
  if (reading.headers?.has(header) === true) {
    report(reading, line, `the section [${header}] appears a second time`)
  }
  reading.headers?.add(header)
  reading.keys.clear()
  const indent = reading.source.text.slice(start, first)
  const section = new IniSection(reading.source, { header, indent, start: line, from: start })
  reading.section = section
  reading.sections.push(section)
}

function startEntry(reading: Reading, first: number, end: number, line: number): void {
  const { text } = reading.source
  let assignment = first
  while (assignment < end && !isAssignment(text.charCodeAt(assignment))) assignment += 1
  if (assignment === first || assignment === end) {
    const isHeader = text.charCodeAt(first) === OPEN
    const message = 'this line is neither a section, a key = value nor a comment'
    return report(reading, line, isHeader ? 'this section header is not well formed' : message)
  }
  if (reading.section === undefined) {
    const isFirst = reading.problems.length === 0
    if (isFirst) report(reading, line, 'there is a key before the first [section]')
    return
  }
  const key = text.slice(first, assignment).trimEnd().toLowerCase()
  if (reading.keys.has(key)) {
    report(reading, line, `the key ${key} is in [${reading.section.header}] a second time`)
  }
  reading.keys.add(key)
  const value = text.slice(assignment + 1, end).trim()
  reading.isInEntry = true
  reading.isNested = value === ''
  reading.blanks = 0
  reading.entries?.push({
    key,
    value: withoutComment(value),
    indent: text.slice(first - reading.indent, first),
    start: line,
    end: line + 1,
  })
}

function isAssignment(code: number): boolean {
  return code === EQUALS || code === COLON
}

function continueEntry(reading: Reading, content: string, line: number): void {
  if (reading.isNested && !content.includes('=')) {
    report(reading, line, 'this nested line is not key = value')
  }
  const entry = reading.entries?.at(-1)
  if (entry === undefined) return
  entry.value += '\n'.repeat(reading.blanks + 1) + withoutComment(content.trimEnd())
  entry.end = line + 1
  reading.blanks = 0
}

function strangeCharacter(text: string): string | undefined {
  if (text.includes(BYTE_ORDER_MARK)) return 'there is a byte order mark'
  if (/[\0-\x08\x0B-\x1F\x7F\x85\u2028\u2029]/.test(text)) return 'there is a control character'
  return undefined
}

/** The SDK for JavaScript removes ` # comment` after a value and botocore keeps it; no key or ARN has a blank and #. */
function withoutComment(value: string): string {
  if (!value.includes('#') && !value.includes(';')) return value
  const comment = value.search(/(?:^|\s)[#;]/)
  return comment < 0 ? value : value.slice(0, comment).trimEnd()
}
