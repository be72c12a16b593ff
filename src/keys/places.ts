import type { Paths } from '../profile/paths.ts'
import type { AwsKeys } from '../aws/api.ts'
import { Failure } from '../failure.ts'
import type { Edit } from '../profile/ini/edit.ts'
import { profileNames, type FileKind } from '../profile/ini/ini-file.ts'
import { isOurProcess } from '../profile/process-line.ts'
import { roleChain, roleProfile } from '../profile/roles.ts'
import { IN_KEYRING, keysIn, profileValues, type ProfileFiles } from '../profile/values.ts'

/** A section that holds long-term keys, or says that the keyring does. */
export interface KeyLocation {
  readonly profile: string
  readonly kind: FileKind
  readonly accessKeyId: string
  /** Undefined where the keyring holds it. */
  readonly secretAccessKey: string | undefined
}

export const KINDS = ['credentials', 'config'] as const

/** Every section with long-term keys, by the name of its profile. */
export function keyLocationsIn(files: ProfileFiles): KeyLocation[] {
  const places = KINDS.flatMap((kind) =>
    profileNames(files[kind], kind).flatMap((profile) => {
      const keys = keysIn(files, kind, profile)
      return keys === undefined ? [] : [{ profile, kind, ...keys }]
    }),
  )
  return places.sort((a, b) => (a.profile < b.profile ? -1 : 1))
}

export function locationsOf(files: ProfileFiles, accessKeyId: string): KeyLocation[] {
  return keyLocationsIn(files).filter((place) => place.accessKeyId === accessKeyId)
}

/** The section that keys for a profile without any go to, so that a login finds them. */
export function locationForNewKeys(
  files: ProfileFiles,
  asked: string,
): Pick<KeyLocation, 'profile' | 'kind'> {
  const role = roleProfile(files, asked)
  const profile = role === undefined ? asked : roleChain(files, role).start
  if (profile === undefined) {
    throw new Failure(
      'files',
      `The profile ${asked} takes its role with keys of the environment, not of a file.`,
      `aws configure set source_profile NAME --profile ${asked}`,
    )
  }
  const values = profileValues(files, profile)
  const isTarget =
    values.has('aws_session_token') || isOurProcess(values.get('credential_process') ?? '')
  return { profile: isTarget ? `${profile}-long-term` : profile, kind: 'credentials' }
}

/** Says in a section that the keyring holds the keys, and takes a plain copy out. */
export function keyringEdit({ profile }: Pick<KeyLocation, 'profile'>, accessKeyId: string): Edit {
  const change = {
    aws_access_key_id: undefined,
    aws_secret_access_key: undefined,
    [IN_KEYRING]: accessKeyId,
  }
  return { profile, change }
}

/** Writes the keys into a section. */
export function plainEdit({ profile }: Pick<KeyLocation, 'profile'>, keys: AwsKeys): Edit {
  const change = {
    aws_access_key_id: keys.accessKeyId,
    aws_secret_access_key: keys.secretAccessKey,
    [IN_KEYRING]: undefined,
  }
  return { profile, change }
}

/** As `[work] of /home/alice/.aws/credentials`. */
export function describeLocation(
  paths: Paths,
  { profile, kind }: Pick<KeyLocation, 'profile' | 'kind'>,
) {
  return `[${profile}] of ${paths[kind]}`
}
