/** The calls to AWS; loaded when one is to be made and not before. */
import type { Aws, AwsSettings, Session } from '../context.ts'
import { accessKeyCalls } from './iam-access-keys.ts'
import { deviceCalls } from './iam-devices.ts'
import { policyCalls } from './iam-policies.ts'
import { listBuckets } from './list-buckets.ts'
import { call, clientConfig, endpointOf, iamLoader, loadSts, notAws } from './sdk.ts'
import { getSigninToken } from './signin.ts'

export async function connectAws(settings: AwsSettings): Promise<Aws> {
  const config = await clientConfig(settings)
  const loaded = await loadSts(config)
  const { client: sts, ...commands } = loaded
  const { AssumeRoleCommand, GetSessionTokenCommand, GetCallerIdentityCommand } = commands
  const iam = iamLoader(config)
  const getCallerIdentity = async (): ReturnType<Aws['getCallerIdentity']> => {
    const { Arn, Account } = await call(async () => sts.send(new GetCallerIdentityCommand({})))
    if (Arn === undefined || Account === undefined) throw notAws('no identity in the answer')
    return { arn: Arn, account: Account }
  }
  return {
    prepare: async () => config.requestHandler.prepare(await endpointOf(loaded)),
    getSessionToken: async (request) => {
      const { serialNumber, tokenCode, durationSeconds } = request
      const command = new GetSessionTokenCommand({
        DurationSeconds: durationSeconds,
        ...(serialNumber === undefined ? {} : { SerialNumber: serialNumber }),
        ...(tokenCode === undefined ? {} : { TokenCode: tokenCode }),
      })
      const { Credentials } = await call(async () => sts.send(command))
      return sessionIn(Credentials)
    },
    assumeRole: async ({ roleArn, sessionName, externalId, durationSeconds }) => {
      const command = new AssumeRoleCommand({
        RoleArn: roleArn,
        RoleSessionName: sessionName,
        DurationSeconds: durationSeconds,
        ...(externalId === undefined ? {} : { ExternalId: externalId }),
      })
      const { Credentials } = await call(async () => sts.send(command))
      return sessionIn(Credentials)
    },
    getSigninToken: async () => call(async () => getSigninToken(settings, config.requestHandler)),
    getCallerIdentity,
    ...accessKeyCalls(iam),
    ...deviceCalls(iam, async () => (await getCallerIdentity()).arn),
    ...policyCalls(iam),
    listBuckets: async () => call(async () => listBuckets(settings, config.requestHandler)),
    clockOffset: () => config.requestHandler.clockOffset(),
  }
}

interface SdkCredentials {
  readonly AccessKeyId: unknown
  readonly SecretAccessKey: unknown
  readonly SessionToken: unknown
  readonly Expiration: unknown
}

/** STS API reference, Credentials: the ID has 16 to 128 word characters; of the others it says less. */
const ACCESS_KEY_ID = /^\w{16,128}$/
/** What a header and a line of an INI file can hold. */
const SECRET = /^(?![#;])[\x21-\x7E]{1,16384}$/
const EXPIRATION = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/

/** Elements where text is due become objects, and texts are whatever the answer says. */
function sessionIn(credentials: SdkCredentials | undefined): Session {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = credentials ?? {}
  return {
    accessKeyId: checked(AccessKeyId, ACCESS_KEY_ID),
    secretAccessKey: checked(SecretAccessKey, SECRET),
    sessionToken: checked(SessionToken, SECRET),
    expiration: checked(timeIn(Expiration), EXPIRATION),
  }
}

function timeIn(date: unknown): string | undefined {
  if (!(date instanceof Date) || Number.isNaN(date.getTime())) return undefined
  return date.toISOString().replace(/\.\d+Z$/, 'Z')
}

function checked(value: unknown, pattern: RegExp): string {
  if (typeof value === 'string' && pattern.test(value)) return value
  throw notAws('no session in the answer')
}
