import { loadConfig } from '@smithy/core/config'

/** The variables and config keys that every SDK reads for a service's endpoint, for S3. */
const custom = (profile: string) =>
  loadConfig<string | undefined>(
    {
      environmentVariableSelector: (env) => env.AWS_ENDPOINT_URL_S3 ?? env.AWS_ENDPOINT_URL,
      configFileSelector: ({ services, endpoint_url }, file) =>
        file?.[`services.${services ?? ''}`]?.['s3.endpoint_url'] ?? endpoint_url,
      default: undefined,
    },
    { profile },
  )

/** S3's endpoint as environment and config name it, else AWS's own for the region. */
export async function s3Endpoint(profile: string, region: string): Promise<string> {
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
  return (await custom(profile)()) ?? `https://s3.${region}.${suffix}`
}
