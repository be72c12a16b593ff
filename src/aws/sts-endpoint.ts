import type { Context } from '../context.ts'
import { checkEndpointUrl } from './endpoint-url.ts'

const IGNORE = 'ignore_configured_endpoint_urls'

/** Settings that lead elsewhere (AWS SDKs and Tools Reference Guide, "Settings reference"). */
const SPECIAL_KEYS = [
  'endpoint_url',
  'services',
  IGNORE,
  'use_fips_endpoint',
  'use_dualstack_endpoint',
]
const SPECIAL_VARIABLES = [
  'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
  'AWS_USE_FIPS_ENDPOINT',
  'AWS_USE_DUALSTACK_ENDPOINT',
]

/** The partitions most people use, as the AWS SDKs' partitions.json has them. */
const HOSTS = [
  [/^(us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+$/, 'amazonaws.com'],
  [/^us-gov-\w+-\d+$/, 'amazonaws.com'],
  [/^cn-\w+-\d+$/, 'amazonaws.com.cn'],
] as const

/**
 * Where STS is, if the settings are such that it can be said in a line; for all others the AWS SDK
 * knows the rules. `setting` looks into every profile whose settings may apply. Pure.
 */
export function plainStsEndpoint(
  env: Context['env'],
  setting: (key: string) => string | undefined,
  region: string,
): string | undefined {
  if (SPECIAL_VARIABLES.some((name) => env[name] !== undefined)) return undefined
  if (SPECIAL_KEYS.some((key) => setting(key) !== undefined)) return undefined
  const custom = env.AWS_ENDPOINT_URL_STS ?? env.AWS_ENDPOINT_URL
  if (custom !== undefined) return isPlainAddress(custom) ? custom : undefined
  const suffix = HOSTS.find(([pattern]) => pattern.test(region))?.[1]
  return suffix === undefined ? undefined : `https://sts.${region}.${suffix}`
}

/**
 * Refuses an endpoint that is no address before a code is asked for; `services` is left to the SDK, which is
 * loaded while a code is typed. Throws a Failure.
 */
export function refuseNoAddress(
  env: Context['env'],
  setting: (key: string) => string | undefined,
): void {
  const ignored = env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS ?? setting(IGNORE)
  if (ignored?.toLowerCase() === 'true' || setting('services') !== undefined) return
  const named = [env.AWS_ENDPOINT_URL_STS, env.AWS_ENDPOINT_URL, setting('endpoint_url')]
  const custom = named.find((text) => text !== undefined && text !== '')
  if (custom !== undefined) checkEndpointUrl(custom)
}

/** Without a path, a query or a user, which may mean more than we know. */
function isPlainAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:\/\/[\w.-]+(:\d+)?\/?$/.test(text)
}
