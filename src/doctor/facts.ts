import type { Context } from '../context.ts'
import type { Failure } from '../failure.ts'
import type { FileKind } from '../profile/ini/ini-file.ts'
import { wrongHeader } from '../profile/no-keys.ts'
import type { LineProgram } from '../profile/line-program.ts'
import type { Paths } from '../profile/paths.ts'
import { isServedByUs } from '../profile/process-line.ts'
import type { CredentialSource } from '../profile/resolve.ts'
import { allProfiles, type ProfileFiles } from '../profile/values.ts'
import type { Inventory } from '../session/cache/inventory.ts'
import type { Calls } from './calls.ts'

/** A problem as the code that met it describes it. */
export interface Problem {
  readonly message: string
  readonly remedy: string
}

/** Takes message and hint of a failure; `fallback` is the remedy for one without a hint. */
export function toProblem({ message, hint }: Failure, fallback: string): Problem {
  return { message, remedy: hint ?? fallback }
}

/** What there is to know about a profile. The checks judge it. */
export interface Facts extends Inventory {
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
  /** What a line that `setup` writes now starts. */
  readonly program: LineProgram
  /** The long-term credentials; undefined if there are none, or if another tool provides them. */
  readonly source: CredentialSource | undefined
  /** Why the profile's role leads to no long-term credentials. */
  readonly roleProblem?: Problem | undefined
  /** Whether cached sessions must be encrypted, and why the encryption key cannot be read. */
  readonly encryption: { readonly isRequired: boolean; readonly failure?: Failure }
  readonly calls: Calls
}

/** A file that may hold credentials. */
export interface FileMode {
  readonly path: string
  readonly kind: FileKind | 'cache' | 'backup'
  /** Permission bits. */
  readonly mode: number
}

/** Whether both files were read whole. What is absent from a damaged file may be in its lost part. */
export function areFilesComplete({ unreadable, files }: Facts): boolean {
  const isDamaged = [files.config, files.credentials].some(({ problems }) => problems.length > 0)
  return unreadable.length === 0 && !isDamaged
}

export function isProfileMissing(facts: Facts): boolean {
  const { profile, source, isNamed, env } = facts
  if (!areFilesComplete(facts) || allProfiles(facts.files).includes(profile)) return false
  if (wrongHeader(facts.files, profile) !== undefined) return false
  // The first login creates the profile from the keys of [P-long-term].
  if (source?.keysProfile !== undefined) return false
  // With keys in the environment, no default profile is needed.
  return isNamed || !env.AWS_ACCESS_KEY_ID
}

/** Whether tools get the profile's sessions through `mfa-login credential-process`. */
export function isWired({ files, profile, source }: Facts): boolean {
  return [profile, source?.target ?? profile].some((name) => isServedByUs(files, name))
}
