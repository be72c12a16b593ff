/** How AWS tools use a local AWS. */
import { join } from 'node:path'
import type { Account, User } from './account/model.ts'

/** A usual region of each partition; the local AWS has all of them. */
const REGIONS: Readonly<Record<string, string>> = {
  'aws-cn': 'cn-north-1',
  'aws-us-gov': 'us-gov-west-1',
}

export function usualRegion({ partition }: Account): string {
  return REGIONS[partition] ?? 'us-east-1'
}

/** Variables that make AWS tools call a local AWS as a user, with its first active key. */
export function clientEnvironment(
  { url, account }: { readonly url: string; readonly account: Account },
  user: User | undefined,
): Readonly<Record<string, string>> {
  const key = user?.keys.find(({ status }) => status === 'Active')
  const region = usualRegion(account)
  return {
    AWS_ENDPOINT_URL: url,
    ...(key && {
      AWS_ACCESS_KEY_ID: key.accessKeyId,
      AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
    }),
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
  }
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The environment of a person for a program that is to call a local AWS: without their AWS settings, and with files and a
 * cache in a folder of its own.
 */
export function withoutOwnSettings(
  env: Environment,
  folder: string,
): Record<string, string | undefined> {
  const others = Object.entries(env).filter(([name]) => !/^(AWS|MFA_LOGIN)_/i.test(name))
  const kept = Object.fromEntries(others)
  return {
    ...kept,
    AWS_CONFIG_FILE: join(folder, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
    MFA_LOGIN_CACHE_DIR: join(folder, 'cache'),
    // A tool whose key is refused must not ask the network for another one.
    AWS_EC2_METADATA_DISABLED: 'true',
    ...Object.fromEntries(['NO_PROXY', 'no_proxy'].map((name) => [name, withLoopback(kept[name])])),
  }
}

function withLoopback(hosts: string | undefined): string {
  return [hosts, '127.0.0.1'].filter(Boolean).join(',')
}
