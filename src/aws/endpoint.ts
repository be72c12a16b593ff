import { Failure, lookAt, usageFailure } from '../failure.ts'
import { withoutUserInfo } from '../sanitize.ts'
import type { AwsSettings, CallSettings, Service, Sourced } from './api.ts'
import { checkRegionName, partitionOf } from './partitions.ts'

/**
 * The endpoint that a person has set for a service; undefined for AWS's own. Throws a usage Failure where the
 * settings lead to none, so that no request goes elsewhere. Other services' settings do not matter.
 */
export function endpointOf(
  service: Service,
  settings: CallSettings & Pick<AwsSettings, 'endpoint'>,
  warn: (line: string) => void = () => undefined,
): string | undefined {
  if (settings.endpoint !== undefined) return settings.endpoint
  const custom = settings.endpoints?.[service]
  // Where the endpoint is set, the region is only signed with, and emulators take any name.
  checkRegionName(settings.region, settings.regionFrom)
  if (custom === undefined) partitionOf(settings.region, settings.regionFrom)
  else checkCustom(service, custom, settings)
  if (custom !== undefined) warnOfPlainText(custom, warn)
  return custom?.value
}

/** The host that calls to a service go to, near enough to choose a proxy. Throws as `endpointOf` does. */
export function originOf(
  service: Service,
  settings: CallSettings,
  warn: (line: string) => void,
): URL {
  const own = (): string => `https://${service}.${partitionOf(settings.region).dnsSuffix}`
  return new URL(endpointOf(service, settings, warn) ?? own())
}

/** The endpoint that is set is no address. */
export class EndpointFailure extends Failure {}

function warnOfPlainText({ value, from }: Sourced, warn: (line: string) => void): void {
  const { protocol, host, hostname } = new URL(value)
  const isLocal = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
  if (protocol === 'http:' && !isLocal)
    warn(`Calls to http://${host} (${from}) are not encrypted: the network can read sessions.`)
}

function checkCustom(
  service: Service,
  { value, from }: Sourced,
  { useFips = false, useDualstack = false }: CallSettings,
): void {
  // `localhost:4566` is a URL too.
  if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol)) {
    const endpoint = JSON.stringify(withoutUserInfo(value))
    throw new EndpointFailure(
      'usage',
      `The endpoint ${endpoint} is not an http:// or https:// address.`,
      lookAt({ value, from }),
    )
  }
  // The SDK's rules refuse both together. The sign-in service has no such endpoints.
  if (service === 'signin' || !(useFips || useDualstack)) return
  throw usageFailure(
    `${useFips ? 'A FIPS' : 'A dual-stack'} endpoint and ${from} cannot be used together.`,
    `check ${useFips ? 'use_fips_endpoint' : 'use_dualstack_endpoint'} and ${from}`,
  )
}
