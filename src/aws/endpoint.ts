import { usageFailure } from '../failure.ts'
import type { AwsSettings, CallSettings, Service, Sourced } from './api.ts'
import { partitionOf } from './partitions.ts'

/**
 * The endpoint that a person has set for a service; undefined for AWS's own. Throws a usage Failure where the
 * settings lead to none, so that no request goes elsewhere. Other services' settings do not matter.
 */
export function endpointOf(
  service: Service,
  settings: CallSettings & Pick<AwsSettings, 'endpoint'>,
): string | undefined {
  if (settings.endpoint !== undefined) return settings.endpoint
  const custom = settings.endpoints?.[service]
  // Where the endpoint is set, the region is only signed with, and emulators take any name.
  if (custom === undefined) partitionOf(settings.region, settings.regionFrom)
  else checkCustom(service, custom, settings)
  return custom?.value
}

function checkCustom(
  service: Service,
  { value, from }: Sourced,
  { useFips = false, useDualstack = false }: CallSettings,
): void {
  // `localhost:4566` is a URL too.
  if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol)) {
    throw usageFailure(
      `The endpoint ${JSON.stringify(value)} is not an address of http:// or https://.`,
      `look at ${from}`,
    )
  }
  // The SDK's rules refuse both together. The sign-in service has no such endpoints.
  if (service === 'signin' || !(useFips || useDualstack)) return
  throw usageFailure(
    `${useFips ? 'A FIPS' : 'A dual-stack'} endpoint and ${from} cannot be used together.`,
    `look at ${useFips ? 'use_fips_endpoint' : 'use_dualstack_endpoint'} and ${from}`,
  )
}
