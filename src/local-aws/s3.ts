import { Refusal } from './refusal.ts'
import type { Operation, Service } from './service.ts'
import { element, toXml } from './xml.ts'

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

export const s3: Service = {
  operations: { ListBuckets: listBuckets },
  actionOf: ({ method, path }) =>
    method === 'GET' && path === '/' ? 'ListBuckets' : `${method} ${path}`,
  unknownAction: () =>
    new Refusal(
      501,
      'NotImplemented',
      'A header you provided implies functionality that is not implemented.',
    ),
  admit: () => undefined,
  answer: (_action, content) =>
    element('ListAllMyBucketsResult', toXml(content, 'Bucket'), NAMESPACE),
  refuse(refusal, requestId) {
    const { status, code, message } = IN_S3_WORDS[refusal.code]?.(refusal.message) ?? refusal
    const content = { Error: { Code: code, Message: message, RequestId: requestId } }
    return { status, code, body: toXml(content) }
  },
}
