import type { AwsKeys } from '../aws/api.ts'
import type { Context } from '../context.ts'
import { Failure } from '../failure.ts'
import { editFile } from '../profile/files/edit-file.ts'
import type { Edit } from '../profile/ini/edit.ts'
import { profileNames, type FileKind } from '../profile/ini/ini-file.ts'
import type { Paths } from '../profile/paths.ts'
import { isOurProcess } from '../profile/process-line.ts'
import { roleChain, roleProfile } from '../profile/roles.ts'
import { IN_KEYRING, keysIn, profileValues, type ProfileFiles } from '../profile/values.ts'

/** A section of one of AWS's files. */
export interface Section {
  readonly profile: string
  readonly kind: FileKind
}

/** A section that has long-term credentials, or the marker that the keyring has them. */
export interface KeyLocation extends Section {
  readonly accessKeyId: string
  /** Undefined if the keyring has it. */
  readonly secretAccessKey: string | undefined
}

export const KINDS = ['credentials', 'config'] as const

/** Every section with long-term credentials, sorted by profile. */
export function keyLocationsIn(files: ProfileFiles): KeyLocation[] {
  const locations = KINDS.flatMap((kind) =>
    profileNames(files[kind], kind).flatMap((profile) => {
      const keys = keysIn(files, kind, profile)
      return keys === undefined ? [] : [{ profile, kind, ...keys }]
    }),
  )
  return locations.sort((a, b) => (a.profile < b.profile ? -1 : 1))
}

export function locationsOf(files: ProfileFiles, accessKeyId: string): KeyLocation[] {
  return keyLocationsIn(files).filter((location) => location.accessKeyId === accessKeyId)
}

/** The section in which a login finds keys for a profile that has none. Throws a Failure. */
export function locationForNewKeys(files: ProfileFiles, requested: string): Section {
  const role = roleProfile(files, requested)
  const profile = role === undefined ? requested : roleChain(files, role).start
  if (profile === undefined) {
    throw new Failure(
      'files',
      `The profile ${requested} takes its role with keys of the environment, not of a file.`,
      `aws configure set source_profile NAME --profile ${requested}`,
    )
  }
  const values = profileValues(files, profile)
  const isTarget =
    values.has('aws_session_token') || isOurProcess(values.get('credential_process') ?? '')
  return { profile: isTarget ? `${profile}-long-term` : profile, kind: 'credentials' }
}

/** Replaces the keys in a section by the marker that the keyring has them. */
export function markerEdit({ profile }: Section, accessKeyId: string): Edit {
  const change = {
    aws_access_key_id: undefined,
    aws_secret_access_key: undefined,
    [IN_KEYRING]: accessKeyId,
  }
  return { profile, change }
}

/** Writes the keys to a section, in plain text. */
export function keysEdit({ profile }: Section, keys: AwsKeys): Edit {
  const change = {
    aws_access_key_id: keys.accessKeyId,
    aws_secret_access_key: keys.secretAccessKey,
    [IN_KEYRING]: undefined,
  }
  return { profile, change }
}

/** Edits sections, all of one file in one step. */
export async function editSections<T extends Section>(
  context: Context,
  paths: Paths,
  sections: readonly T[],
  edit: (section: T) => Edit,
): Promise<void> {
  for (const kind of KINDS) {
    const inFile = sections.filter((section) => section.kind === kind)
    await editFile(context, paths[kind], kind, inFile.map(edit))
  }
}

/** Such as `[work] of /home/alice/.aws/credentials`. */
export function describeLocation(paths: Paths, { profile, kind }: Section): string {
  return `[${profile}] of ${paths[kind]}`
}

export function describeLocations(paths: Paths, sections: readonly Section[]): string {
  return sections.map((section) => describeLocation(paths, section)).join(', ')
}

/** How messages name a key. */
export function shortKeyId(accessKeyId: string): string {
  return `…${accessKeyId.slice(-4)}`
}
