import { ServiceError } from './protocol/service-error.ts'
import type { Operation, OperationCall, Operations, Service } from './protocol/service.ts'
import { element, toXml } from './protocol/xml.ts'
import type { ServerState } from './state.ts'

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/'
const CREATED = '2024-01-15T00:00:00.000Z'

/** S3's own codes and messages for errors of the other services (S3 API, "Error responses"). */
const S3_ERRORS: Readonly<Record<string, (message: string) => ServiceError>> = {
  MissingAuthenticationToken: () => new ServiceError(403, 'AccessDenied', 'Access Denied'),
  InvalidClientTokenId: () =>
    new ServiceError(
      403,
      'InvalidAccessKeyId',
      'The AWS Access Key Id you provided does not exist in our records.',
    ),
  ExpiredToken: () => new ServiceError(400, 'ExpiredToken', 'The provided token has expired.'),
  SignatureDoesNotMatch: (message) =>
    message.startsWith('Signature ')
      ? new ServiceError(
          403,
          'RequestTimeTooSkewed',
          'The difference between the request time and the current time is too large.',
        )
      : new ServiceError(
          403,
          'SignatureDoesNotMatch',
          'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
        ),
  Throttling: () => new ServiceError(503, 'SlowDown', 'Please reduce your request rate.'),
}

const listBuckets: Operation = {
  action: 's3:ListAllMyBuckets',
  resource: ({ state }) => `arn:${state.account.partition}:s3:::*`,
  run: ({ caller, state }) => ({
    Owner: { ID: caller.id },
    Buckets: state.account.buckets.map((name) => ({ Name: name, CreationDate: CREATED })),
  }),
}

/** No bucket has objects. */
const listObjectsV2: Operation = {
  action: 's3:ListBucket',
  resource: bucketOrObjectArn,
  run({ params: { Bucket = '', prefix = '' }, state }) {
    requireBucket(state, Bucket)
    return { Name: Bucket, Prefix: prefix, KeyCount: 0, MaxKeys: 1000, IsTruncated: false }
  },
}

const headObject: Operation = {
  action: 's3:GetObject',
  resource: bucketOrObjectArn,
  run({ params: { Bucket = '' }, state }) {
    requireBucket(state, Bucket)
    throw new ServiceError(404, 'NoSuchKey', 'The specified key does not exist.')
  },
}

function requireBucket({ account }: ServerState, name: string): void {
  if (account.buckets.includes(name)) return
  throw new ServiceError(404, 'NoSuchBucket', 'The specified bucket does not exist')
}

function bucketOrObjectArn({ params: { Bucket = '', Key }, state }: OperationCall): string {
  const object = Key === undefined ? '' : `/${Key}`
  return `arn:${state.account.partition}:s3:::${Bucket}${object}`
}

const ROOT_ELEMENTS: Readonly<Record<string, string>> = {
  ListBuckets: 'ListAllMyBucketsResult',
  ListObjectsV2: 'ListBucketResult',
}

const operations: Operations = {
  HeadObject: headObject,
  ListBuckets: listBuckets,
  ListObjectsV2: listObjectsV2,
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
  unknownOperation: () =>
    new ServiceError(
      501,
      'NotImplemented',
      'A header you provided implies functionality that is not implemented.',
    ),
  formatResult: (operation, content) =>
    element(ROOT_ELEMENTS[operation] ?? operation, toXml(content, 'Bucket'), NAMESPACE),
  formatError(error, requestId) {
    const { status, code, message } = S3_ERRORS[error.code]?.(error.message) ?? error
    const content = { Error: { Code: code, Message: message, RequestId: requestId } }
    return { status, code, body: toXml(content) }
  },
}
