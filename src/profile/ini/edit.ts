import {
  parseIni,
  sectionHeader,
  type FileKind,
  type IniEntry,
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
export function applyEdit(text: string, kind: FileKind, edit: Edit): string {
  if (edit.change === 'remove') return removeSection(text, kind, edit.profile)
  return editSection(text, kind, edit.profile, edit.change)
}

/** True for values that every reader of these files gives back as they were written. */
export function isWritableValue(value: string): boolean {
  return !/[\0-\x1F\x7F-\x9F\u2028\u2029\uFEFF]|(^|\s)[#;]|^\s|\s$|^$/.test(value)
}

function editSection(text: string, kind: FileKind, profile: string, changes: Changes): string {
  const refused = Object.entries(changes).find(([, v]) => v !== undefined && !isWritableValue(v))
  if (refused !== undefined) throw new TypeError(`the value of ${refused[0]} cannot be written`)
  const file = parseIni(text)
  const section = file.sectionOf(kind, profile)
  if (section === undefined) return appendSection(text, sectionHeader(kind, profile), changes)
  const lines = [...file.lines]
  const added = Object.entries(changes).filter(
    ([key]) => !section.entries.some((e) => e.key === key),
  )
  insertKeys(lines, section, nextIndent(file.sections, section), added, lineEnd(text))
  // From the bottom up, so that the indexes of the entries above stay true.
  for (const entry of section.entries.toReversed()) {
    // Not `in`: a file may have a key `constructor`.
    if (Object.hasOwn(changes, entry.key))
      replaceEntry(lines, entry, changes[entry.key], lineEnd(text))
  }
  return lines.join('')
}

function replaceEntry(
  lines: string[],
  entry: IniEntry,
  value: string | undefined,
  end: string,
): void {
  if (value === entry.value) return
  const hadEnd = lines[entry.end - 1]?.endsWith('\n') === true
  const line =
    value === undefined ? [] : [`${entry.indent}${entry.key} = ${value}${hadEnd ? end : ''}`]
  lines.splice(entry.start, entry.end - entry.start, ...line)
}

function insertKeys(
  lines: string[],
  section: IniSection,
  indent: string,
  added: readonly (readonly [string, string | undefined])[],
  end: string,
): void {
  const last = section.entries.at(-1)
  const at = last?.end ?? section.start + 1
  const news = added.flatMap(([key, value]) =>
    value === undefined ? [] : [`${last?.indent ?? indent}${key} = ${value}${end}`],
  )
  if (news.length > 0) lines[at - 1] = withLineEnd(lines[at - 1] ?? '', end)
  lines.splice(at, 0, ...news)
}

/** Keys less indented than the next header would make that header a continuation line. */
function nextIndent(sections: readonly IniSection[], section: IniSection): string {
  const next = sections[sections.indexOf(section) + 1]?.indent ?? ''
  return next.length > section.indent.length ? next : section.indent
}

function appendSection(text: string, header: string, changes: Changes): string {
  const keys = Object.entries(changes).filter(([, value]) => value !== undefined)
  if (keys.length === 0) return text
  const end = lineEnd(text)
  const before = text === '' ? '' : withLineEnd(text, end)
  const gap = before === '' || /(^|\n)\r?\n$/.test(before) ? '' : end
  const lines = [`[${header}]`, ...keys.map(([key, value]) => `${key} = ${value ?? ''}`)]
  return before + gap + lines.map((line) => line + end).join('')
}

/** Takes out the header and its keys; comments after the last key stay, they may belong below. */
function removeSection(text: string, kind: FileKind, profile: string): string {
  const file = parseIni(text)
  const section = file.sectionOf(kind, profile)
  if (section === undefined) return text
  const isBlank = (line: string | undefined): boolean => line === undefined || line.trim() === ''
  const end = section.entries.at(-1)?.end ?? section.start + 1
  const gapAbove = section.start > 0 && isBlank(file.lines[section.start - 1])
  const start = gapAbove && isBlank(file.lines[end]) ? section.start - 1 : section.start
  return [...file.lines.slice(0, start), ...file.lines.slice(end)].join('')
}

function lineEnd(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? '\n'
}

function withLineEnd(line: string, end: string): string {
  return line.endsWith('\n') ? line : line + end
}
