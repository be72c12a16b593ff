import { Failure } from '../failure.ts'
import { findSource, type CredentialSource } from '../profile/resolve.ts'
import { foreignSource } from '../profile/roles.ts'
import type { ProfileFiles } from '../profile/values.ts'
import { toProblem, type Problem } from './problem.ts'

export interface TracedSource {
  /** The long-term credentials; undefined if there are none, or if another tool provides them. */
  readonly source: CredentialSource | undefined
  /** Why the profile's role leads to no long-term credentials. */
  readonly roleProblem?: Problem | undefined
}

/** Traces a profile back to its long-term credentials; pure. */
export function traceSource(
  files: ProfileFiles,
  env: Readonly<Record<string, string | undefined>>,
  profile: string,
): TracedSource {
  if (foreignSource(files, profile) !== undefined) return { source: undefined }
  try {
    return { source: findSource(files, env, { profile }) }
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return {
      source: undefined,
      roleProblem: toProblem(error, `aws configure --profile ${profile}`),
    }
  }
}
