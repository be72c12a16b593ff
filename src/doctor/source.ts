import { Failure } from '../failure.ts'
import { findSource, type ProfileRequest, type CredentialSource } from '../profile/resolve.ts'
import { foreignSource } from '../profile/roles.ts'
import type { ProfileFiles } from '../profile/values.ts'

export interface Behind {
  /** Undefined where there are no long-term keys, or where they are not looked for. */
  readonly source: CredentialSource | undefined
  /** Why the profile's role cannot be followed to any. */
  readonly roleProblem?: Unfollowed | undefined
}

export interface Unfollowed {
  readonly message: string
  readonly remedy: string
}

/** The long-term keys behind a profile; pure. */
export function keysBehind(
  files: ProfileFiles,
  env: Readonly<Record<string, string | undefined>>,
  request: ProfileRequest & { readonly profile: string },
): Behind {
  if (foreignSource(files, request.profile) !== undefined) return { source: undefined }
  try {
    return { source: findSource(files, env, request) }
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    const { message, hint: remedy = `aws configure --profile ${request.profile}` } = error
    return { source: undefined, roleProblem: { message, remedy } }
  }
}
