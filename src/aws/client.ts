/** The calls to AWS. The SDK's clients are loaded when a call needs them. */
import type { Debug } from '../context.ts'
import { hostOf } from '../sanitize.ts'
import { RequestNotSent, type Aws, type AwsKeys, type AwsSettings } from './api.ts'
import { withAwsErrors } from './errors/from-sdk.ts'
import { httpClient, type HttpClient } from './http/http-client.ts'
import { accessKeyCalls } from './iam/access-keys.ts'
import { accountCalls } from './iam/account.ts'
import { deviceCalls } from './iam/devices.ts'
import { policyCalls } from './iam/policies.ts'
import { closestRegion, isKnownRegion } from './partitions.ts'
import type { Caller } from './sdk.ts'
import { getSigninToken } from './sign-in.ts'

/** `version` is mfa-login's, for the User-Agent header. */
export function connectAws(
  settings: AwsSettings,
  { version, debug, warn }: Pick<Caller, 'version' | 'warn'> & { readonly debug: Debug },
): Aws {
  const keepSecret = <T extends AwsKeys>(keys: T): T => {
    debug.keepSecret(keys.secretAccessKey)
    debug.keepSecret(keys.sessionToken)
    return keys
  }
  keepSecret(settings.keys)
  logSettings(settings, debug)
  const isDirect = settings.endpoint !== undefined
  const http = namingRegion(httpClient(settings.caBundle, { isDirect, debug }), settings)
  const caller = { settings, version, http, warn }
  const sts = once(async () => (await import('./sts.ts')).stsCalls(caller))
  const iam = once(async () => (await import('./iam/iam-client.ts')).iamClient(caller))
  const getCallerIdentity: Aws['getCallerIdentity'] = async () => (await sts()).getCallerIdentity()
  const accessKeys = accessKeyCalls(iam)
  const devices = deviceCalls(iam, async () => (await getCallerIdentity()).arn)
  return {
    prepare: async () => (await sts()).prepare(),
    getSessionToken: async (request) => {
      debug.keepSecret(request.tokenCode)
      return keepSecret(await (await sts()).getSessionToken(request))
    },
    assumeRole: async (request) => {
      debug.keepSecret(request.tokenCode)
      return keepSecret(await (await sts()).assumeRole(request))
    },
    getCallerIdentity,
    ...accessKeys,
    createAccessKey: async () => keepSecret(await accessKeys.createAccessKey()),
    ...devices,
    createVirtualDevice: async (name) => {
      const device = await devices.createVirtualDevice(name)
      debug.keepSecret(device.seed)
      return device
    },
    ...accountCalls(iam),
    ...policyCalls(iam),
    getSigninToken: async (host) => withAwsErrors(async () => getSigninToken(caller, host)),
    listBuckets: async () =>
      withAwsErrors(async () => (await import('./s3.ts')).listBuckets(caller)),
    makeReadOnlyCall: async (action) =>
      withAwsErrors(async () =>
        (await import('./read-only-calls.ts')).makeReadOnlyCall(caller, action),
      ),
    clockOffset: () => http.clockOffset(),
  }
}

/** Names the region in the error where its host cannot be reached, and the SDK does not know it. */
function namingRegion(
  http: HttpClient,
  { region, regionFrom = 'region' }: AwsSettings,
): HttpClient {
  return {
    ...http,
    send: async (request) => {
      try {
        return await http.send(request)
      } catch (error) {
        const isOfRegion = request.url.host.split('.').includes(region)
        if (!(error instanceof RequestNotSent) || !isOfRegion) throw error
        if (isKnownRegion(region)) throw error
        const named = new RequestNotSent(error.code, error.message, undefined, { cause: error })
        named.unknownRegion = { value: region, from: regionFrom, meant: closestRegion(region) }
        throw named
      }
    },
  }
}

/** Clients are kept: each learns AWS's time from a refusal for the clock. */
function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined
  return async () => (loaded ??= load())
}

function logSettings(settings: AwsSettings, debug: Debug): void {
  const { keys, region, regionFrom = 'the caller', endpoint, endpoints = {} } = settings
  const { useFips = false, useDualstack = false } = settings
  debug.log(
    `calls use the key …${keys.accessKeyId.slice(-4)} and the region ${region} (${regionFrom})`,
  )
  if (endpoint !== undefined) debug.log(`all calls go to ${endpoint}`)
  const custom = Object.entries(endpoints).flatMap(([service, each]) =>
    each === undefined ? [] : [`${service}: ${hostOf(each.value) ?? 'not a URL'} (${each.from})`],
  )
  debug.log(
    `endpoints are ${custom.join(', ') || 'AWS’s own'}; FIPS: ${useFips}, dual stack: ${useDualstack}`,
  )
}
