import type { Context } from '../context.ts'
import type { Paths } from '../profile/paths.ts'
import type { CredentialSource } from '../profile/resolve.ts'

/** A rotation of the key of a profile; every step works with it. */
export interface Rotation {
  readonly context: Context
  readonly paths: Paths
  /** Has the key that the files name. */
  readonly source: CredentialSource
  /** Only deactivate the old key. */
  readonly keepOld: boolean
  /** Ask no questions. */
  readonly isUnattended: boolean
}

/** A session must last for a whole rotation, in which a person looks up a code. */
export const MIN_SESSION_MS = 10 * 60_000

export function rotateCommand({ profile }: CredentialSource): string {
  return `mfa-login keys rotate --profile ${profile}`
}
