/** What ~/.aws/config and ~/.aws/credentials say about profiles. */
import { readSections, type IniProblem, type IniSection } from './sections.ts'

export type { IniEntry, IniSection } from './sections.ts'
export type FileKind = 'config' | 'credentials'

export interface IniFile {
  readonly text: string
  readonly sections: readonly IniSection[]
  /** Why AWS tools refuse the file; empty for a good one. */
  readonly problems: readonly IniProblem[]
  /**
   * The sections by profile; the last one of a profile counts, as in botocore, and
   * `[profile default]` before `[default]`.
   */
  profiles(kind: FileKind): ReadonlyMap<string, IniSection>
}

export function parseIni(text: string): IniFile {
  const { sections, problems } = readSections(text)
  const indexes = new Map<FileKind, ReadonlyMap<string, IniSection>>()
  return {
    text,
    sections,
    problems,
    profiles: (kind) => {
      const index = indexes.get(kind) ?? byProfile(sections, kind)
      indexes.set(kind, index)
      return index
    },
  }
}

function byProfile(sections: readonly IniSection[], kind: FileKind): Map<string, IniSection> {
  const index = new Map<string, IniSection>()
  for (const section of sections) {
    const profile = profileOf(kind, section.header)
    if (profile === undefined) continue
    const isOutranked =
      profile === 'default' &&
      index.get(profile)?.header.startsWith('profile') === true &&
      !section.header.startsWith('profile')
    if (!isOutranked) index.set(profile, section)
  }
  return index
}

/** The profile a section belongs to, or undefined for `[sso-session x]` and the like. */
export function profileOf(kind: FileKind, header: string): string | undefined {
  const trimmed = header.trim()
  if (kind === 'credentials' || trimmed === 'default') return trimmed
  if (!/^profile\s/.test(trimmed)) return undefined
  const name = trimmed.slice('profile'.length).trim()
  return /^(["']).*\1$/.test(name) ? name.slice(1, -1) : name
}

export function sectionHeader(kind: FileKind, profile: string): string {
  return kind === 'credentials' || profile === 'default' ? profile : `profile ${profile}`
}

const NO_KEYS: ReadonlyMap<string, string> = new Map()

/** A profile's keys (lower case) and values; empty where it has no section. */
export function profileKeys(
  file: IniFile,
  kind: FileKind,
  profile: string,
): ReadonlyMap<string, string> {
  return file.profiles(kind).get(profile)?.values ?? NO_KEYS
}

export function profileNames(file: IniFile, kind: FileKind): string[] {
  return [...file.profiles(kind).keys()]
}

/**
 * Names every SDK reads: the SDK for JavaScript skips others (`prefixKeyRegex` and
 * `profileNameBlockList` in @smithy/core), and a leading dash would look like an option.
 */
export function isAcceptableProfileName(name: string): boolean {
  return /^[\w@+.%:/][\w\-@+.%:/]*$/.test(name) && !/^(__proto__|constructor|prototype)$/.test(name)
}
