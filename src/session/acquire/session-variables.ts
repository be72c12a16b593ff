import { usageFailure } from '../../failure.ts'
import type { Context } from '../../context.ts'
import type { PromptChoice } from '../../mfa/prompts/prompts.ts'
import { readSource } from '../../profile/read-source.ts'
import type { CredentialSource } from '../../profile/resolve.ts'
import { pathsOf } from '../../profile/paths.ts'
import { parseDuration } from '../model/duration.ts'
import { MIN_TTL_SECONDS } from '../model/freshness.ts'
import type { MinimumLife } from '../model/session-length.ts'
import { getSession } from './role-session.ts'
import type { CachedSession } from '../model/session.ts'
import { variablesOf, type Variables } from '../model/variables.ts'

/** What `--min-ttl` or its default means. Throws a usage Failure for what is no time. */
export function parseMinTtl(text: string | undefined): MinimumLife {
  if (text === undefined) return { minTtl: MIN_TTL_SECONDS * 1000, ttl: 'usual' }
  const seconds = parseDuration(text)
  if (seconds !== undefined) return { minTtl: seconds * 1000, ttl: 'asked' }
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

/** The session of a profile as variables; asks for a code where there is none. */
export async function getSessionVariables(
  context: Context,
  { profile, ...asked }: VariablesRequest,
): Promise<SessionWithVariables> {
  const paths = pathsOf(context)
  const request = { profile }
  const source = await readSource(context, paths, request)
  const { session } = await getSession(context, paths, source, { request, ...asked })
  const { AWS_REGION, AWS_DEFAULT_REGION } = context.env
  // The variable may be what an earlier `env` of another profile left.
  const region = source.setting('region') ?? AWS_REGION ?? AWS_DEFAULT_REGION
  return { source, session, variables: variablesOf(session, region) }
}
