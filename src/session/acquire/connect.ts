import type { Aws, AwsKeys, ProfileSettings, Service } from '../../aws/api.ts'
import type { Context } from '../../context.ts'
import { readLongTermKeys } from '../../profile/keys-of.ts'
import type { CredentialSource } from '../../profile/resolve.ts'

/** A client for the long-term keys of a source, or for `keys`. Throws a Failure. */
export async function connect(
  context: Context,
  source: CredentialSource,
  serial: string | undefined,
  keys?: AwsKeys,
): Promise<Aws> {
  return connectWithKeys(context, source, serial, keys ?? (await readLongTermKeys(context, source)))
}

/** A client by environment and AWS files; without a region, `serial` tells the partition. Throws a Failure. */
export async function connectWithKeys(
  context: Context,
  settings: ProfileSettings,
  serial: string | undefined,
  keys: AwsKeys,
): Promise<Aws> {
  // Loaded here: a cached session needs none of it.
  const { callSettings } = await import('../../aws/call-settings.ts')
  return context.aws({ keys, ...callSettings(context.env, settings, serial, context.region) })
}

/**
 * Throws a Failure where region, endpoint, proxy or certificates let no request to one of the services go anywhere,
 * before a person is asked for a code.
 */
export async function checkEndpoints(
  { env, region, infoOnce }: Context,
  settings: ProfileSettings,
  serial: string | undefined,
  services: readonly Service[],
): Promise<void> {
  const { callSettings } = await import('../../aws/call-settings.ts')
  const { endpointOf } = await import('../../aws/endpoint.ts')
  const { proxyFor } = await import('../../aws/http/proxy-setting.ts')
  const { partitionOf } = await import('../../aws/partitions.ts')
  const { readBundle } = await import('../../aws/http/ca-bundle.ts')
  const calls = callSettings(env, settings, serial, region)
  if (calls.caBundle !== undefined) readBundle(calls.caBundle)
  for (const service of services) {
    const endpoint = endpointOf(service, calls, infoOnce)
    proxyFor(new URL(endpoint ?? `https://${service}.${partitionOf(calls.region).dnsSuffix}`))
  }
}

export type EarlyConnection = ReturnType<typeof connectEarly>

/**
 * A client that gets ready while a person types a code: starts to load the SDK and, where there is time for it, to
 * open the connection.
 */
export function connectEarly(
  context: Context,
  source: CredentialSource,
  serial: string,
  { keys, hasTime }: { readonly keys: AwsKeys; readonly hasTime: boolean },
) {
  const client = connect(context, source, serial, keys)
  const prepared = client.then(async (aws) => (hasTime ? aws.prepare() : () => undefined))
  // A failure to prepare is the request's to report.
  const close = prepared.catch(() => () => undefined)
  return {
    /** Throws what went wrong meanwhile. */
    client: async (): Promise<Aws> => client,
    close: (): void => void close.then((closeConnection) => closeConnection()),
  }
}
