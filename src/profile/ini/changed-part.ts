import type { FileKind, IniFile } from './ini-file.ts'

/**
 * The part of a file that the independent readers have to read before and after an edit. With ten
 * thousand profiles they take a second and 100 MB for the whole file.
 *
 * Where all headers are plain (see `hasPlainSections`), every reader starts afresh at each of them,
 * so it reads the sections outside the part, whose bytes are the same, as it did before. The part is
 * what differs and one untouched section on either side; one that did not start afresh there would
 * show. Of any other file the part is the whole.
 */
export function textsToCompare(before: IniFile, after: IniFile, kind: FileKind): [string, string] {
  const [old, now] = [before.text, after.text]
  if (!hasPlainSections(before, kind) || !hasPlainSections(after, kind)) return [old, now]
  const prefix = commonPrefix(old, now)
  const suffix = commonSuffix(old, now, Math.min(old.length, now.length) - prefix)
  const { sections } = before
  const changed = sections.findLastIndex(({ from }) => from <= prefix)
  const below = sections.findIndex(({ from }) => from >= old.length - suffix)
  const from = sections[changed - 1]?.from ?? 0
  const to = below < 0 ? old.length : (sections[below]?.to ?? old.length)
  return [old.slice(from, to), now.slice(from, now.length - (old.length - to))]
}

/** Headers that every reader takes for one, and that name what no other header names. */
const PLAIN_HEADERS = {
  config: /^\[(default|[a-z-]+ [\w@+.%:/][\w\-@+.%:/]*)\]\r?$/gm,
  credentials: /^\[[\w@+.%:/][\w\-@+.%:/]*\]\r?$/gm,
} as const

/**
 * Whether every reader sees the same headers, and each as a section of its own. A line that begins
 * with blanks and `[` is a header to some readers and continues a value to others. `[default]` and
 * `[profile default]` are one profile. The SDK's reader confuses names such as `toString` with
 * properties of its objects.
 */
function hasPlainSections(file: IniFile, kind: FileKind): boolean {
  const { text, sections, problems } = file
  if (problems.length > 0 || /^[^\S\r\n]+\[/m.test(text)) return false
  if (['[default]', '[profile default]'].every((header) => text.includes(header))) return false
  const profiles = file.profiles(kind)
  if (Object.getOwnPropertyNames(Object.prototype).some((name) => profiles.has(name))) return false
  return (text.match(PLAIN_HEADERS[kind]) ?? []).length === sections.length
}

function commonPrefix(one: string, other: string): number {
  let length = 0
  while (length < one.length && one.charCodeAt(length) === other.charCodeAt(length)) length += 1
  return length
}

function commonSuffix(one: string, other: string, most: number): number {
  const [end, otherEnd] = [one.length - 1, other.length - 1]
  let length = 0
  while (length < most && one.charCodeAt(end - length) === other.charCodeAt(otherEnd - length)) {
    length += 1
  }
  return length
}
