/** STS by the SDK's client; loaded when a call is made, or while a person types a code. */
import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
  STSClient,
  type Credentials,
} from '@aws-sdk/client-sts'
import { HttpResponse, type HttpRequest } from '@smithy/core/protocols'
import type { Aws, Session } from './api.ts'
import { notAws, withAwsErrors } from './errors/from-sdk.ts'
import { urlOf } from './http/sdk-handler.ts'
import { clientConfig, type Caller } from './sdk.ts'

export function stsCalls(caller: Caller) {
  const client = new STSClient(clientConfig('sts', caller))
  return {
    prepare: async () => caller.http.prepare(await rehearse(client)),
    getSessionToken: async ({ serialNumber, tokenCode, durationSeconds }) => {
      const command = new GetSessionTokenCommand({
        DurationSeconds: durationSeconds,
        SerialNumber: serialNumber,
        TokenCode: tokenCode,
      })
      return sessionIn(await withAwsErrors(async () => client.send(command)))
    },
    assumeRole: async ({ roleArn, sessionName, externalId, durationSeconds }) => {
      const command = new AssumeRoleCommand({
        RoleArn: roleArn,
        RoleSessionName: sessionName,
        DurationSeconds: durationSeconds,
        ExternalId: externalId,
      })
      return sessionIn(await withAwsErrors(async () => client.send(command)))
    },
    getCallerIdentity: async () => {
      const command = new GetCallerIdentityCommand({})
      const { Arn, Account } = await withAwsErrors(async () => client.send(command))
      // The response need not be from AWS, whatever the types say.
      if (typeof Arn === 'string' && typeof Account === 'string')
        return { arn: Arn, account: Account }
      throw notAws('no identity in the answer')
    },
  } satisfies Partial<Aws>
}

const REHEARSAL = `<GetSessionTokenResponse><GetSessionTokenResult><Credentials>
<Expiration>2026-01-01T00:00:00Z</Expiration></Credentials></GetSessionTokenResult></GetSessionTokenResponse>`

/**
 * Runs a call without sending it, as the first signature and the first response take ten times as long as the
 * next. Returns where STS is.
 */
async function rehearse(client: STSClient): Promise<URL> {
  const command = new GetSessionTokenCommand({ TokenCode: '000000' })
  let url: URL | undefined
  command.middlewareStack.add(
    () => async (args) => {
      url = urlOf(args.request as HttpRequest)
      const body = Buffer.from(REHEARSAL)
      return Promise.resolve({ response: new HttpResponse({ statusCode: 200, headers: {}, body }) })
    },
    { step: 'deserialize', name: 'answerWithoutSending', priority: 'low' },
  )
  await client.send(command)
  if (url === undefined) throw notAws('no endpoint')
  return url
}

/** STS API reference, Credentials: the ID has 16 to 128 word characters; of the others it says less. */
const ACCESS_KEY_ID = /^\w{16,128}$/
/** What a header and a line of an INI file can hold. */
const SECRET = /^(?![#;])[\x21-\x7E]{1,16384}$/
const EXPIRATION = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/

/** Checks each field, as the response need not be from AWS, whatever the types say. */
function sessionIn(result: { readonly Credentials?: Credentials | undefined }): Session {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration }: Partial<Credentials> =
    result.Credentials ?? {}
  return {
    accessKeyId: check(AccessKeyId, ACCESS_KEY_ID),
    secretAccessKey: check(SecretAccessKey, SECRET),
    sessionToken: check(SessionToken, SECRET),
    expiration: check(formatTime(Expiration), EXPIRATION),
  }
}

function formatTime(date: unknown): string | undefined {
  if (!(date instanceof Date) || Number.isNaN(date.getTime())) return undefined
  return date.toISOString().replace(/\.\d+Z$/, 'Z')
}

function check(value: unknown, pattern: RegExp): string {
  if (typeof value === 'string' && pattern.test(value)) return value
  throw notAws('no session in the answer')
}
