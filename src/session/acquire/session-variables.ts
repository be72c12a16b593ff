import { usageFailure } from '../../failure.ts'
import type { Context } from '../../context.ts'
import type { PromptChoice } from '../../mfa/prompts/prompts.ts'
import { readSource } from '../../profile/read-source.ts'
import type { CredentialSource } from '../../profile/resolve.ts'
import { pathsOf } from '../../profile/paths.ts'
import { parseDuration } from '../model/duration.ts'
import { MIN_TTL_SECONDS, type MinimumLife } from '../model/freshness.ts'
import { getSession } from './get-session.ts'
import type { CachedSession } from '../model/session.ts'
import { sessionVariables, type Variables } from '../model/variables.ts'

/** Throws a usage Failure where the text is not a duration. */
export function parseMinTtl(text: string | undefined): MinimumLife {
  if (text === undefined) return { minTtl: MIN_TTL_SECONDS * 1000, origin: 'default' }
  const seconds = parseDuration(text)
  if (seconds !== undefined) return { minTtl: seconds * 1000, origin: 'requested' }
  throw usageFailure(`${JSON.stringify(text)} is not a time such as 30m.`, '--min-ttl 30m')
}

export interface SessionWithVariables {
  readonly source: CredentialSource
  readonly session: CachedSession
  readonly variables: Variables
}

interface VariablesRequest extends MinimumLife {
  readonly profile: string | undefined
  readonly prompt: PromptChoice | undefined
}

/** The session of a profile as variables; asks for a code where the cache has none. */
export async function getSessionVariables(
  context: Context,
  { profile, ...options }: VariablesRequest,
): Promise<SessionWithVariables> {
  const paths = pathsOf(context)
  const source = await readSource(context, paths, { profile })
  const { session } = await getSession(context, paths, source, options)
  const { AWS_REGION, AWS_DEFAULT_REGION } = context.env
  // An earlier `env` of another profile may have set the variable.
  const region = source.setting('region') ?? AWS_REGION ?? AWS_DEFAULT_REGION
  return { source, session, variables: sessionVariables(session, region) }
}
