/** Where calls go and how, by environment and AWS files; pure. */
import { SERVICES, type CallSettings, type ProfileSettings } from './api.ts'
import type { Service, Sourced } from './api.ts'
import { regionFor } from './partitions.ts'

type Env = Readonly<Record<string, string | undefined>>

/**
 * The settings as they are, `requestedRegion` from the command line; `endpointOf` checks them for the service that is
 * called. Throws a usage Failure where there is no region and `serial` is in an unknown partition.
 */
export function callSettings(
  env: Env,
  profile: ProfileSettings,
  serial: string | undefined,
  requestedRegion?: string,
): CallSettings {
  const region = optionOf('--region', requestedRegion) ??
    variable(env, 'AWS_REGION') ??
    variable(env, 'AWS_DEFAULT_REGION') ??
    profile.sourced('region') ?? { value: regionFor(serial), from: 'the partition of the device' }
  const isOn = (name: string, key: string): boolean => isTrue(env[name] ?? profile.setting(key))
  return {
    region: region.value,
    regionFrom: region.from,
    endpoints: Object.fromEntries(
      SERVICES.map((service) => [service, customEndpoint(service, env, profile)]),
    ),
    useFips: isOn('AWS_USE_FIPS_ENDPOINT', 'use_fips_endpoint'),
    useDualstack: isOn('AWS_USE_DUALSTACK_ENDPOINT', 'use_dualstack_endpoint'),
    caBundle: variable(env, 'AWS_CA_BUNDLE') ?? profile.sourced('ca_bundle'),
    appId: env.AWS_SDK_UA_APP_ID ?? profile.setting('sdk_ua_app_id'),
  }
}

/**
 * A service's endpoint as environment and AWS files set it, in the order of the AWS SDKs and Tools Reference
 * Guide ("Service-specific endpoints").
 */
function customEndpoint(service: Service, env: Env, profile: ProfileSettings): Sourced | undefined {
  const ignore =
    env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS ?? profile.setting('ignore_configured_endpoint_urls')
  if (isTrue(ignore)) return undefined
  return (
    variable(env, `AWS_ENDPOINT_URL_${service.toUpperCase()}`) ??
    variable(env, 'AWS_ENDPOINT_URL') ??
    profile.serviceEndpoint(service) ??
    profile.sourced('endpoint_url')
  )
}

function variable(env: Env, name: string): Sourced | undefined {
  return optionOf(name, env[name])
}

function optionOf(from: string, value: string | undefined): Sourced | undefined {
  return value === undefined ? undefined : { value, from }
}

function isTrue(text: string | undefined): boolean {
  return text?.toLowerCase() === 'true'
}
