/**
 * Reads ~/.aws/config and ~/.aws/credentials line by line, the way botocore does (Python's RawConfigParser):
 * it is the strictest reader, so what it accepts, every AWS tool accepts.
 */

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

export interface Lines {
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

export function readLines(text: string): Lines {
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
  return reading
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

export function strangeCharacter(text: string): string | undefined {
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
