import type { Context } from '../context.ts'
import type { Paths } from '../profile/paths.ts'
import type { CredentialSource } from '../profile/resolve.ts'

/** What every step of a rotation works with. */
export interface RotationContext {
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
