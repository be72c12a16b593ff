/**
 * STS without its SDK client, whose loading takes twice as long as all the rest of a login. For endpoints
 * that need no rules; the signing is AWS's own, and a test compares what is sent with what the SDK sends.
 */
import { parseXML } from '@aws-sdk/xml-builder'
import { HttpRequest } from '@smithy/core/protocols'
import { Hash } from '@smithy/core/serde'
import { SignatureV4 } from '@smithy/signature-v4'
import { AwsError, type AwsSettings } from '../context.ts'
import { placeOf } from './get-request.ts'
import type { RequestHandler } from './http.ts'
import { isErrorCode, notAws, OF_OTHERS, plainCode, type Sts, type StsResult } from './sdk.ts'

const TYPE = 'application/x-www-form-urlencoded'
/** From here on AWS's clock is taken for the signature, as the SDK does. */
const SKEW_MS = 240_000

/** `ask` throws what the handler throws, and AwsError for a refusal or an answer that is not AWS's. */
export function plainSts(
  { keys, region }: AwsSettings,
  { url, http, userAgent }: { url: URL; http: RequestHandler; userAgent: string },
): Sts {
  const sha256 = Hash.bind(null, 'sha256')
  const signer = new SignatureV4({ service: 'sts', region, credentials: keys, sha256 })
  const ask = async (action: string, input: object): Promise<StsResult> => {
    const offset = http.clockOffset() ?? 0
    const signingDate = new Date(Date.now() + (Math.abs(offset) < SKEW_MS ? 0 : offset))
    const request = requestOf(url, action, input, userAgent)
    const { headers } = await signer.sign(request, { signingDate })
    request.headers = headers
    const { status, body } = await http.ask(request)
    if (status >= 300) throw refusalIn(body, status)
    return resultIn(body, status, action)
  }
  return {
    getSessionToken: async (input) => ask('GetSessionToken', input),
    assumeRole: async (input) => ask('AssumeRole', input),
    getCallerIdentity: async () => ask('GetCallerIdentity', {}),
    getReady: async () => {
      // The first signature and the first answer take ten times as long as the next.
      await signer.sign(requestOf(url, 'GetCallerIdentity', {}, userAgent))
      refusalIn(
        '<ErrorResponse><Error><Code>None</Code><Message></Message></Error></ErrorResponse>',
        400,
      )
      return url
    },
  }
}

function requestOf(url: URL, action: string, input: object, userAgent: string): HttpRequest {
  const words = Object.entries(input).map(([name, value]) => [name, String(value)] as const)
  const parameters = new Map([['Action', action], ['Version', '2011-06-15'], ...words])
  const body = new URLSearchParams([...parameters]).toString()
  return new HttpRequest({
    method: 'POST',
    ...placeOf(url),
    path: '/',
    headers: {
      host: url.host,
      'content-type': TYPE,
      'content-length': String(body.length),
      'user-agent': userAgent,
    },
    body,
  })
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
  if (!isOurs) throw notAws(OF_OTHERS, status)
  return new AwsError(plainCode(Code), Message || Code, status)
}

function parsed(body: string, status: number): Fields {
  try {
    return fieldsIn(parseXML(body))
  } catch {
    throw notAws(OF_OTHERS, status)
  }
}

/** None where the element is text or is not there. */
function fieldsIn(element: unknown): Fields {
  return typeof element === 'object' && element !== null ? (element as Fields) : {}
}
