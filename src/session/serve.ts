import { usageFailure } from '../failure.ts'
import type { Context } from '../context.ts'
import type { Choice } from '../mfa/prompt-choice.ts'
import { readSource } from '../profile/read-source.ts'
import { pathsOf } from '../profile/paths.ts'
import { parseDuration } from './duration.ts'
import { MIN_TTL_SECONDS } from './hit.ts'
import { profileSession } from './role-session.ts'
import { variablesOf, type Variables } from './variables.ts'

export const MIN_TTL = {
  value: 'TIME',
  about: 'take a cached session only if it lives at least this long; default 15m',
} as const

/** Milliseconds; throws a usage Failure for what is no time. */
export function minTtlOf(text: string | undefined): number {
  const seconds = text === undefined ? MIN_TTL_SECONDS : parseDuration(text)
  if (seconds !== undefined) return seconds * 1000
  throw usageFailure(`${JSON.stringify(text)} is not a time such as 30m.`, '--min-ttl 30m')
}

export interface Served {
  readonly profile: string
  readonly variables: Variables
}

interface Asked {
  readonly profile: string | undefined
  readonly minTtl: number
  readonly prompt: Choice | undefined
}

/** The session of a profile as variables; asks for a code where there is none. */
export async function servedSession(
  context: Context,
  { profile, minTtl, prompt }: Asked,
): Promise<Served> {
  const paths = pathsOf(context)
  const ask = { profile }
  const source = await readSource(context, paths, ask)
  const { session } = await profileSession(context, paths, source, {
    ask,
    minTtl,
    prompt,
  })
  const { AWS_REGION, AWS_DEFAULT_REGION } = context.env
  // The variable may be what an earlier `env` of another profile left.
  const region = source.setting('region') ?? AWS_REGION ?? AWS_DEFAULT_REGION
  return { profile: source.profile, variables: variablesOf(session, region) }
}
