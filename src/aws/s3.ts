import { parseXML } from '@aws-sdk/xml-builder'
import { Sha256 } from '@smithy/core/checksum'
import { HttpRequest } from '@smithy/core/protocols'
import { SignatureV4 } from '@smithy/signature-v4'
import { endpointOf } from './endpoint.ts'
import { awsError, isErrorCode, notAws } from './errors/from-sdk.ts'
import { partitionOf } from './partitions.ts'
import type { CallSettings } from './api.ts'
import type { Caller } from './sdk.ts'

/** S3 ListBuckets, with the SDK's signing and XML reader: one call does not need the S3 client. */
export async function listBuckets({ settings, http, warn }: Caller): Promise<string[]> {
  const url = new URL('/', endpointOf('s3', settings, warn) ?? s3Endpoint(settings))
  const { region, keys } = settings
  const signer = new SignatureV4({
    service: 's3',
    region,
    credentials: keys,
    sha256: Sha256,
    uriEscapePath: false,
  })
  const request = new HttpRequest({
    method: 'GET',
    protocol: url.protocol,
    hostname: url.hostname,
    headers: { host: url.host },
  })
  const signingDate = new Date(Date.now() + (http.clockOffset() ?? 0))
  const { method, headers } = await signer.sign(request, { signingDate })
  const { status, body } = await http.send({ operation: 'ListBuckets', method, url, headers })
  return namesIn(elementsIn(body, status), status)
}

type Elements = Readonly<Partial<Record<string, unknown>>>

function namesIn({ ListAllMyBucketsResult, Error: refusal }: Elements, status: number): string[] {
  if (status !== 200) {
    const { Code, Message = '' } = childrenOf(refusal)
    if (!isErrorCode(Code) || typeof Message !== 'string') throw notAws(undefined, status)
    throw awsError(Code, Message, status)
  }
  if (ListAllMyBucketsResult === undefined) throw notAws(undefined, status)
  // One bucket is an element, several are a list.
  const buckets = [childrenOf(childrenOf(ListAllMyBucketsResult).Buckets).Bucket].flat()
  return buckets.flatMap((bucket) => {
    const { Name } = childrenOf(bucket)
    return typeof Name === 'string' ? [Name] : []
  })
}

function elementsIn(body: Buffer, status: number): Elements {
  try {
    return childrenOf(parseXML(body.toString('utf8')))
  } catch (error) {
    throw notAws(undefined, status, error)
  }
}

/** None where the element is text or is missing. */
function childrenOf(element: unknown): Elements {
  return typeof element === 'object' && element !== null ? (element as Elements) : {}
}

/** The host forms of S3 (Amazon S3 User Guide, "Dual-stack endpoints"; AWS FIPS endpoints by service). */
export function s3Endpoint({
  region,
  useFips = false,
  useDualstack = false,
}: CallSettings): string {
  const prefix = `s3${useFips ? '-fips' : ''}${useDualstack ? '.dualstack' : ''}`
  return `https://${prefix}.${region}.${partitionOf(region).dnsSuffix}`
}
