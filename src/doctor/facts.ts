import type { Context } from '../context.ts'
import type { Failure } from '../failure.ts'
import type { FileKind } from '../profile/ini/ini-file.ts'
import type { Paths } from '../profile/paths.ts'
import type { ProfileFiles } from '../profile/values.ts'
import type { CachedFile } from '../session/cache/encryption.ts'
import type { Calls } from './calls.ts'
import type { TracedSource } from './credential-source.ts'
import type { Problem } from './problem.ts'

/** What there is to know about a profile. The checks judge it. */
export interface Facts extends TracedSource {
  readonly profile: string
  /** Whether `--profile` or a variable names the profile; false for the default. */
  readonly isNamed: boolean
  readonly env: Context['env']
  readonly platform: string
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly paths: Paths
  /** As far as they can be read; a damaged file has `problems`. */
  readonly files: ProfileFiles
  /** Why files could not be read. */
  readonly unreadable: readonly Problem[]
  readonly modes: readonly FileMode[]
  /** Programs that a credential_process line written by `setup` names and that do not exist. */
  readonly missingPrograms: readonly string[]
  readonly cached: readonly CachedFile[]
  readonly encryption: EncryptionFacts
  readonly calls: Calls
}

/** Encryption of cached sessions. */
export interface EncryptionFacts {
  readonly isRequired: boolean
  /** Why the encryption key cannot be read. */
  readonly failure?: Failure
}

/** A file that may hold credentials. */
export interface CredentialFile {
  readonly path: string
  readonly kind: FileKind | 'cache' | 'backup'
}

export interface FileMode extends CredentialFile {
  /** Permission bits. */
  readonly mode: number
}
