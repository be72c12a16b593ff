/** One request to a service that answers in XML, with the SDK's signing and XML reader: it takes no client. */
import { parseXML } from '@aws-sdk/xml-builder'
import { Sha256 } from '@smithy/core/checksum'
import { HttpRequest } from '@smithy/core/protocols'
import { SignatureV4 } from '@smithy/signature-v4'
import { awsError, isErrorCode, notAws } from './errors/from-sdk.ts'
import type { Caller } from './sdk.ts'

interface SignedCall {
  /** As in the scope of the signature. */
  readonly service: string
  readonly operation: string
  readonly url: URL
}

export type Elements = Readonly<Partial<Record<string, unknown>>>

/** Sends a GET request. Returns the elements of the answer; throws an AwsError for any other status than 200. */
export async function sendSigned(
  { settings: { region, keys }, http }: Caller,
  { service, operation, url }: SignedCall,
): Promise<Elements> {
  const signer = new SignatureV4({
    service,
    region,
    credentials: keys,
    sha256: Sha256,
    // Only S3 signs the path as it is sent (IAM User Guide, "Create a signed AWS API request").
    uriEscapePath: service !== 's3',
  })
  const request = new HttpRequest({
    method: 'GET',
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { host: url.host },
  })
  const signingDate = new Date(Date.now() + (http.clockOffset() ?? 0))
  const { method, headers } = await signer.sign(request, { signingDate })
  const { status, body } = await http.send({ operation, method, url, headers })
  const elements = elementsIn(body, status)
  if (status === 200) return elements
  const { Code, Message = '' } = refusalIn(elements)
  if (!isErrorCode(Code) || typeof Message !== 'string') throw notAws(undefined, status)
  throw awsError(Code, Message, status)
}

/** The Error of S3, of the AWS Query protocol, and of EC2 (their API references). */
function refusalIn({ Error: ofS3, ErrorResponse, Response }: Elements): Elements {
  const ofQuery = childrenOf(ErrorResponse).Error
  const ofEc2 = childrenOf(childrenOf(Response).Errors).Error
  return childrenOf(ofS3 ?? ofQuery ?? ofEc2)
}

function elementsIn(body: Buffer, status: number): Elements {
  try {
    return childrenOf(parseXML(body.toString('utf8')))
  } catch (error) {
    throw notAws(undefined, status, error)
  }
}

/** None where the element is text or is missing. */
export function childrenOf(element: unknown): Elements {
  return typeof element === 'object' && element !== null ? (element as Elements) : {}
}
