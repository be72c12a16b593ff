import { loadConfig } from '@smithy/core/config'
import { checkEndpointUrl } from './endpoint-url.ts'

/**
 * A service's endpoint as environment and config name it, in the words every SDK reads (AWS SDKs and
 * Tools Reference Guide, "Service-specific endpoints"). The SDK's clients themselves look into the profile
 * of AWS_PROFILE, whatever profile they are told. Throws a Failure.
 */
export async function customEndpoint(
  service: string,
  profile: string,
): Promise<string | undefined> {
  const variable = `AWS_ENDPOINT_URL_${service.toUpperCase()}`
  const found = await loadConfig<string | undefined>(
    {
      environmentVariableSelector: (env) =>
        isTrue(env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS)
          ? NONE
          : (filled(env[variable]) ?? filled(env.AWS_ENDPOINT_URL)),
      configFileSelector: ({ services, endpoint_url, ignore_configured_endpoint_urls }, file) =>
        isTrue(ignore_configured_endpoint_urls)
          ? NONE
          : (file?.[`services.${services ?? ''}`]?.[`${service}.endpoint_url`] ?? endpoint_url),
      default: undefined,
    },
    { profile },
  )()
  return found === undefined || found === NONE ? undefined : checkEndpointUrl(found)
}

/** Ends the search: with undefined it would go on. */
const NONE = ''

function filled(word: string | undefined): string | undefined {
  return word === '' ? undefined : word
}

function isTrue(word: string | undefined): boolean {
  return word?.toLowerCase() === 'true'
}

/** S3's endpoint as environment and config name it, else AWS's own for the region. */
export async function s3Endpoint(profile: string, region: string): Promise<string> {
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
  return (await customEndpoint('s3', profile)) ?? `https://s3.${region}.${suffix}`
}

/** The sign-in service's, which is one for each partition. */
export async function signinEndpoint(profile: string, region: string): Promise<string> {
  return (await customEndpoint('signin', profile)) ?? `https://${hostsOf(region).signin}`
}

export interface ConsoleHosts {
  readonly signin: string
  readonly console: string
}

/** The hosts of the console in the partition of a region. */
export function hostsOf(region: string): ConsoleHosts {
  return CONSOLES.find(([prefix]) => region.startsWith(prefix))?.[1] ?? USUAL
}

const USUAL: ConsoleHosts = { signin: 'signin.aws.amazon.com', console: 'console.aws.amazon.com' }

/** AWS GovCloud User Guide and China's "Getting started", the console's differences. */
const CONSOLES: readonly (readonly [string, ConsoleHosts])[] = [
  ['us-gov-', { signin: 'signin.amazonaws-us-gov.com', console: 'console.amazonaws-us-gov.com' }],
  ['cn-', { signin: 'signin.amazonaws.cn', console: 'console.amazonaws.cn' }],
]
