import { ServiceError } from './protocol/service-error.ts'
import type { OperationCall, Operations, Service } from './protocol/service.ts'
import { element, toXml } from './protocol/xml.ts'

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/'
const CREATED = '2024-01-15T00:00:00.000Z'

/** S3's own errors in place of those of the other services (S3 API, "Error responses"). */
const S3_ERRORS: Readonly<
  Record<string, readonly [status: number, code: string, message: string]>
> = {
  MissingAuthenticationToken: [403, 'AccessDenied', 'Access Denied'],
  InvalidClientTokenId: [
    403,
    'InvalidAccessKeyId',
    'The AWS Access Key Id you provided does not exist in our records.',
  ],
  ExpiredToken: [400, 'ExpiredToken', 'The provided token has expired.'],
  SignatureDoesNotMatch: [
    403,
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  ],
  RequestTimeTooSkewed: [
    403,
    'RequestTimeTooSkewed',
    'The difference between the request time and the current time is too large.',
  ],
  Throttling: [503, 'SlowDown', 'Please reduce your request rate.'],
}

const ROOT_ELEMENTS: Readonly<Record<string, string>> = {
  ListBuckets: 'ListAllMyBucketsResult',
  ListObjectsV2: 'ListBucketResult',
}

const operations: Operations = {
  ListBuckets: {
    action: 's3:ListAllMyBuckets',
    resource: ({ state }) => `arn:${state.account.partition}:s3:::*`,
    run: ({ caller, state }) => ({
      Owner: { ID: caller.id },
      Buckets: state.account.buckets.map((name) => ({ Name: name, CreationDate: CREATED })),
    }),
  },
  /** No bucket has objects. */
  ListObjectsV2: {
    action: 's3:ListBucket',
    resource: bucketOrObjectArn,
    run(call) {
      const { Bucket, prefix = '' } = call.params
      requireBucket(call)
      return { Name: Bucket, Prefix: prefix, KeyCount: 0, MaxKeys: 1000, IsTruncated: false }
    },
  },
  HeadObject: {
    action: 's3:GetObject',
    resource: bucketOrObjectArn,
    run(call) {
      requireBucket(call)
      throw new ServiceError(404, 'NoSuchKey', 'The specified key does not exist.')
    },
  },
}

function requireBucket({ params: { Bucket = '' }, state: { account } }: OperationCall): void {
  if (account.buckets.includes(Bucket)) return
  throw new ServiceError(404, 'NoSuchBucket', 'The specified bucket does not exist')
}

function bucketOrObjectArn({ params: { Bucket = '', Key }, state }: OperationCall): string {
  const object = Key === undefined ? '' : `/${Key}`
  return `arn:${state.account.partition}:s3:::${Bucket}${object}`
}

export const s3: Service = {
  name: 's3',
  operations,
  readParams({ path }) {
    const [, Bucket, Key] = /^\/([^/]+)\/?(.+)?$/s.exec(decodeURIComponent(path)) ?? []
    return { Bucket, Key }
  },
  operationName({ method, path }, { Bucket, Key, 'list-type': listType }) {
    if (method === 'GET' && path === '/') return 'ListBuckets'
    if (method === 'HEAD' && Key !== undefined) return 'HeadObject'
    const isList = Bucket !== undefined && Key === undefined && listType === '2'
    return method === 'GET' && isList ? 'ListObjectsV2' : `${method} ${path}`
  },
  unknownOperation() {
    const message = 'A header you provided implies functionality that is not implemented.'
    return new ServiceError(501, 'NotImplemented', message)
  },
  formatResult: (operation, content) =>
    element(ROOT_ELEMENTS[operation] ?? operation, toXml(content, 'Bucket'), NAMESPACE),
  formatError(error, requestId) {
    const isSkewed = /^Signature (expired|not yet current)/.test(error.message)
    const [status, code, message] = S3_ERRORS[isSkewed ? 'RequestTimeTooSkewed' : error.code] ?? [
      error.status,
      error.code,
      error.message,
    ]
    const content = { Error: { Code: code, Message: message, RequestId: requestId } }
    return { status, outcome: code, body: toXml(content) }
  },
}
