import type { AwsKeys } from '../aws/api.ts'
import type { Context, Keyring } from '../context.ts'
import { Failure } from '../failure.ts'
import { editFile } from '../profile/files/edit-file.ts'
import { readProfileFiles } from '../profile/files/snapshot.ts'
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
      `The profile ${requested} assumes its role with keys from the environment, not from a file.`,
      `aws configure set source_profile NAME --profile ${requested}`,
    )
  }
  const values = profileValues(files, profile)
  const isTarget =
    values.has('aws_session_token') || isOurProcess(values.get('credential_process') ?? '')
  return { profile: isTarget ? `${profile}-long-term` : profile, kind: 'credentials' }
}

/** Writes keys to a section: in plain text, or without a secret the marker that the keyring has them. */
export function keyEdit(
  { profile }: Section,
  { accessKeyId, secretAccessKey }: { accessKeyId: string; secretAccessKey?: string | undefined },
): Edit {
  const isInKeyring = secretAccessKey === undefined
  const change = {
    aws_access_key_id: isInKeyring ? undefined : accessKeyId,
    aws_secret_access_key: secretAccessKey,
    [IN_KEYRING]: isInKeyring ? accessKeyId : undefined,
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
export function describeLocations(paths: Paths, sections: readonly Section[]): string {
  return sections.map(({ profile, kind }) => `[${profile}] of ${paths[kind]}`).join(', ')
}

/** How messages name a key. */
export function shortKeyId(accessKeyId: string): string {
  return `…${accessKeyId.slice(-4)}`
}

/** Writes the keys and reads them back. Throws a Failure if the keyring returns something else. */
export async function storeInKeyring(keyring: Keyring, keys: AwsKeys): Promise<void> {
  const { accessKeyId, secretAccessKey } = keys
  await keyring.write(accessKeyId, secretAccessKey)
  if ((await keyring.read(accessKeyId)) === secretAccessKey) return
  throw new Failure(
    'files',
    'The keyring did not give back what was written to it.',
    'look at it with the keyring’s own program',
  )
}

/** Removes the entry of a key unless a section still refers to it. */
export async function removeUnusedEntry(
  context: Context,
  paths: Paths,
  accessKeyId: string,
): Promise<void> {
  const locations = locationsOf(await readProfileFiles(context, paths), accessKeyId)
  if (locations.some(({ secretAccessKey }) => secretAccessKey === undefined)) return
  await context.keyring.remove(accessKeyId)
}
