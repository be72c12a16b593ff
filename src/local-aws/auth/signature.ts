import { Hash } from '@smithy/core/serde'
import { HttpRequest } from '@smithy/core/protocols'
import { SignatureV4 } from '@smithy/signature-v4'
import { createHash } from 'node:crypto'
import type { RawRequest } from '../http.ts'
import { signatureMismatch } from '../protocol/service-error.ts'

/** The Authorization header and the date of a signed request. */
export interface Authorization {
  readonly accessKeyId: string
  readonly region: string
  readonly service: string
  readonly signedHeaders: readonly string[]
  readonly signature: string
  /** `X-Amz-Date`, such as `20260101T000000Z`. */
  readonly date: string
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([\da-f]{64})$/
const DATE = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/
/** IAM User Guide, "Troubleshoot Signature Version 4 signing". */
const TOLERANCE_MS = 15 * 60_000
const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.'

/** Undefined unless the headers have a Signature Version 4. */
export function readAuthorization({ headers }: RawRequest): Authorization | undefined {
  const [, accessKeyId, region, service, signed, signature] =
    AUTHORIZATION.exec(headers.authorization ?? '') ?? []
  const date = headers['x-amz-date']
  if (!accessKeyId || !region || !service || !signed || !signature || !date) return undefined
  return { accessKeyId, region, service, signedHeaders: signed.split(';'), signature, date }
}

/** Throws AWS's SignatureDoesNotMatch unless the request was signed with this secret within 15 minutes of `now`. */
export async function verifySignature(
  request: RawRequest,
  authorization: Authorization,
  secretAccessKey: string,
  now: number,
): Promise<void> {
  const signedAt = Date.parse(authorization.date.replace(DATE, '$1-$2-$3T$4:$5:$6Z'))
  if (Number.isNaN(signedAt)) throw signatureMismatch(MISMATCH)
  requireRecent(signedAt, now)
  const expected = await sign(request, authorization, secretAccessKey, new Date(signedAt))
  if (!isBodySigned(request) || expected !== authorization.signature)
    throw signatureMismatch(MISMATCH)
}

function requireRecent(signedAt: number, now: number): void {
  const [signed, server] = [formatAmzDate(signedAt), formatAmzDate(now)]
  if (signedAt < now - TOLERANCE_MS) {
    const limit = formatAmzDate(now - TOLERANCE_MS)
    throw signatureMismatch(
      `Signature expired: ${signed} is now earlier than ${limit} (${server} - 15 min.)`,
    )
  }
  if (signedAt > now + TOLERANCE_MS) {
    const limit = formatAmzDate(now + TOLERANCE_MS)
    throw signatureMismatch(
      `Signature not yet current: ${signed} is still later than ${limit} (${server} + 15 min.)`,
    )
  }
}

async function sign(
  request: RawRequest,
  { accessKeyId, region, service, signedHeaders }: Authorization,
  secretAccessKey: string,
  signingDate: Date,
): Promise<string | undefined> {
  const signer = new SignatureV4({
    service,
    region,
    credentials: { accessKeyId, secretAccessKey },
    sha256: Hash.bind(null, 'sha256'),
    // Only S3 signs the path as it is sent (IAM User Guide, "Create a signed AWS API request").
    uriEscapePath: service !== 's3',
    applyChecksum: false,
  })
  const unsigned = new HttpRequest({
    method: request.method,
    path: request.path,
    query: queryLists(request.query),
    headers: Object.fromEntries(signedHeaders.map((name) => [name, request.headers[name] ?? ''])),
    body: request.body,
  })
  const signed = await signer.sign(unsigned, {
    signingDate,
    signableHeaders: new Set(signedHeaders),
  })
  return readAuthorization({ ...request, headers: signed.headers })?.signature
}

function queryLists(query: URLSearchParams): Record<string, string[]> {
  return Object.fromEntries([...new Set(query.keys())].map((key) => [key, query.getAll(key)]))
}

/** The signature covers `X-Amz-Content-Sha256` where there is one, so the body must match it. */
function isBodySigned({ headers, body }: RawRequest): boolean {
  const claimed = headers['x-amz-content-sha256']
  if (claimed === undefined || claimed === 'UNSIGNED-PAYLOAD') return true
  return claimed === createHash('sha256').update(body).digest('hex')
}

function formatAmzDate(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/[-:]|\.\d{3}/g, '')
}
