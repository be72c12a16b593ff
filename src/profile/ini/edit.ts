import {
  sectionHeader,
  type FileKind,
  type IniEntry,
  type IniFile,
  type IniSection,
} from './ini-file.ts'

/** New values by key; undefined removes the key. */
export type Changes = Readonly<Record<string, string | undefined>>

export interface Edit {
  readonly profile: string
  /** `remove` takes the whole section away. */
  readonly change: Changes | 'remove'
}

/** The text with one profile's section edited; every byte outside the section stays. */
export function applyEdit(file: IniFile, kind: FileKind, { profile, change }: Edit): string {
  const section = file.profiles(kind).get(profile)
  if (change === 'remove') return section === undefined ? file.text : removeSection(file, section)
  refuseUnwritable(change)
  return section === undefined
    ? appendSection(file.text, sectionHeader(kind, profile), change)
    : editSection(file, section, change)
}

/** True for values that every reader of these files reads exactly as written. */
export function isWritableValue(value: string): boolean {
  return !/[\0-\x1F\x7F-\x9F\u2028\u2029\uFEFF]|(^|\s)[#;]|^\s|\s$|^$/.test(value)
}

function refuseUnwritable(changes: Changes): void {
  const refused = Object.entries(changes).find(([, v]) => v !== undefined && !isWritableValue(v))
  if (refused !== undefined) throw new TypeError(`the value of ${refused[0]} cannot be written`)
}

function editSection(file: IniFile, section: IniSection, changes: Changes): string {
  const { text } = file
  const end = lineEnd(text)
  const lines = linesOf(text, section)
  const added = Object.entries(changes).filter(([key]) => !section.values.has(key))
  insertKeys(lines, section, { added, end, indent: indentForFirstKey(file, section) })
  // From the bottom up, so that the indexes of the entries above stay true.
  for (const entry of section.entries.toReversed()) {
    // Not `in`: a file may have a key `constructor`.
    if (!Object.hasOwn(changes, entry.key)) continue
    replaceEntry(lines, entry, { value: changes[entry.key], at: entry.start - section.start, end })
  }
  return text.slice(0, section.from) + lines.join('') + text.slice(section.to)
}

function replaceEntry(
  lines: string[],
  entry: IniEntry,
  { value, at, end }: { value: string | undefined; at: number; end: string },
): void {
  if (value === entry.value) return
  const count = entry.end - entry.start
  const hadEnd = lines[at + count - 1]?.endsWith('\n') === true
  const line =
    value === undefined ? [] : [`${entry.indent}${entry.key} = ${value}${hadEnd ? end : ''}`]
  lines.splice(at, count, ...line)
}

interface Insertion {
  readonly added: readonly (readonly [string, string | undefined])[]
  readonly end: string
  readonly indent: string
}

function insertKeys(lines: string[], section: IniSection, { added, end, indent }: Insertion): void {
  const at = lineCount(section)
  const inserted = added.flatMap(([key, value]) =>
    value === undefined
      ? []
      : [`${section.entries.at(-1)?.indent ?? indent}${key} = ${value}${end}`],
  )
  if (inserted.length > 0) lines[at - 1] = withLineEnd(lines[at - 1] ?? '', end)
  lines.splice(at, 0, ...inserted)
}

/** Below a key with less indent, the next header would be a continuation line. */
function indentForFirstKey({ sections }: IniFile, section: IniSection): string {
  const next = sections[sections.indexOf(section) + 1]?.indent ?? ''
  return next.length > section.indent.length ? next : section.indent
}

function appendSection(text: string, header: string, changes: Changes): string {
  const keys = Object.entries(changes).filter(([, value]) => value !== undefined)
  if (keys.length === 0) return text
  const end = lineEnd(text)
  const before = text === '' ? '' : withLineEnd(text, end)
  const gap = before === '' || /(^|\n)\r?\n$/.test(before.slice(-3)) ? '' : end
  const lines = [`[${header}]`, ...keys.map(([key, value]) => `${key} = ${value ?? ''}`)]
  return before + gap + lines.map((line) => line + end).join('')
}

/** Removes the header and its keys. Comments after the last key stay: they may belong to what is below. */
function removeSection({ text }: IniFile, section: IniSection): string {
  const rest = linesOf(text, section).slice(lineCount(section))
  const isLast = section.to === text.length
  const isGapBelow = rest[0] === undefined ? isLast : isBlank(rest[0])
  const above = startOfLineAbove(text, section.from)
  const isGapAbove = section.from > 0 && isBlank(text.slice(above, section.from))
  const from = isGapAbove && isGapBelow ? above : section.from
  return text.slice(0, from) + rest.join('') + text.slice(section.to)
}

/** From the header to the last key. */
function lineCount(section: IniSection): number {
  return (section.entries.at(-1)?.end ?? section.start + 1) - section.start
}

/** With their line ends. */
function linesOf(text: string, { from, to }: IniSection): string[] {
  return text.slice(from, to).match(/[^\n]*\n|[^\n]+$/g) ?? []
}

function startOfLineAbove(text: string, start: number): number {
  return start < 2 ? 0 : text.lastIndexOf('\n', start - 2) + 1
}

function isBlank(line: string): boolean {
  return line.trim() === ''
}

function lineEnd(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? '\n'
}

function withLineEnd(line: string, end: string): string {
  return line.endsWith('\n') ? line : line + end
}
