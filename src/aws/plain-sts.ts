/**
 * STS without its SDK client, whose loading takes twice as long as all the rest of a login. For endpoints
 * that need no rules; a test compares what is sent and understood with what the SDK sends and understands.
 */
import { parseXML } from '@aws-sdk/xml-builder'
import { AwsError, type AwsSettings } from './api.ts'
import type { Request } from './http/exchange.ts'
import type { Http } from './http/http-client.ts'
import { isErrorCode, notAws, NOT_AWS_MESSAGE, plainCode, type Sts, type StsResult } from './sdk.ts'
import { signed } from './sign.ts'

const TYPE = 'application/x-www-form-urlencoded'
/** From here on AWS's clock is taken for the signature, as the SDK does. */
const SKEW_MS = 240_000

/** `ask` throws what the client throws, and AwsError for a refusal or an answer that is not AWS's. */
export function plainSts(
  { keys, region }: AwsSettings,
  { url, http, userAgent }: { url: URL; http: Http; userAgent: string },
): Sts {
  const requestFor = (action: string, input: object): Request =>
    signed(
      requestOf(url, userAgent, action, input),
      { service: 'sts', region, keys },
      awsTime(http.clockOffset()),
    )
  const ask = async (action: string, input: object): Promise<StsResult> => {
    const { status, body } = await http.ask(requestFor(action, input))
    const text = body.toString('utf8')
    if (status >= 300) throw refusalIn(text, status)
    return resultIn(text, status, action)
  }
  return {
    getSessionToken: async (input) => ask('GetSessionToken', input),
    assumeRole: async (input) => ask('AssumeRole', input),
    getCallerIdentity: async () => ask('GetCallerIdentity', {}),
    getReady: async () => {
      // The first signature and the first answer take ten times as long as the next.
      requestFor('GetCallerIdentity', {})
      refusalIn(
        '<ErrorResponse><Error><Code>None</Code><Message></Message></Error></ErrorResponse>',
        400,
      )
      return Promise.resolve(url)
    },
  }
}

function requestOf(url: URL, userAgent: string, action: string, input: object): Request {
  const parameters = new URLSearchParams({ Action: action, Version: '2011-06-15' })
  for (const [name, value] of Object.entries(input)) parameters.set(name, String(value))
  const body = parameters.toString()
  const headers = {
    'content-type': TYPE,
    'content-length': String(body.length),
    'user-agent': userAgent,
  }
  return { method: 'POST', url, headers, body }
}

/** `offset`, in milliseconds, is how far AWS's clock is ahead, where that is known. */
function awsTime(offset = 0): Date {
  return new Date(Date.now() + (Math.abs(offset) < SKEW_MS ? 0 : offset))
}

type Fields = Readonly<Partial<Record<string, unknown>>>

/** AWS Query protocol: an element `XResponse` with one `XResult`. */
function resultIn(body: string, status: number, action: string): StsResult {
  const response = fieldsIn(parsed(body, status)[`${action}Response`])
  const result = fieldsIn(response[`${action}Result`])
  return { ...result, Credentials: fieldsIn(result.Credentials) }
}

/** AWS Query protocol: an element `ErrorResponse` with one `Error`. */
function refusalIn(body: string, status: number): AwsError {
  const { Code, Message } = fieldsIn(fieldsIn(parsed(body, status).ErrorResponse).Error)
  const isOurs = status >= 400 && isErrorCode(Code) && typeof Message === 'string'
  if (!isOurs) throw notAws(NOT_AWS_MESSAGE, status)
  return new AwsError(plainCode(Code), Message || Code, status)
}

function parsed(body: string, status: number): Fields {
  try {
    return fieldsIn(parseXML(body))
  } catch {
    throw notAws(NOT_AWS_MESSAGE, status)
  }
}

/** None where the element is text or is not there. */
function fieldsIn(element: unknown): Fields {
  return typeof element === 'object' && element !== null ? (element as Fields) : {}
}
