/** Endpoints that a person has set, and those of services without a client here; pure. */
import { usageFailure } from '../failure.ts'
import type { CallSettings, ProfileSettings, Service, Sourced } from './api.ts'
import { partitionOf } from './partitions.ts'

type Env = Readonly<Record<string, string | undefined>>

/**
 * A service's endpoint as environment and AWS files set it, in the order of the AWS SDKs and Tools Reference
 * Guide ("Service-specific endpoints"). Throws a usage Failure for one that requests cannot go to.
 */
export function customEndpoint(
  service: Service,
  env: Env,
  profile: ProfileSettings,
): Sourced | undefined {
  const ignore =
    nonEmpty(env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS) ??
    profile.setting('ignore_configured_endpoint_urls')
  if (isTrue(ignore)) return undefined
  const variable = `AWS_ENDPOINT_URL_${service.toUpperCase()}`
  const found = firstSet([
    [variable, env[variable]],
    ['AWS_ENDPOINT_URL', env.AWS_ENDPOINT_URL],
    [`endpoint_url of ${service} in services`, profile.serviceEndpoint(service)],
    ['endpoint_url', profile.setting('endpoint_url')],
  ])
  if (found === undefined || isEndpointUrl(found.value)) return found
  throw usageFailure(
    `The endpoint ${JSON.stringify(found.value)} is not an address of http:// or https://.`,
    `look at ${found.from}`,
  )
}

/** The first value that is set; an empty one counts as unset. */
export function firstSet(
  values: readonly (readonly [from: string, value: string | undefined])[],
): Sourced | undefined {
  for (const [from, value] of values) {
    if (value !== undefined && value !== '') return { value, from }
  }
  return undefined
}

/** An empty variable counts as unset. */
export function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}

export function isTrue(text: string | undefined): boolean {
  return text?.toLowerCase() === 'true'
}

/** `localhost:4566` is a URL too. */
function isEndpointUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}

/** The host forms of S3 (Amazon S3 User Guide, "Dual-stack endpoints"; AWS FIPS endpoints by service). */
export function s3Endpoint({
  region,
  useFips = false,
  useDualstack = false,
}: CallSettings): string {
  const prefix = `s3${useFips ? '-fips' : ''}${useDualstack ? '.dualstack' : ''}`
  return `https://${prefix}.${region}.${partitionOf(region).dnsSuffix}`
}
