import { applyEdit, type Changes } from '../profile/ini/edit.ts'
import { parseIni, type FileKind, type IniFile } from '../profile/ini/ini-file.ts'
import { tryResolveSource, type CredentialSource } from '../profile/resolve.ts'
import { ROLE_KEYS } from '../profile/roles.ts'
import { profileValues, type ProfileFiles } from '../profile/values.ts'

/** The files as they would be with a profile changed in one of them. */
export function withChange(
  files: ProfileFiles,
  kind: FileKind,
  profile: string,
  change: Changes,
): ProfileFiles {
  return { ...files, [kind]: edited(files[kind], kind, profile, change) }
}

function edited(file: IniFile, kind: FileKind, profile: string, change: Changes): IniFile {
  return parseIni(applyEdit(file, kind, { profile, change }))
}

/** Every key of a profile, those with which `setup` hides a role under AWS's names. */
export function settingsOf(files: ProfileFiles, profile: string): Map<string, string> {
  return shown(profileValues(files, profile))
}

export function shown(values: ReadonlyMap<string, string>): Map<string, string> {
  const ours = new Map<string, string>(ROLE_KEYS.map(([theirs, hidden]) => [hidden, theirs]))
  return new Map([...values].map(([key, value]) => [ours.get(key) ?? key, value]))
}

/** The long-term keys behind a profile, where a file has them. */
export function keysInFiles(files: ProfileFiles, profile: string): CredentialSource | undefined {
  return tryResolveSource(files, {}, { profile })
}

/** The end of a session as Python tools write it, `2026-11-25 04:36:14`, as RFC 3339. */
export function utc(text: string | undefined): string | undefined {
  const match = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)$/.exec(text?.trim() ?? '')
  if (match === null) return undefined
  const time = `${match[1] ?? ''}T${match[2] ?? ''}Z`
  return Number.isNaN(Date.parse(time)) ? undefined : time
}
