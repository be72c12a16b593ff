import type { Fingerprint } from '../context.ts'
import { nonEmpty } from '../non-empty.ts'
import type { Changes } from './ini/edit.ts'
import { profileKeys, profileNames, type FileKind, type IniFile } from './ini/ini-file.ts'
import { SESSION_TOKENS } from './session-keys.ts'

/** Both files, parsed, as they were at one moment. */
export interface ProfileFiles {
  readonly config: IniFile
  readonly credentials: IniFile
  /** The fingerprint of each; missing for text that was not read from disk. */
  readonly fingerprints?: Readonly<Record<FileKind, Fingerprint | undefined>>
  /** For messages. */
  readonly paths?: Readonly<Record<FileKind, string>>
}

/** The names of the profiles in either file, each once. */
export function allProfiles(files: ProfileFiles): string[] {
  const kinds = ['config', 'credentials'] as const
  return [...new Set(kinds.flatMap((kind) => profileNames(files[kind], kind)))]
}

/** Every key of a profile; where both files have a key, the credentials file takes precedence. */
export function profileValues(files: ProfileFiles, profile: string): Map<string, string> {
  return new Map([
    ...profileKeys(files.config, 'config', profile),
    ...profileKeys(files.credentials, 'credentials', profile),
  ])
}

export interface KeyPair {
  readonly accessKeyId: string
  /** Undefined if the keyring holds it. */
  readonly secretAccessKey?: string | undefined
}

export interface LongTermKeys extends KeyPair {
  readonly secretAccessKey: string | undefined
  readonly keysFile: FileKind | 'environment'
}

/** Marks long-term keys that are in the keyring; its value is the access key ID, which is no secret. */
export const IN_KEYRING = 'mfa_login_access_key_id'

/** Whether two places hold the same keys; a secret in the keyring is not compared. */
export function isSameKey(one: KeyPair, other: KeyPair): boolean {
  const secrets = [one.secretAccessKey, other.secretAccessKey]
  const isSameSecret = secrets.includes(undefined) || secrets[0] === secrets[1]
  return one.accessKeyId === other.accessKeyId && isSameSecret
}

/** The changes that put keys into a section: in plain text, or without a secret as a marker. */
export function keyChanges({ accessKeyId, secretAccessKey }: KeyPair): Changes {
  const isInKeyring = secretAccessKey === undefined
  return {
    aws_access_key_id: isInKeyring ? undefined : accessKeyId,
    aws_secret_access_key: secretAccessKey,
    [IN_KEYRING]: isInKeyring ? accessKeyId : undefined,
  }
}

/** The long-term keys in a profile's own section of either file. */
export function longTermKeys(files: ProfileFiles, profile: string): LongTermKeys | undefined {
  return keysIn(files, 'credentials', profile) ?? keysIn(files, 'config', profile)
}

/** The long-term keys in a profile's section of one file; keys in the file take precedence over the keyring. */
export function keysIn(
  files: ProfileFiles,
  kind: FileKind,
  profile: string,
): (LongTermKeys & { readonly keysFile: FileKind }) | undefined {
  const keys = profileKeys(files[kind], kind, profile)
  const accessKeyId = nonEmpty(keys.get('aws_access_key_id'))
  const secretAccessKey = nonEmpty(keys.get('aws_secret_access_key'))
  if (accessKeyId !== undefined && secretAccessKey !== undefined && !hasToken(keys)) {
    return { accessKeyId, secretAccessKey, keysFile: kind }
  }
  const idInKeyring = nonEmpty(keys.get(IN_KEYRING))
  if (idInKeyring === undefined) return undefined
  return { accessKeyId: idInKeyring, secretAccessKey: undefined, keysFile: kind }
}

/** Whether a section has a session, with whichever key SDKs read its token from. */
export function hasToken(values: ReadonlyMap<string, string>): boolean {
  return SESSION_TOKENS.some((key) => nonEmpty(values.get(key)) !== undefined)
}

export function holdsLongTermKeys(files: ProfileFiles, profile: string): boolean {
  return longTermKeys(files, profile) !== undefined
}

/** A profile that may hold keys, and the target of their session. */
export interface KeyPlace {
  readonly keys: string
  readonly target: string
}

/** The profiles that may hold the keys of a profile, in order. */
export function keyPlaces(profile: string): KeyPlace[] {
  const places = [
    { keys: `${profile}-long-term`, target: profile },
    { keys: profile, target: `${profile}-mfa` },
  ]
  // The name of a target, so that AWS_PROFILE=work-mfa can log in again.
  if (profile.endsWith('-long-term')) places[1] = { keys: profile, target: profile.slice(0, -10) }
  if (profile.endsWith('-mfa')) places.push({ keys: profile.slice(0, -4), target: profile })
  return places
}
