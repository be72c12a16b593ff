import { applyEdit, type Changes } from '../profile/ini/edit.ts'
import { parseIni, type FileKind } from '../profile/ini/ini-file.ts'
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
  if (Object.keys(change).length === 0) return files
  return { ...files, [kind]: parseIni(applyEdit(files[kind], kind, { profile, change })) }
}

/** One setting of a profile; where both files have it, the credentials file's value counts. */
export function settingOf(files: ProfileFiles, profile: string, key: string): string | undefined {
  return profileValues(files, profile).get(key)
}

/** Every key of a profile; those that `setup` renamed to hide a role have AWS's names. */
export function settingsOf(files: ProfileFiles, profile: string): Map<string, string> {
  return withAwsNames(profileValues(files, profile))
}

export function withAwsNames(values: ReadonlyMap<string, string>): Map<string, string> {
  const names = new Map<string, string>(ROLE_KEYS.map(([aws, hidden]) => [hidden, aws]))
  return new Map([...values].map(([key, value]) => [names.get(key) ?? key, value]))
}

export function hasRole(files: ProfileFiles, profile: string): boolean {
  return settingsOf(files, profile).has('role_arn')
}

/** The long-term keys behind a profile, where a file has them. */
export function sourceInFiles(files: ProfileFiles, profile: string): CredentialSource | undefined {
  return tryResolveSource(files, {}, { profile })
}

/** The end of a session as Python tools write it, `2026-11-25 04:36:14` in UTC, as RFC 3339. */
export function toRfc3339(text: string | undefined): string | undefined {
  const match = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)$/.exec(text?.trim() ?? '')
  if (match === null) return undefined
  const time = `${match[1] ?? ''}T${match[2] ?? ''}Z`
  return Number.isNaN(Date.parse(time)) ? undefined : time
}
