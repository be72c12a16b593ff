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

/** A client by environment and AWS files; without a region, `serial` gives the partition. Throws a Failure. */
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
 * Throws a Failure if region, endpoint, proxy or certificates let no request to one of the services go anywhere,
 * before a person is asked for a code.
 */
export async function checkEndpoints(
  { env, region, infoOnce }: Context,
  settings: ProfileSettings,
  serial: string | undefined,
  services: readonly Service[],
): Promise<void> {
  const { callSettings } = await import('../../aws/call-settings.ts')
  const { originOf } = await import('../../aws/endpoint.ts')
  const { proxyFor } = await import('../../aws/http/proxy-setting.ts')
  const { readBundle } = await import('../../aws/http/ca-bundle.ts')
  const calls = callSettings(env, settings, serial, region)
  if (calls.caBundle !== undefined) readBundle(calls.caBundle)
  for (const service of services) proxyFor(originOf(service, calls, infoOnce))
}

export type EarlyConnection = ReturnType<typeof connectEarly>

/**
 * A client that gets ready while a person types a code: starts to load the SDK and, where there is time for it, to
 * open the connection; with `listsDevices`, then asks IAM for the user's devices.
 */
export function connectEarly(
  context: Context,
  source: CredentialSource,
  serial: string,
  {
    keys,
    hasTime,
    listsDevices,
  }: { readonly keys: AwsKeys; readonly hasTime: boolean; readonly listsDevices: boolean },
) {
  const client = connect(context, source, serial, keys)
  const prepared = client.then(async (aws) => (hasTime ? aws.prepare() : () => undefined))
  const end = new AbortController()
  let devices: readonly string[] = []
  const list = async (): Promise<void> => {
    await prepared
    devices = await (await client).listMfaDevices(undefined, end.signal)
  }
  // The key may not be allowed to.
  if (listsDevices) list().catch(() => undefined)
  // A failure to prepare is the request's to report.
  const close = prepared.catch(() => () => undefined)
  return {
    /** Throws what went wrong meanwhile. */
    client: async (): Promise<Aws> => client,
    /** Those that are known by now. */
    devices: () => devices,
    close: (): void => {
      end.abort()
      void close.then((closeConnection) => closeConnection())
    },
  }
}
