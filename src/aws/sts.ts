/** STS by the SDK's client; loaded when a call is made, or while a person types a code. */
import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
  STSClient,
} from '@aws-sdk/client-sts'
import { HttpResponse, type HttpRequest } from '@smithy/core/protocols'
import { checked, checkedSession } from './answers.ts'
import type { Aws, Session } from './api.ts'
import { notAws, withAwsErrors } from './errors/from-sdk.ts'
import { urlOf } from './http/sdk-handler.ts'
import { clientConfig, type Caller } from './sdk.ts'

export function stsCalls(caller: Caller) {
  const client = new STSClient(clientConfig('sts', caller))
  const sessionIn = (answer: { Credentials?: object | undefined }, seconds: number): Session => {
    // Of the answer, by its Date header.
    const offset = caller.http.clockOffset()
    const sent = { now: Date.now() + (offset ?? 0), isAwsTime: offset !== undefined }
    return checkedSession(answer.Credentials ?? {}, { durationSeconds: seconds, ...sent })
  }
  return {
    prepare: async () => caller.http.prepare(await rehearse(client)),
    getSessionToken: async ({ serialNumber, tokenCode, durationSeconds }) => {
      const command = new GetSessionTokenCommand({
        DurationSeconds: durationSeconds,
        SerialNumber: serialNumber,
        TokenCode: tokenCode,
      })
      return sessionIn(await withAwsErrors(async () => client.send(command)), durationSeconds)
    },
    assumeRole: async (request) => {
      const { durationSeconds, tags } = request
      const command = new AssumeRoleCommand({
        RoleArn: request.roleArn,
        RoleSessionName: request.sessionName,
        DurationSeconds: durationSeconds,
        ExternalId: request.externalId,
        Tags: tags?.map(({ key, value }) => ({ Key: key, Value: value })),
        TransitiveTagKeys: request.transitiveTags && [...request.transitiveTags],
        SourceIdentity: request.sourceIdentity,
        SerialNumber: request.serialNumber,
        TokenCode: request.tokenCode,
      })
      return sessionIn(await withAwsErrors(async () => client.send(command)), durationSeconds)
    },
    getCallerIdentity: async () => {
      const command = new GetCallerIdentityCommand({})
      const { Arn, Account } = await withAwsErrors(async () => client.send(command))
      return { arn: checked('ARN', Arn), account: checked('account ID', Account) }
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
