/** The only file that names the AWS SDK's clients; each is loaded when a call is to be made. */
import type {
  AssumeRoleCommandInput,
  GetSessionTokenCommandInput,
  STSClientConfig,
} from '@aws-sdk/client-sts'
import { AwsError, type AwsSettings } from './api.ts'
import type { Http } from './http/http-client.ts'
import { customEndpoint } from './endpoints.ts'

export type LoadIam = ReturnType<typeof iamLoader>

/** What is common to all calls. */
export interface Calls {
  readonly settings: AwsSettings
  /** Ours, for the User-Agent. */
  readonly version: string
  readonly http: Http
}

async function clientConfig(service: string, { settings, version, http }: Calls) {
  // Its advice about Node's version is for developers; our users' stderr is for us.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'
  const { sdkHandler } = await import('./http/sdk-handler.ts')
  const { accessKeyId, secretAccessKey, sessionToken } = settings.keys
  return {
    // A retry would send a spent token code again.
    maxAttempts: 1,
    region: settings.region,
    customUserAgent: [['mfa-login', version]] satisfies [string, string][],
    // From it the SDK reads FIPS and dual-stack settings.
    profile: settings.profile,
    // It would read them from the profile of AWS_PROFILE.
    ignoreConfiguredEndpointUrls: true,
    credentials: {
      accessKeyId,
      secretAccessKey,
      ...(sessionToken === undefined ? {} : { sessionToken }),
    },
    requestHandler: sdkHandler(http),
    ...(await endpointOf(service, settings)),
  } satisfies STSClientConfig
}

async function endpointOf(service: string, { endpoint, profile }: AwsSettings) {
  const custom = endpoint ?? (await customEndpoint(service, profile))
  return custom === undefined ? {} : { endpoint: custom }
}

/** Whoever answers need not be AWS: where text is due may be anything. */
export interface StsResult {
  readonly Credentials?: SessionFields | undefined
  readonly Arn?: unknown
  readonly Account?: unknown
}

interface SessionFields {
  readonly AccessKeyId?: unknown
  readonly SecretAccessKey?: unknown
  readonly SessionToken?: unknown
  /** A Date, or text of one. */
  readonly Expiration?: unknown
}

/** Calls by their names and parameters in the STS API reference. */
export interface Sts {
  getSessionToken(input: GetSessionTokenCommandInput): Promise<StsResult>
  assumeRole(input: AssumeRoleCommandInput): Promise<StsResult>
  getCallerIdentity(): Promise<StsResult>
  /** Does ahead what can be done ahead; returns where calls go. */
  getReady(): Promise<URL>
}

/** STS by its client, which knows the rules of every endpoint. */
export async function sdkSts(calls: Calls): Promise<Sts> {
  const sts = await import('@aws-sdk/client-sts')
  const client = new sts.STSClient(await clientConfig('sts', calls))
  return {
    getSessionToken: async (input) => client.send(new sts.GetSessionTokenCommand(input)),
    assumeRole: async (input) => client.send(new sts.AssumeRoleCommand(input)),
    getCallerIdentity: async () => client.send(new sts.GetCallerIdentityCommand({})),
    getReady: async () => {
      const probe = new sts.GetCallerIdentityCommand({})
      let url: URL | undefined
      // Behind the step that finds the endpoint, and before any that signs or sends.
      probe.middlewareStack.add(
        (_, context) => async () => {
          url = context.endpointV2?.url
          return Promise.resolve({ response: undefined, output: { $metadata: {} } })
        },
        { step: 'build', name: 'stopBeforeSending', priority: 'high' },
      )
      await client.send(probe)
      if (url === undefined) throw notAws('no endpoint')
      return url
    },
  }
}

/** IAM's commands and one client, as it learns AWS's time from a refusal for the clock. */
export function iamLoader(calls: Calls) {
  const load = async () => {
    const iam = await import('@aws-sdk/client-iam')
    const client = new iam.IAMClient(await clientConfig('iam', calls))
    return { ...iam, client }
  }
  let loaded: ReturnType<typeof load> | undefined
  return async () => (loaded ??= load())
}

interface SdkError extends Error {
  readonly code?: string
  readonly $metadata?: { readonly httpStatusCode?: number }
}

/** Turns what the SDK throws into an AwsError. */
export async function withAwsErrors<T>(send: () => Promise<T>): Promise<T> {
  try {
    return await send()
  } catch (error) {
    throw error instanceof AwsError ? error : asAwsError(error as SdkError)
  }
}

/** The items of every page of a list. */
export async function collectPages<Page, Item>(
  pages: AsyncIterable<Page>,
  itemsOf: (page: Page) => readonly Item[] | undefined,
): Promise<Item[]> {
  return withAwsErrors(async () => {
    const items: Item[] = []
    for await (const page of pages) {
      const found = itemsOf(page)
      if (found === undefined) throw notAws('no list in the answer; is a proxy in between?')
      items.push(...found)
    }
    return items
  })
}

function asAwsError(error: SdkError): AwsError {
  const status = error.$metadata?.httpStatusCode
  if (isNotFromAws(error, status)) return notAws(NOT_AWS_MESSAGE, status)
  const code = status === undefined ? (error.code ?? error.name) : error.name
  // The HTTP handler puts its package's name before its sentences.
  const message = error.message.replace(/^@smithy\/\S+ - (\[ERROR\] )?/, '')
  return new AwsError(plainCode(code), message || code, status)
}

/** STS's own codes have the suffix in places; to IAM's the SDK adds it. */
export function plainCode(code: string): string {
  return code.replace(/Exception$/, '')
}

export const NOT_AWS_MESSAGE = 'the answer is not AWS’s; is a proxy or a captive portal in between?'

/** What the SDK calls an error whose answer names no code. */
const WITHOUT_CODE = ['Error', 'Unknown', 'UnknownError', 'NotFound']

/** A page of a proxy or a captive portal instead of AWS's answer. */
function isNotFromAws(error: SdkError, status: number | undefined): boolean {
  const { name, message } = error as { name: unknown; message: unknown }
  // Elements where text is due become objects, which the types do not say.
  if (typeof name !== 'string' || typeof message !== 'string') return true
  // The XML reader's complaints.
  if (/deserialization error|is not expected/i.test(message)) return true
  if (error instanceof TypeError || error instanceof RangeError) return true
  if (status === undefined) return false
  return status < 400 || WITHOUT_CODE.includes(name) || !isErrorCode(name)
}

export function isErrorCode(word: unknown): word is string {
  return typeof word === 'string' && /^[A-Za-z][\w.:-]{0,127}$/.test(word)
}

export function isNoSuchEntity(error: unknown): boolean {
  return error instanceof AwsError && error.code === 'NoSuchEntity'
}

export function notAws(message: string, status?: number): AwsError {
  return new AwsError('NotAws', message, status)
}
