/** How the clients of the AWS SDK are set up. */
import { SignatureV4 } from '@smithy/signature-v4'
import type { AwsSettings } from './api.ts'
import { endpointOf } from './endpoint.ts'
import type { HttpClient } from './http/http-client.ts'
import { sdkHandler } from './http/sdk-handler.ts'

/** What all calls share. */
export interface Caller {
  readonly settings: AwsSettings
  /** The version of mfa-login, for the User-Agent header. */
  readonly version: string
  readonly http: HttpClient
  /** Tells the person something, once however often it is called. */
  readonly warn: (line: string) => void
}

/** Keeps the SDK's warnings about Node's version, which are for developers, off a person's screen. */
export function silenceVersionWarnings(): void {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'
}

/** Everything the SDK would otherwise look up in the AWS files, in the profile of AWS_PROFILE. */
export function clientConfig(service: 'sts' | 'iam', { settings, version, http, warn }: Caller) {
  silenceVersionWarnings()
  const { keys, region, appId, useFips = false, useDualstack = false } = settings
  const { accessKeyId, secretAccessKey, sessionToken } = keys
  const endpoint = endpointOf(service, settings, warn)
  return {
    // A retry would send a spent token code again.
    maxAttempts: 1,
    retryMode: 'standard',
    defaultsMode: 'standard' as const,
    region,
    useFipsEndpoint: useFips,
    useDualstackEndpoint: useDualstack,
    ...(endpoint === undefined ? {} : { endpoint }),
    ignoreConfiguredEndpointUrls: true,
    authSchemePreference: [],
    sigv4aSigningRegionSet: [],
    disableClockSkewCorrection: false,
    signerConstructor: SignatureV4,
    userAgentAppId: async () => Promise.resolve(appId),
    customUserAgent: [['mfa-login', version]] satisfies [string, string][],
    credentials: {
      accessKeyId,
      secretAccessKey,
      ...(sessionToken === undefined ? {} : { sessionToken }),
    },
    requestHandler: sdkHandler(http),
  }
}
