/** The calls to AWS; loaded when one is to be made and not before. */
import type { Debug } from '../context.ts'
import type { Aws, AwsSettings, Session } from './api.ts'
import { accessKeyCalls } from './iam/access-keys.ts'
import { deviceCalls } from './iam/devices.ts'
import { policyCalls } from './iam/policies.ts'
import { listBuckets } from './list-buckets.ts'
import { httpClient } from './http/http-client.ts'
import { plainSts } from './plain-sts.ts'
import { withAwsErrors, iamLoader, notAws, sdkSts, type StsResult } from './sdk.ts'
import { getSigninToken } from './sign-in.ts'

export interface ClientEnvironment {
  /** Ours, for the User-Agent. */
  readonly version: string
  readonly debug: Debug
}

export async function connectAws(
  settings: AwsSettings,
  { version, debug }: ClientEnvironment,
): Promise<Aws> {
  debug.keepSecret(settings.keys.secretAccessKey)
  debug.keepSecret(settings.keys.sessionToken)
  const http = httpClient(settings.caBundle, { isDirect: settings.endpoint !== undefined, debug })
  const calls = { settings, version, http }
  const plainEndpoint = settings.endpoint ?? settings.stsEndpoint
  const userAgent = `mfa-login/${version}`
  const sts =
    plainEndpoint === undefined
      ? await sdkSts(calls)
      : plainSts(settings, { url: new URL(plainEndpoint), http, userAgent })
  const iam = iamLoader(calls)
  const getCallerIdentity = async (): ReturnType<Aws['getCallerIdentity']> => {
    const { Arn, Account } = await withAwsErrors(async () => sts.getCallerIdentity())
    if (!isText(Arn) || !isText(Account)) throw notAws('no identity in the answer')
    return { arn: Arn, account: Account }
  }
  return {
    prepare: async () => http.prepare(await sts.getReady()),
    getSessionToken: async ({ serialNumber, tokenCode, durationSeconds }) => {
      const input = {
        DurationSeconds: durationSeconds,
        ...(serialNumber === undefined ? {} : { SerialNumber: serialNumber }),
        ...(tokenCode === undefined ? {} : { TokenCode: tokenCode }),
      }
      return sessionIn(await withAwsErrors(async () => sts.getSessionToken(input)))
    },
    assumeRole: async ({ roleArn, sessionName, externalId, durationSeconds }) => {
      const input = {
        RoleArn: roleArn,
        RoleSessionName: sessionName,
        DurationSeconds: durationSeconds,
        ...(externalId === undefined ? {} : { ExternalId: externalId }),
      }
      return sessionIn(await withAwsErrors(async () => sts.assumeRole(input)))
    },
    getSigninToken: async () => withAwsErrors(async () => getSigninToken(settings, http)),
    getCallerIdentity,
    ...accessKeyCalls(iam),
    ...deviceCalls(iam, async () => (await getCallerIdentity()).arn),
    ...policyCalls(iam),
    listBuckets: async () => withAwsErrors(async () => listBuckets(settings, http)),
    clockOffset: () => http.clockOffset(),
  }
}

/** STS API reference, Credentials: the ID has 16 to 128 word characters; of the others it says less. */
const ACCESS_KEY_ID = /^\w{16,128}$/
/** What a header and a line of an INI file can hold. */
const SECRET = /^(?![#;])[\x21-\x7E]{1,16384}$/
const EXPIRATION = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/

/** Elements where text is due become objects, and texts are whatever the answer says. */
function sessionIn({ Credentials }: StsResult): Session {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials ?? {}
  return {
    accessKeyId: checked(AccessKeyId, ACCESS_KEY_ID),
    secretAccessKey: checked(SecretAccessKey, SECRET),
    sessionToken: checked(SessionToken, SECRET),
    expiration: checked(timeIn(Expiration), EXPIRATION),
  }
}

/** As AWS writes times (Smithy, timestampFormat `date-time`), which the SDK's client insists on; Date guesses. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i

function timeIn(expiration: unknown): string | undefined {
  const isTime = isText(expiration) && TIME.test(expiration)
  const date = isTime ? new Date(expiration) : expiration
  if (!(date instanceof Date) || Number.isNaN(date.getTime())) return undefined
  return date.toISOString().replace(/\.\d+Z$/, 'Z')
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function checked(value: unknown, pattern: RegExp): string {
  if (isText(value) && pattern.test(value)) return value
  throw notAws('no session in the answer')
}
