import { Hash } from '@smithy/core/serde'
import { SignatureV4 } from '@smithy/signature-v4'
import { AwsError, type AwsSettings } from '../context.ts'
import { getRequest } from './get-request.ts'
import type { RequestHandler } from './http.ts'
import { s3Endpoint } from './service-endpoint.ts'

/** S3 ListBuckets, signed by hand: one request does not need the whole S3 client. */
export async function listBuckets(
  { keys, region, profile, endpoint }: AwsSettings,
  http: RequestHandler,
): Promise<string[]> {
  const url = new URL(endpoint ?? (await s3Endpoint(profile, region)))
  const request = getRequest(new URL('/', url))
  const signer = new SignatureV4({
    service: 's3',
    region,
    credentials: keys,
    sha256: Hash.bind(null, 'sha256'),
    uriEscapePath: false,
  })
  const { headers } = await signer.sign(request)
  request.headers = headers
  const { status, body } = await http.ask(request)
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
