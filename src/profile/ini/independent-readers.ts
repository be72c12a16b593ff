import { isDeepStrictEqual } from 'node:util'
import type { Edit } from './edit.ts'
import {
  isNameForJavaScript,
  parseIni,
  profileKeys,
  profileOf,
  type FileKind,
  type IniFile,
} from './ini-file.ts'
import { textsToCompare } from './changed-part.ts'

/**
 * Reads a file before and after an edit with two independent parsers, `ini` and the AWS SDK's
 * shared loader, and with the reader of this program, which reads as botocore does. Returns what is
 * wrong: another section or key changed, or the edited one does not hold the new values. Undefined
 * for a good edit.
 */
export async function unexpectedChange(
  before: IniFile,
  after: IniFile,
  kind: FileKind,
  edit: Edit,
): Promise<string | undefined> {
  const [old, now] = textsToCompare(before, after, kind)
  for (const read of [readWithIni, readWithSdk, readAsBotocore]) {
    const isUnread = read === readWithSdk && !isNameForJavaScript(edit.profile)
    const problem = compare(await read(old, kind), await read(now, kind), { ...edit, isUnread })
    if (problem !== undefined) return problem
  }
  return otherKey(before, after, kind, edit)
}

/** A key of the edited section that the edit does not name and that is not as before. */
function otherKey(
  before: IniFile,
  after: IniFile,
  kind: FileKind,
  { profile, change }: Edit,
): string | undefined {
  if (change === 'remove') return undefined
  const [old, now] = [profileKeys(before, kind, profile), profileKeys(after, kind, profile)]
  const other = [...old.keys(), ...now.keys()].find(
    (key) => !Object.hasOwn(change, key) && old.get(key) !== now.get(key),
  )
  return other === undefined ? undefined : `${other} in [${profile}] would change`
}

/** Loads the parsers and lets them read once, so that an edit to come does not wait for either. */
export async function loadReaders(): Promise<void> {
  const text = '[name]\nkey = value\n'
  await Promise.all([readWithIni(text, 'credentials'), readWithSdk(text, 'credentials')])
}

/** Sections by profile (or header, for those of no profile), each with its keys. */
type Sections = Map<string, Record<string, unknown>>

/** `isUnread` where the parser does not find a section of that name. */
function compare(
  before: Sections,
  after: Sections,
  { profile, change, renameTo, isUnread }: Edit & { readonly isUnread: boolean },
): string | undefined {
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const old = before.get(name === renameTo ? profile : name)
    if (name !== profile && !isDeepStrictEqual(old, after.get(name))) {
      return `[${name}] would change`
    }
  }
  if (isUnread) return undefined
  const keys = after.get(profile) ?? {}
  if (change === 'remove') return after.has(profile) ? `[${profile}] would stay` : undefined
  // `ini` makes booleans of true and false.
  const wrong = Object.entries(change).find(([key, value]) => asText(keys[key]) !== value)?.[0]
  return wrong === undefined ? undefined : `${wrong} in [${profile}] would not read back`
}

function asText(value: unknown): string | undefined {
  return typeof value === 'boolean' ? String(value) : (value as string | undefined)
}

async function readAsBotocore(text: string, kind: FileKind): Promise<Sections> {
  const file = parseIni(text)
  const named = file.sections.map(({ header, values }) => {
    const profile = profileOf(kind, header)
    const keys = profile === undefined ? values : profileKeys(file, kind, profile)
    return [profile ?? header, Object.fromEntries(keys)] as const
  })
  return Promise.resolve(new Map(named))
}

async function readWithIni(text: string, kind: FileKind): Promise<Sections> {
  const { parse } = await import('ini')
  // `ini` knows no comment behind a header and nests names with dots; both are fine for AWS tools.
  const plain = text
    .replace(/^[ \t]*(\[[^\]\n]+\])[ \t]+[#;].*$/gm, '$1')
    .replace(/^[ \t]*\[([^\]\n]+)\][ \t]*\r?$/gm, (_, header: string) => `[${escaped(header)}]`)
  const sections: Sections = new Map()
  for (const [header, keys] of Object.entries(parse(plain))) {
    if (keys !== null && typeof keys === 'object') {
      const name = unescaped(header)
      sections.set(profileOf(kind, name) ?? name, { ...(keys as Record<string, unknown>) })
    }
  }
  return sections
}

const DOT = '\u00B7'

function escaped(header: string): string {
  return header.trim().replaceAll('.', DOT)
}

function unescaped(header: string): string {
  return header.replaceAll(DOT, '.')
}

async function readWithSdk(text: string, kind: FileKind): Promise<Sections> {
  const loader = await import('@smithy/shared-ini-file-loader')
  // The loader takes text only through a path; these two never exist.
  const [path, none] = [`/intercepted/${kind}`, '/intercepted/none']
  loader.externalDataInterceptor.interceptFile(path, text)
  loader.externalDataInterceptor.interceptFile(none, '')
  const files = await loader.loadSharedConfigFiles({
    filepath: kind === 'credentials' ? path : none,
    configFilepath: kind === 'config' ? path : none,
    ignoreCache: true,
  })
  const found = kind === 'credentials' ? files.credentialsFile : files.configFile
  return new Map(Object.entries(found).map(([name, keys]) => [name, { ...keys }]))
}
