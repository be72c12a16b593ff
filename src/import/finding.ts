import type { LineProgram } from '../profile/line-program.ts'
import type { SetupPlan } from '../profile/setup/setup-plan.ts'
import type { ProfileFiles } from '../profile/values.ts'

/** What another tool left in a profile. */
export interface ImportFinding {
  readonly profile: string
  /** What it is and what becomes of it, in one sentence without secrets. */
  readonly message: string
  /** The command that comes next, or that fixes what cannot be imported. */
  readonly next?: string
  /** Undefined if nothing has to change. */
  readonly plan?: SetupPlan
}

/** What the readers of the tools look at. */
export interface ImportInput {
  readonly files: ProfileFiles
  /** The profiles of both files. */
  readonly profiles: readonly string[]
  /** Milliseconds since the epoch. */
  readonly now: number
  /** What a credential_process line starts. */
  readonly program: LineProgram
  /** Whether the person named the tool with `--from`. */
  readonly isToolNamed: boolean
}

/** Finds what one tool left in the files. */
export type ToolReader = (input: ImportInput) => ImportFinding[]

/** `a`, `a and b`, `a, b and c`. */
export function formatList(names: readonly string[]): string {
  return new Intl.ListFormat('en-GB').format(names)
}
