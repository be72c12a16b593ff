/** What ~/.aws/config and ~/.aws/credentials say, and where. */
import { readLines, strangeCharacter, type IniProblem, type IniSection } from './lines.ts'
import { scan, type Places } from './scan.ts'

export type { IniEntry, IniSection } from './lines.ts'
export type FileKind = 'config' | 'credentials'

export interface IniFile {
  /** With their line ends. */
  readonly lines: readonly string[]
  readonly sections: readonly IniSection[]
  /** Of the sections, in their order. */
  readonly headers: readonly string[]
  /** Why AWS tools refuse the file; empty for a good one. */
  readonly problems: readonly IniProblem[]
  /** A profile's section; the last one counts, as in botocore, and `[profile default]` before `[default]`. */
  sectionOf(kind: FileKind, profile: string): IniSection | undefined
}

export function parseIni(text: string): IniFile {
  const places = strangeCharacter(text) === undefined ? scan(text) : undefined
  return places === undefined ? readFile(text) : scannedFile(text, places)
}

/** A section is read when somebody asks for it. */
function scannedFile(text: string, { numbers, starts, lines }: Places): IniFile {
  const made: IniSection[] = []
  const numbered = (number: number): IniSection | undefined => {
    const own = text.slice(starts[number], starts[number + 1])
    const [section] = made[number] === undefined ? readLines(own).sections : []
    if (section !== undefined) made[number] = moved(section, lines[number] ?? 0)
    return made[number]
  }
  const headers = once(() => [...numbers.keys()])
  const sections = once(() => starts.flatMap((_, number) => numbered(number) ?? []))
  const allLines = once(() => linesOf(text))
  return {
    problems: [],
    get headers() {
      return headers()
    },
    get sections() {
      return sections()
    },
    get lines() {
      return allLines()
    },
    sectionOf: (kind, profile) => {
      const names = [sectionHeader(kind, profile)]
      if (kind === 'config' && profile === 'default') names.unshift('profile default')
      const number = names.map((name) => numbers.get(name)).find((each) => each !== undefined)
      return number === undefined ? undefined : numbered(number)
    },
  }
}

/** As it is in a file where this line is its first. */
function moved(section: IniSection, line: number): IniSection {
  const entries = section.entries.map(({ start, end, ...entry }) => ({
    ...entry,
    start: start + line,
    end: end + line,
  }))
  return { ...section, start: line, entries }
}

/** For what `scan` leaves. */
export function readFile(text: string): IniFile {
  const { sections, problems } = readLines(text)
  const lines = once(() => linesOf(text))
  const indexes = {
    config: once(() => byProfile(sections, 'config')),
    credentials: once(() => byProfile(sections, 'credentials')),
  }
  return {
    sections,
    problems,
    headers: sections.map(({ header }) => header),
    get lines() {
      return lines()
    },
    sectionOf: (kind, profile) => indexes[kind]().get(profile),
  }
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}

function byProfile(sections: readonly IniSection[], kind: FileKind): Map<string, IniSection> {
  const index = new Map<string, IniSection>()
  for (const section of sections) {
    const profile = profileOf(kind, section.header)
    if (profile === undefined) continue
    const isOutranked =
      index.get(profile)?.header.startsWith('profile') === true &&
      !section.header.startsWith('profile')
    if (!isOutranked) index.set(profile, section)
  }
  return index
}

function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? []
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

/** A profile's keys (lower case) and values; empty where it has no section. */
export function profileKeys(file: IniFile, kind: FileKind, profile: string): Map<string, string> {
  const entries = file.sectionOf(kind, profile)?.entries ?? []
  return new Map(entries.map(({ key, value }) => [key, value]))
}

export function profileNames(file: IniFile, kind: FileKind): string[] {
  const names = file.headers.map((header) => profileOf(kind, header))
  return [...new Set(names.filter((name) => name !== undefined))]
}

/**
 * Names every SDK reads: the JS loader skips others (`prefixKeyRegex` and `profileNameBlockList`
 * in @smithy/core), and a leading dash would look like an option.
 */
export function isAcceptableProfileName(name: string): boolean {
  return /^[\w@+.%:/][\w\-@+.%:/]*$/.test(name) && !/^(__proto__|constructor|prototype)$/.test(name)
}
