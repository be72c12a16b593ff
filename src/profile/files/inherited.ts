import { Failure } from '../../failure.ts'
import type { Edit } from '../ini/edit.ts'
import { KINDS, profileKeys, type FileKind, type IniFile } from '../ini/ini-file.ts'
import type { Paths } from '../paths.ts'
import { IN_KEYRING, type ProfileFiles } from '../values.ts'

/**
 * Throws a Failure if a section would not have the values that an edit gives it, as it inherits others from
 * `[DEFAULT]`, which no edit changes.
 */
export function refuseInherited(
  path: string,
  before: IniFile,
  after: IniFile,
  kind: FileKind,
  edit: Edit,
): void {
  const key = inheritedKey(before, after, kind, edit)
  if (key !== undefined) throw refusal(path, `${key} would stay in [${edit.profile}]`)
}

function inheritedKey(
  before: IniFile,
  after: IniFile,
  kind: FileKind,
  { profile, change }: Edit,
): string | undefined {
  if (after.defaults === undefined) return undefined
  if (change !== 'remove') {
    const values = profileKeys(after, kind, profile)
    return Object.keys(change).find((key) => values.get(key) !== change[key])
  }
  // The keys of a removed section go, and those that it only inherited do not.
  const own = before.profiles(kind).get(profile)?.values
  return [...after.defaults.values.keys()].find((key) => own?.has(key) === false)
}

/** Throws a Failure if `[DEFAULT]` has an access key to remove: every profile would still have it. */
export function refuseKeysInDefaults(
  paths: Paths,
  files: ProfileFiles,
  accessKeyIds: readonly string[],
): void {
  for (const kind of KINDS) {
    const values = files[kind].defaults?.values
    const ids = [values?.get('aws_access_key_id'), values?.get(IN_KEYRING)]
    const id = accessKeyIds.find((each) => ids.includes(each))
    if (id !== undefined) {
      throw refusal(paths[kind], `the access key …${id.slice(-4)} would stay in [DEFAULT]`)
    }
  }
}

function refusal(path: string, what: string): Failure {
  return new Failure(
    'files',
    `${path} was left as it is: ${what}, because AWS tools apply [DEFAULT] to every profile.`,
    `check [DEFAULT] in ${path}`,
  )
}
