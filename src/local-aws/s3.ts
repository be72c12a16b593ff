import type { World } from './auth/caller.ts'
import { Refusal } from './protocol/service-error.ts'
import type { Operation, OperationCall, Service } from './protocol/service.ts'
import { element, toXml } from './protocol/xml.ts'

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/'
const CREATED = '2024-01-15T00:00:00.000Z'

/** S3 has its own codes and words for what the other services say (S3 API, "Error responses"). */
const IN_S3_WORDS: Readonly<Record<string, (message: string) => Refusal>> = {
  MissingAuthenticationToken: () => new Refusal(403, 'AccessDenied', 'Access Denied'),
  InvalidClientTokenId: () =>
    new Refusal(
      403,
      'InvalidAccessKeyId',
      'The AWS Access Key Id you provided does not exist in our records.',
    ),
  ExpiredToken: () => new Refusal(400, 'ExpiredToken', 'The provided token has expired.'),
  SignatureDoesNotMatch: (message) =>
    message.startsWith('Signature ')
      ? new Refusal(
          403,
          'RequestTimeTooSkewed',
          'The difference between the request time and the current time is too large.',
        )
      : new Refusal(
          403,
          'SignatureDoesNotMatch',
          'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
        ),
  Throttling: () => new Refusal(503, 'SlowDown', 'Please reduce your request rate.'),
}

const listBuckets: Operation = {
  policy: {
    action: 's3:ListAllMyBuckets',
    resource: ({ world }) => `arn:${world.account.partition}:s3:::*`,
  },
  run: ({ caller, world }) => ({
    Owner: { ID: caller.id },
    Buckets: world.account.buckets.map((name) => ({ Name: name, CreationDate: CREATED })),
  }),
}

const listObjects: Operation = {
  policy: { action: 's3:ListBucket', resource: arnOf },
  run({ params: { Bucket = '', prefix = '' }, world }) {
    requireBucket(world, Bucket)
    return { Name: Bucket, Prefix: prefix, KeyCount: 0, MaxKeys: 1000, IsTruncated: false }
  },
}

const headObject: Operation = {
  policy: { action: 's3:GetObject', resource: arnOf },
  run({ params: { Bucket = '' }, world }) {
    requireBucket(world, Bucket)
    throw new Refusal(404, 'NoSuchKey', 'The specified key does not exist.')
  },
}

function requireBucket({ account }: World, name: string): void {
  if (account.buckets.includes(name)) return
  throw new Refusal(404, 'NoSuchBucket', 'The specified bucket does not exist')
}

/** Of the bucket, or of the object in it, that a request names. */
function arnOf({ params: { Bucket = '', Key }, world }: OperationCall): string {
  const object = Key === undefined ? '' : `/${Key}`
  return `arn:${world.account.partition}:s3:::${Bucket}${object}`
}

const ROOT_ELEMENTS: Readonly<Record<string, string>> = {
  ListBuckets: 'ListAllMyBucketsResult',
  ListObjectsV2: 'ListBucketResult',
}

/** Buckets hold nothing here. */
export const s3: Service = {
  operations: { ListBuckets: listBuckets, ListObjectsV2: listObjects, HeadObject: headObject },
  paramsOf({ path }) {
    const [, Bucket, Key] = /^\/([^/]+)\/?(.+)?$/s.exec(decodeURIComponent(path)) ?? []
    return { Bucket, Key }
  },
  actionOf({ method, path }, { Bucket, Key, 'list-type': listType }) {
    if (method === 'GET' && path === '/') return 'ListBuckets'
    if (method === 'HEAD' && Key !== undefined) return 'HeadObject'
    const isList = Bucket !== undefined && Key === undefined && listType === '2'
    return method === 'GET' && isList ? 'ListObjectsV2' : `${method} ${path}`
  },
  unknownAction: () =>
    new Refusal(
      501,
      'NotImplemented',
      'A header you provided implies functionality that is not implemented.',
    ),
  admit: () => undefined,
  answer: (action, content) =>
    element(ROOT_ELEMENTS[action] ?? action, toXml(content, 'Bucket'), NAMESPACE),
  refuse(refusal, requestId) {
    const { status, code, message } = IN_S3_WORDS[refusal.code]?.(refusal.message) ?? refusal
    const content = { Error: { Code: code, Message: message, RequestId: requestId } }
    return { status, code, body: toXml(content) }
  },
}
