import { AwsError, type AwsSettings } from './api.ts'
import { getRequest } from './http/get-request.ts'
import type { Http } from './http/http-client.ts'
import { s3Endpoint } from './endpoints.ts'
import { signed } from './sign.ts'

/** S3 ListBuckets, signed by hand: one request does not need the whole S3 client. */
export async function listBuckets(
  { keys, region, profile, endpoint }: AwsSettings,
  http: Http,
): Promise<string[]> {
  const url = new URL(endpoint ?? (await s3Endpoint(profile, region)))
  const request = getRequest(new URL('/', url))
  const answer = await http.ask(signed(request, { service: 's3', region, keys }, new Date()))
  const [status, body] = [answer.status, answer.body.toString('utf8')]
  if (status === 200 && body.includes('<ListAllMyBucketsResult')) {
    return namesIn(body, 'Name')
  }
  const [code = 'NotAws'] = namesIn(body, 'Code')
  throw new AwsError(code, namesIn(body, 'Message')[0] ?? '', status)
}

function namesIn(xml: string, tag: string): string[] {
  return Array.from(
    xml.matchAll(new RegExp(`<${tag}>([^<]*)</${tag}>`, 'g')),
    ([, name = '']) => name,
  )
}
