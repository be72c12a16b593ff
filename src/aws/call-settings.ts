/** Where calls go and how, by environment and AWS files; pure. */
import { usageFailure } from '../failure.ts'
import type { CallSettings, ProfileSettings, Sourced } from './api.ts'
import { customEndpoint, firstSet, isTrue, nonEmpty } from './endpoints.ts'
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
  const region = regionSetting(env, profile, serial)
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

function regionSetting(env: Env, profile: ProfileSettings, serial: string | undefined): Sourced {
  const found = firstSet([
    ['AWS_REGION', env.AWS_REGION],
    ['AWS_DEFAULT_REGION', env.AWS_DEFAULT_REGION],
    ['region', profile.setting('region')],
  ])
  return found ?? { value: regionFor(serial), from: 'the partition of the device' }
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
