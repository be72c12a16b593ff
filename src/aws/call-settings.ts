import type { AwsSettings } from './api.ts'
import type { Context } from '../context.ts'
import { regionFor } from './partitions.ts'

/** Where calls go: what the environment says, else the profile's setting; pure. */
export function callSettings(
  env: Context['env'],
  setting: (key: string) => string | undefined,
  serial: string | undefined,
): Pick<AwsSettings, 'region' | 'caBundle'> {
  const caBundle = env.AWS_CA_BUNDLE ?? setting('ca_bundle')
  return {
    region: env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? setting('region') ?? regionFor(serial),
    ...(caBundle === undefined ? {} : { caBundle }),
  }
}
