/** Where calls go and how, by environment and AWS files; pure. */
import { usageFailure } from '../failure.ts'
import type { CallSettings, ProfileSettings, Service, Sourced } from './api.ts'
import { partitionOf, regionFor } from './partitions.ts'

type Env = Readonly<Record<string, string | undefined>>

/**
 * Throws a usage Failure for a region, partition or endpoint that no request can go to, so that none is found
 * only after a person has typed a code.
 */
export function callSettings(
  env: Env,
  profile: ProfileSettings,
  serial: string | undefined,
): CallSettings {
  const region = firstSet([
    ['AWS_REGION', env.AWS_REGION],
    ['AWS_DEFAULT_REGION', env.AWS_DEFAULT_REGION],
    ['region', profile.setting('region')],
  ]) ?? { value: regionFor(serial), from: 'the partition of the device' }
  const endpoints = {
    sts: customEndpoint('sts', env, profile),
    iam: customEndpoint('iam', env, profile),
    s3: customEndpoint('s3', env, profile),
    signin: customEndpoint('signin', env, profile),
  }
  // Where every endpoint is set, the region is only signed with, and emulators take any name.
  if (Object.values(endpoints).includes(undefined)) partitionOf(region.value)
  const isOn = (variable: string, key: string): boolean =>
    isTrue(nonEmpty(env[variable]) ?? profile.setting(key))
  const variants = {
    useFips: isOn('AWS_USE_FIPS_ENDPOINT', 'use_fips_endpoint'),
    useDualstack: isOn('AWS_USE_DUALSTACK_ENDPOINT', 'use_dualstack_endpoint'),
  }
  refuseVariantOf(endpoints.sts ?? endpoints.iam, variants)
  return {
    region: region.value,
    regionFrom: region.from,
    endpoints,
    ...variants,
    caBundle: nonEmpty(env.AWS_CA_BUNDLE) ?? profile.setting('ca_bundle'),
    appId: nonEmpty(env.AWS_SDK_UA_APP_ID) ?? profile.setting('sdk_ua_app_id'),
  }
}

/** The SDK's rules refuse both together. */
function refuseVariantOf(
  custom: Sourced | undefined,
  { useFips, useDualstack }: Pick<CallSettings, 'useFips' | 'useDualstack'>,
): void {
  if (custom === undefined || !(useFips || useDualstack)) return
  throw usageFailure(
    `${useFips ? 'A FIPS' : 'A dual-stack'} endpoint and ${custom.from} exclude each other.`,
    `look at ${useFips ? 'use_fips_endpoint' : 'use_dualstack_endpoint'} and ${custom.from}`,
  )
}

/**
 * A service's endpoint as environment and AWS files set it, in the order of the AWS SDKs and Tools Reference
 * Guide ("Service-specific endpoints"). Throws a usage Failure for one that requests cannot go to.
 */
function customEndpoint(service: Service, env: Env, profile: ProfileSettings): Sourced | undefined {
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
function firstSet(
  values: readonly (readonly [from: string, value: string | undefined])[],
): Sourced | undefined {
  const sourced = values.map(([from, value]) => ({ from, value: nonEmpty(value) }))
  return sourced.find((each): each is Sourced => each.value !== undefined)
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}

function isTrue(text: string | undefined): boolean {
  return text?.toLowerCase() === 'true'
}

/** `localhost:4566` is a URL too. */
function isEndpointUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}
