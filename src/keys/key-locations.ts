import type { AwsKeys } from '../aws/api.ts'
import type { Context, Keyring } from '../context.ts'
import { Failure } from '../failure.ts'
import { changeFiles } from '../profile/files/change-files.ts'
import type { Edit, FileEdits } from '../profile/ini/edit.ts'
import { KINDS, profileNames, type FileKind } from '../profile/ini/ini-file.ts'
import type { Paths } from '../profile/paths.ts'
import { profileForNewKeys } from '../profile/no-keys.ts'
import { roleChain, roleProfile } from '../profile/roles.ts'
import { findSource, type CredentialSource } from '../profile/resolve.ts'
import {
  IN_KEYRING,
  keyChanges,
  keysIn,
  type KeyPair,
  type ProfileFiles,
} from '../profile/values.ts'

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
  return { profile: profileForNewKeys(files, profile), kind: 'credentials' }
}

/** Writes keys to a section: in plain text, or without a secret the marker that the keyring has them. */
export function keyEdit(section: Section & Partial<KeyLocation>, keys: KeyPair): Edit {
  const { profile, accessKeyId } = section
  const isMarked = accessKeyId !== undefined && isInKeyring(section)
  // A marker may stand beside another tool's session, which stays whole.
  if (isMarked && isInKeyring(keys)) return { profile, change: { [IN_KEYRING]: keys.accessKeyId } }
  return { profile, change: keyChanges(keys) }
}

/** The keys of a profile in the files: only those can be moved. Throws a Failure. */
export function findKeys(files: ProfileFiles, profile: string): CredentialSource {
  const source = findSource(files, {}, { profile })
  if (source !== undefined) return source
  throw new Failure(
    'files',
    `There are no keys of the profile ${profile} to move in the files.`,
    'mfa-login keys list',
  )
}

/** The edits of sections, by file. */
export function editsOf<T extends Section>(
  sections: readonly T[],
  edit: (section: T) => Edit | readonly Edit[],
): FileEdits {
  const inFile = (kind: FileKind): Edit[] =>
    sections.filter((section) => section.kind === kind).flatMap(edit)
  return { credentials: inFile('credentials'), config: inFile('config') }
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
    'The keyring did not return what was written to it.',
    'check it with the program of the keyring',
  )
}

/** Removes the keyring's entry of a key unless a section refers to it. */
export async function removeUnusedEntry(
  context: Context,
  paths: Paths,
  accessKeyId: string,
): Promise<void> {
  await changeFiles(context, paths, {
    plan: (files) => ({
      isUsed: locationsOf(files, accessKeyId).some(isInKeyring),
      credentials: [],
    }),
    after: async ({ isUsed }) => (isUsed ? undefined : context.keyring.remove(accessKeyId)),
  })
}

export function isInKeyring({ secretAccessKey }: Pick<KeyPair, 'secretAccessKey'>): boolean {
  return secretAccessKey === undefined
}
