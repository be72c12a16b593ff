import { sectionHeader, type FileKind, type IniFile, type IniSection } from './ini-file.ts'

/** New values by key; undefined removes the key. */
export type Changes = Readonly<Record<string, string | undefined>>

export interface Edit {
  readonly profile: string
  /** `remove` takes the whole section away. */
  readonly change: Changes | 'remove'
  /** With `remove`: the section stays, comments and all, as the one of this profile, which has none. */
  readonly renameTo?: string
}

/** Edits of both files that belong together. */
export interface FileEdits {
  readonly credentials?: readonly Edit[]
  readonly config?: readonly Edit[]
  /** IDs of the long-term keys that the files lose on purpose. */
  readonly removes?: readonly string[]
  /** Texts that the files had before, in place of what the edits make of them. */
  readonly restores?: Readonly<Partial<Record<FileKind, string>>>
}

/** The text with one profile's section edited; every byte outside the section stays. */
export function applyEdit(file: IniFile, kind: FileKind, edit: Edit): string {
  const { profile, change, renameTo } = edit
  const section = file.profiles(kind).get(profile)
  if (renameTo !== undefined)
    return renameSection(file.text, section, sectionHeader(kind, renameTo))
  if (change === 'remove') return section === undefined ? file.text : removeSection(file, section)
  const key = unwritableKey(change)
  if (key !== undefined) throw new TypeError(`the value of ${key} cannot be written`)
  return section === undefined
    ? appendSection(file.text, sectionHeader(kind, profile), change)
    : editSection(file, section, change)
}

/** True for values that every reader of these files reads exactly as written. */
export function isWritableValue(value: string): boolean {
  return !/[\0-\x1F\x7F-\x9F\u2028\u2029\uFEFF]|(^|\s)[#;]|^\s|\s$|^$/.test(value)
}

/** A key whose new value cannot be written. */
export function unwritableKey(change: Edit['change']): string | undefined {
  const values = change === 'remove' ? [] : Object.entries(change)
  return values.find(([, value]) => value !== undefined && !isWritableValue(value))?.[0]
}

function editSection(file: IniFile, section: IniSection, changes: Changes): string {
  const { text } = file
  const { entries, start, from, to, values } = section
  const end = lineEnd(text)
  const lines = linesOf(text, section)
  const added = setValues(changes).filter(([key]) => !values.has(key))
  const indent = entries.at(-1)?.indent ?? indentForFirstKey(file, section)
  const at = lineCount(section)
  if (added.length > 0) lines[at - 1] = withLineEnd(lines[at - 1] ?? '', end)
  lines.splice(at, 0, ...added.map(([key, value]) => `${indent}${key} = ${value}${end}`))
  // From the bottom up, so that the indexes of the entries above stay true.
  for (const entry of entries.toReversed()) {
    const value = changes[entry.key]
    // Not `in`: a file may have a key `constructor`.
    if (!Object.hasOwn(changes, entry.key) || value === entry.value) continue
    const last = lines[entry.end - start - 1] ?? ''
    const line = `${entry.indent}${entry.key} = ${value ?? ''}${last.endsWith('\n') ? end : ''}`
    lines.splice(
      entry.start - start,
      entry.end - entry.start,
      ...(value === undefined ? [] : [line]),
    )
  }
  return text.slice(0, from) + lines.join('') + text.slice(to)
}

/** Without the keys that are removed. */
function setValues(changes: Changes): [key: string, value: string][] {
  return Object.entries(changes).filter((pair): pair is [string, string] => pair[1] !== undefined)
}

/** Below a key with less indent, the next header would be a continuation line. */
function indentForFirstKey({ sections }: IniFile, section: IniSection): string {
  const next = sections[sections.indexOf(section) + 1]?.indent ?? ''
  return next.length > section.indent.length ? next : section.indent
}

function appendSection(text: string, header: string, changes: Changes): string {
  const keys = setValues(changes)
  if (keys.length === 0) return text
  const end = lineEnd(text)
  const before = text === '' ? '' : withLineEnd(text, end)
  const gap = before === '' || /(^|\n)\r?\n$/.test(before.slice(-3)) ? '' : end
  const lines = [`[${header}]`, ...keys.map(([key, value]) => `${key} = ${value}`)]
  return before + gap + lines.map((line) => line + end).join('')
}

function renameSection(text: string, section: IniSection | undefined, header: string): string {
  if (section === undefined) return text
  const from = text.indexOf('[', section.from) + 1
  return text.slice(0, from) + header + text.slice(from + section.header.length)
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
