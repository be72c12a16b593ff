import { Failure } from '../../failure.ts'
import {
  allProfiles,
  hasToken,
  isSameKey,
  keysIn,
  profileValues,
  type KeyPair,
  type ProfileFiles,
} from '../values.ts'
import type { FileEdits } from '../ini/edit.ts'
import { KINDS } from '../ini/ini-file.ts'

/**
 * Throws a Failure if edits would lose a long-term key that they do not remove on purpose, or put one beside the
 * token of a session. No plan is meant to do either; this makes sure.
 */
export function checkKeys(before: ProfileFiles, after: ProfileFiles, edits: FileEdits): void {
  const { credentials = [], config = [], removes = [] } = edits
  const names = [...new Set([...credentials, ...config].map(({ profile }) => profile))]
  const keys = keysOf(before, names)
  const isKey = (id: string): boolean => keys.some(({ accessKeyId }) => accessKeyId === id)
  for (const key of keys) {
    if (removes.includes(key.accessKeyId)) continue
    // The edited sections first: a file may have ten thousand.
    if (!holds(after, names, key) && !holds(after, allProfiles(after), key)) {
      throw refusal(`lose the long-term key …${key.accessKeyId.slice(-4)}`)
    }
  }
  const mixed = names.find(
    (name) => isKey(keyBesideToken(after, name)) && !isKey(keyBesideToken(before, name)),
  )
  if (mixed !== undefined) throw refusal(`put a long-term key beside the session of [${mixed}]`)
}

function keysOf(files: ProfileFiles, profiles: readonly string[]): KeyPair[] {
  return profiles.flatMap((profile) => KINDS.flatMap((kind) => keysIn(files, kind, profile) ?? []))
}

/** Whether a section has this key and its secret, or says that the keyring has them. */
function holds(files: ProfileFiles, profiles: readonly string[], key: KeyPair): boolean {
  return keysOf(files, profiles).some((each) => isSameKey(each, key))
}

/** The access key ID in a profile that has a token too, in whichever file: some SDKs merge them. */
function keyBesideToken(files: ProfileFiles, profile: string): string {
  const values = profileValues(files, profile)
  return hasToken(values) ? (values.get('aws_access_key_id') ?? '') : ''
}

function refusal(what: string): Failure {
  return new Failure(
    'files',
    `The AWS files were left as they are: the change would ${what}.`,
    'mfa-login keys list',
  )
}
