/** What ~/.aws/config and ~/.aws/credentials say about profiles. */
import { readSections, type IniProblem, type IniSection } from './sections.ts'

export { BYTE_ORDER_MARK, type IniEntry, type IniSection } from './sections.ts'
export type FileKind = 'config' | 'credentials'
/** In the order in which they are written: without its keys, a credential_process line is of no use. */
export const KINDS = ['credentials', 'config'] as const

export interface IniFile {
  readonly text: string
  readonly sections: readonly IniSection[]
  /** The section whose keys all others have too. */
  readonly defaults: IniSection | undefined
  /** Why AWS tools refuse the file; empty for a good one. */
  readonly problems: readonly IniProblem[]
  /**
   * The sections by profile; the last one of a profile counts, as in botocore, also of `[default]` and
   * `[profile default]`.
   */
  profiles(kind: FileKind): ReadonlyMap<string, IniSection>
}

export function parseIni(text: string): IniFile {
  const { sections, problems } = readSections(text)
  const indexes = new Map<FileKind, ReadonlyMap<string, IniSection>>()
  return {
    text,
    sections,
    defaults: sections.find(({ header }) => header === DEFAULTS),
    problems,
    profiles: (kind) => {
      const index = indexes.get(kind) ?? byProfile(sections, kind)
      indexes.set(kind, index)
      return index
    },
  }
}

function byProfile(sections: readonly IniSection[], kind: FileKind): Map<string, IniSection> {
  const named = sections.map((section) => [profileOf(kind, section.header), section] as const)
  return new Map(named.filter((each): each is [string, IniSection] => each[0] !== undefined))
}

/** Of Python's parser. */
const DEFAULTS = 'DEFAULT'

/** The profile a section belongs to, or undefined for `[sso-session x]` and the like. */
export function profileOf(kind: FileKind, header: string): string | undefined {
  if (kind === 'credentials') return header === DEFAULTS ? undefined : header
  return header === 'default' ? header : nameIn('profile', header)
}

/** The name in a header such as `[profile "my name"]`, by the rules of Python's `shlex`, as botocore reads it. */
export function nameIn(kind: string, header: string): string | undefined {
  if (!header.startsWith(kind) || !WORDS.test(header)) return undefined
  const [, name, ...more] = header.match(WORD) ?? []
  return more.length > 0 ? undefined : name?.replace(QUOTED, unquote)
}

/** Plain, escaped or in quotes. */
const PART = String.raw`[^ \t'"\\]|\\[^]|'[^']*'|"(?:\\[^]|[^"\\])*"`
const WORD = new RegExp(`(?:${PART})+`, 'g')
const WORDS = new RegExp(`^(?:[ \\t]|${PART})*$`)
const QUOTED = /\\([^])|'([^']*)'|"((?:\\[^]|[^"\\])*)"/g

function unquote(_: string, escaped?: string, single?: string, double = ''): string {
  return escaped ?? single ?? double.replace(/\\(["\\])/g, '$1')
}

export function sectionHeader(kind: FileKind, profile: string): string {
  if (kind === 'credentials' || profile === 'default') return profile
  // As the AWS CLI writes it: botocore splits the header into words.
  return profile.includes(' ') ? `profile '${profile}'` : `profile ${profile}`
}

const NO_KEYS: ReadonlyMap<string, string> = new Map()

/** A profile's keys (lower case) and values; empty where it has no section. */
export function profileKeys(
  file: IniFile,
  kind: FileKind,
  profile: string,
): ReadonlyMap<string, string> {
  const section = file.profiles(kind).get(profile)
  if (section === undefined || file.defaults === undefined) return section?.values ?? NO_KEYS
  return new Map([...file.defaults.values, ...section.values])
}

export function profileNames(file: IniFile, kind: FileKind): string[] {
  return [...file.profiles(kind).keys()]
}

/**
 * Names that the AWS CLI reads: letters and digits of any script, some signs, and blanks between words. A leading dash
 * would look like an option. `DEFAULT` is none to botocore, and the SDK for JavaScript refuses the files for the others
 * (`profileNameBlockList` in @smithy/core).
 */
export function isAcceptableProfileName(name: string): boolean {
  if (name.startsWith('-') || /^(__proto__|constructor|prototype|DEFAULT)$/.test(name)) return false
  return isNameForJavaScript(name) || isNameOfAnyScript(name)
}

/** A function of its own: V8 takes 0.4 ms for the tables of the pattern, half of them where it compiles the function. */
function isNameOfAnyScript(name: string): boolean {
  return /^(?! )(?: ?[\p{L}\p{M}\p{N}_\-@+.%:/])+$/u.test(name)
}

/** Whether the SDK for JavaScript finds a profile of this name (`prefixKeyRegex` in @smithy/core). */
export function isNameForJavaScript(name: string): boolean {
  return /^[\w\-@+.%:/]+$/.test(name)
}
