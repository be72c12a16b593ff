import { Hash } from '@smithy/core/serde'
import { HttpRequest } from '@smithy/core/protocols'
import { SignatureV4 } from '@smithy/signature-v4'
import { createHash } from 'node:crypto'
import { signatureMismatch } from '../protocol/service-error.ts'

/** An HTTP request as it came in: header names in lower case, the path still encoded. */
export interface HttpCall {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What the Authorization header says: who signed, for which service, over which headers. */
export interface Authorization {
  readonly accessKeyId: string
  readonly region: string
  readonly service: string
  readonly signedHeaders: readonly string[]
  readonly signature: string
  /** As in `20260101T000000Z`. */
  readonly date: string
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([\da-f]{64})$/
const DATE = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/
const TOLERANCE_MS = 15 * 60_000
const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.'

/** Undefined for a request that is not signed, or not with Signature Version 4 in its headers. */
export function readAuthorization({ headers }: HttpCall): Authorization | undefined {
  const [, accessKeyId, region, service, signed, signature] =
    AUTHORIZATION.exec(headers.authorization ?? '') ?? []
  const date = headers['x-amz-date']
  if (!accessKeyId || !region || !service || !signed || !signature || !date) return undefined
  return { accessKeyId, region, service, signedHeaders: signed.split(';'), signature, date }
}

/** Throws unless the request was signed with this secret within 15 minutes of `now`. */
export async function verifySignature(
  call: HttpCall,
  authorization: Authorization,
  secretAccessKey: string,
  now: number,
): Promise<void> {
  const signedAt = Date.parse(authorization.date.replace(DATE, '$1-$2-$3T$4:$5:$6Z'))
  if (Number.isNaN(signedAt)) throw signatureMismatch(MISMATCH)
  checkClock(signedAt, now)
  const expected = await sign(call, authorization, secretAccessKey, new Date(signedAt))
  if (!isBodySigned(call) || expected !== authorization.signature) throw signatureMismatch(MISMATCH)
}

function checkClock(signedAt: number, now: number): void {
  const [signed, server] = [compact(signedAt), compact(now)]
  if (signedAt < now - TOLERANCE_MS) {
    const limit = compact(now - TOLERANCE_MS)
    throw signatureMismatch(
      `Signature expired: ${signed} is now earlier than ${limit} (${server} - 15 min.)`,
    )
  }
  if (signedAt > now + TOLERANCE_MS) {
    const limit = compact(now + TOLERANCE_MS)
    throw signatureMismatch(
      `Signature not yet current: ${signed} is still later than ${limit} (${server} + 15 min.)`,
    )
  }
}

async function sign(
  call: HttpCall,
  { accessKeyId, region, service, signedHeaders }: Authorization,
  secretAccessKey: string,
  signingDate: Date,
): Promise<string | undefined> {
  const signer = new SignatureV4({
    service,
    region,
    credentials: { accessKeyId, secretAccessKey },
    sha256: Hash.bind(null, 'sha256'),
    // S3 alone signs the path as it is sent (IAM User Guide, "Create a signed AWS API request").
    uriEscapePath: service !== 's3',
    applyChecksum: false,
  })
  const request = new HttpRequest({
    method: call.method,
    path: call.path,
    query: queryLists(call.query),
    headers: Object.fromEntries(signedHeaders.map((name) => [name, call.headers[name] ?? ''])),
    body: call.body,
  })
  const signed = await signer.sign(request, {
    signingDate,
    signableHeaders: new Set(signedHeaders),
  })
  return readAuthorization({ ...call, headers: signed.headers })?.signature
}

function queryLists(query: URLSearchParams): Record<string, string[]> {
  return Object.fromEntries([...new Set(query.keys())].map((key) => [key, query.getAll(key)]))
}

/** A client that sends the body's hash signs that header in place of the body. */
function isBodySigned({ headers, body }: HttpCall): boolean {
  const claimed = headers['x-amz-content-sha256']
  if (claimed === undefined || claimed === 'UNSIGNED-PAYLOAD') return true
  return claimed === createHash('sha256').update(body).digest('hex')
}

function compact(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/[-:]|\.\d{3}/g, '')
}
