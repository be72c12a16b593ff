import { isAcceptableProfileName, type FileKind, type IniFile } from './ini-file.ts'

/**
 * The part of a file that the independent readers have to read before and after an edit. With ten
 * thousand profiles they take a second and 100 MB for the whole file.
 *
 * Where every section is plain (see `hasPlainSections`), a reader starts afresh at each header, so
 * the sections outside the part read the same before and after: their bytes are the same. The part
 * is what differs and one untouched section on either side, in which a reader would show that it
 * did not start afresh. Everywhere else the part is the whole file.
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

/**
 * Whether every reader sees the same headers, and no two sections are one to it. A line that
 * begins with blanks and `[` is a header to some readers and continues a value to others;
 * `[default]` and `[profile default]` are one profile.
 */
function hasPlainSections({ text, sections, problems }: IniFile, kind: FileKind): boolean {
  if (problems.length > 0 || /[^\S\r\n]\[/.test(text)) return false
  const headers = new Set(sections.map(({ header }) => header))
  if (kind === 'config' && headers.has('default') && headers.has('profile default')) return false
  return sections.every(({ header, from }) => {
    const behind = text[from + `[${header}]`.length] ?? '\n'
    return isPlainHeader(header, kind) && (behind === '\n' || behind === '\r')
  })
}

/** A name that is also a property of objects, such as `toString`, is not plain to a reader in JavaScript. */
function isPlainHeader(header: string, kind: FileKind): boolean {
  const isPrefixed = kind === 'config' && header !== 'default'
  const name = isPrefixed ? /^[a-z-]+ (.+)$/.exec(header)?.[1] : header
  return name !== undefined && isAcceptableProfileName(name) && !(name in {})
}

function commonPrefix(one: string, other: string): number {
  const most = Math.min(one.length, other.length)
  let length = 0
  while (length < most && one.charCodeAt(length) === other.charCodeAt(length)) length += 1
  return length
}

function commonSuffix(one: string, other: string, most: number): number {
  let length = 0
  while (
    length < most &&
    one.charCodeAt(one.length - 1 - length) === other.charCodeAt(other.length - 1 - length)
  ) {
    length += 1
  }
  return length
}
