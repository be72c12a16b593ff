import type { ProfileFiles } from '../profile/values.ts'
import type { SetupPlan } from '../profile/setup/setup-plan.ts'

/** What another tool left in a profile. */
export interface ImportFinding {
  readonly profile: string
  /** What it is and what becomes of it, in one sentence without secrets. */
  readonly message: string
  /** The command that comes next, or that mends what cannot be imported. */
  readonly next?: string
  readonly plan?: SetupPlan
}

export interface Scene {
  readonly files: ProfileFiles
  /** Milliseconds since the epoch. */
  readonly now: number
  /** The command that starts mfa-login. */
  readonly self: readonly string[]
  /** What to put before it where it is run often. */
  readonly launcher: readonly string[]
  /** Whether the person named the tool. */
  readonly isAsked: boolean
}

/** Finds what one tool left in the files. */
export type Reader = (scene: Scene) => ImportFinding[]

/** `a`, `a and b`, `a, b and c`. */
export function listed(names: readonly string[]): string {
  const [last = '', ...others] = names.toReversed()
  return others.length === 0 ? last : `${others.toReversed().join(', ')} and ${last}`
}
