/** The calls to AWS. The SDK's clients are loaded when a call needs them. */
import type { Debug } from '../context.ts'
import type { Aws, AwsSettings } from './api.ts'
import { withAwsErrors } from './errors/from-sdk.ts'
import { httpClient } from './http/http-client.ts'
import { accessKeyCalls } from './iam/access-keys.ts'
import { deviceCalls } from './iam/devices.ts'
import { policyCalls } from './iam/policies.ts'
import { getSigninToken } from './sign-in.ts'

export interface ClientEnvironment {
  /** The version of mfa-login, for the User-Agent header. */
  readonly version: string
  readonly debug: Debug
}

export function connectAws(settings: AwsSettings, { version, debug }: ClientEnvironment): Aws {
  debug.keepSecret(settings.keys.secretAccessKey)
  debug.keepSecret(settings.keys.sessionToken)
  logSettings(settings, debug)
  const http = httpClient(settings.caBundle, { isDirect: settings.endpoint !== undefined, debug })
  const caller = { settings, version, http }
  const sts = once(async () => (await import('./sts.ts')).stsCalls(caller))
  const iam = once(async () => (await import('./iam/iam-client.ts')).iamClient(caller))
  const getCallerIdentity: Aws['getCallerIdentity'] = async () => (await sts()).getCallerIdentity()
  return {
    prepare: async () => (await sts()).prepare(),
    getSessionToken: async (request) => (await sts()).getSessionToken(request),
    assumeRole: async (request) => (await sts()).assumeRole(request),
    getCallerIdentity,
    ...accessKeyCalls(iam),
    ...deviceCalls(iam, async () => (await getCallerIdentity()).arn),
    ...policyCalls(iam),
    getSigninToken: async (host) => withAwsErrors(async () => getSigninToken(caller, host)),
    listBuckets: async () =>
      withAwsErrors(async () => (await import('./s3.ts')).listBuckets(caller)),
    clockOffset: () => http.clockOffset(),
  }
}

/** Clients are kept: each learns AWS's time from a refusal for the clock. */
function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined
  return async () => (loaded ??= load())
}

function logSettings(settings: AwsSettings, debug: Debug): void {
  const { keys, region, regionFrom = 'the caller', endpoint, endpoints = {} } = settings
  debug.log(`calls use the key …${keys.accessKeyId.slice(-4)} and ${region} from ${regionFrom}`)
  if (endpoint !== undefined) debug.log(`every call goes to ${endpoint}`)
  const custom = Object.entries(endpoints).filter(([, each]) => each !== undefined)
  for (const [service, each] of custom) {
    debug.log(`the endpoint of ${service} is ${hostOf(each?.value)} from ${each?.from ?? ''}`)
  }
  const isOn = [
    settings.useFips === true && 'FIPS',
    settings.useDualstack === true && 'dual-stack',
  ].filter((each) => each !== false)
  if (isOn.length > 0) debug.log(`endpoints are ${isOn.join(' and ')}`)
}

/** Without a user and password. */
function hostOf(url = ''): string {
  const { protocol, host, pathname } = new URL(url)
  return `${protocol}//${host}${pathname === '/' ? '' : pathname}`
}
