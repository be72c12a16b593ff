import { expect, test } from 'vitest'
import { readPolicy } from '../../src/policy/read-document.ts'
import {
  firstUser,
  keysOf,
  listBuckets,
  NOW,
  sendSigned,
  sessionOf,
  start,
  type Keys,
} from './rig.ts'

async function codeAndMessage(response: Response): Promise<[number, string, string]> {
  const [, code = '', message = ''] =
    /^<Error><Code>(.*?)<\/Code><Message>(.*?)<\/Message>/.exec(await response.text()) ?? []
  return [response.status, code, message]
}

test('ListBuckets is allowed only with MFA', async () => {
  const aws = await start()
  const denied = [
    403,
    'AccessDenied',
    'User: arn:aws:iam::123456789012:user/alice is not authorized to perform: s3:ListAllMyBuckets on resource: arn:aws:s3:::* with an explicit deny in an identity-based policy',
  ]
  const key = await listBuckets(aws, keysOf(firstUser(aws)))
  expect(await codeAndMessage(key)).toEqual(denied)
  const plain = await listBuckets(aws, await sessionOf(aws, { mfa: false }))
  expect(await codeAndMessage(plain)).toEqual(denied)

  const answer = await listBuckets(aws, await sessionOf(aws))
  expect(answer.status).toBe(200)
  const names = [...(await answer.text()).matchAll(/<Bucket><Name>(.*?)<\/Name>/g)]
  expect(names.map(([, name]) => name)).toEqual(aws.account.buckets)
})

test('ListObjectsV2 and HeadObject are allowed only with MFA, and find no objects', async () => {
  const aws = await start()
  const ask = (keys: Keys, path: string, method = 'GET') =>
    sendSigned(aws, {
      service: 's3',
      keys,
      method,
      path,
      query: { 'list-type': '2', prefix: 'p/' },
    })
  const denied = await codeAndMessage(await ask(keysOf(firstUser(aws)), '/alice-notes'))
  expect(denied.slice(0, 2)).toEqual([403, 'AccessDenied'])
  expect(denied[2]).toContain('s3:ListBucket on resource: arn:aws:s3:::alice-notes with')

  const keys = await sessionOf(aws)
  const answer = await ask(keys, '/alice-notes')
  expect(answer.status).toBe(200)
  expect(await answer.text()).toMatch(
    /^<ListBucketResult .*<Name>alice-notes<\/Name><Prefix>p\/<\/Prefix><KeyCount>0</,
  )
  expect((await ask(keys, '/no-such')).status).toBe(404)
  expect((await ask(keys, '/alice-notes/a%20key', 'HEAD')).status).toBe(404)
  expect(aws.requests.slice(-3)).toMatchObject([
    { action: 'ListObjectsV2', outcome: 'OK' },
    { action: 'ListObjectsV2', outcome: 'NoSuchBucket', params: { Bucket: 'no-such' } },
    { action: 'HeadObject', outcome: 'NoSuchKey', params: { Key: 'a key' } },
  ])
})

test('aws:MultiFactorAuthPresent is absent for long-term credentials, false without a code, true with one', async () => {
  const aws = await start()
  const callers = {
    key: keysOf(firstUser(aws)),
    plain: await sessionOf(aws, { mfa: false }),
    mfa: await sessionOf(aws),
  }
  aws.faults.clockOffsetMs = 100_000
  const allowed = async (Condition: object) => {
    const statement = { Effect: 'Allow', Action: '*', Resource: '*', Condition }
    const document = readPolicy({ Version: '2012-10-17', Statement: statement })
    firstUser(aws).policies = [{ name: 'p', document }]
    const asked = Object.entries(callers).map(async ([name, keys]) =>
      (await listBuckets(aws, keys)).status === 200 ? [name] : [],
    )
    return (await Promise.all(asked)).flat()
  }
  expect(await allowed({ Null: { 'aws:MultiFactorAuthPresent': true } })).toEqual(['key'])
  expect(await allowed({ Bool: { 'aws:MultiFactorAuthPresent': false } })).toEqual(['plain'])
  expect(await allowed({ Bool: { 'aws:MultiFactorAuthPresent': true } })).toEqual(['mfa'])
  expect(await allowed({ NumericEquals: { 'aws:MultiFactorAuthAge': 100 } })).toEqual(['mfa'])
  expect(await allowed({ StringEquals: { 'aws:username': 'alice' } })).toHaveLength(3)
})

test('S3 has its own error codes and messages', async () => {
  const aws = await start()
  const keys = keysOf(firstUser(aws))
  const unknown = await listBuckets(aws, { ...keys, accessKeyId: 'AKIAUNKNOWN234567ABC' })
  expect(await codeAndMessage(unknown)).toEqual([
    403,
    'InvalidAccessKeyId',
    'The AWS Access Key Id you provided does not exist in our records.',
  ])
  const forged = await listBuckets(aws, { ...keys, secretAccessKey: 'guess' })
  expect(await codeAndMessage(forged)).toEqual([
    403,
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  ])
  aws.faults.clockOffsetMs = 16 * 60_000
  expect((await codeAndMessage(await listBuckets(aws, keys)))[1]).toBe('RequestTimeTooSkewed')
  aws.faults.clockOffsetMs = 0
  aws.faults.next.push('throttle')
  expect((await codeAndMessage(await listBuckets(aws, keys))).slice(0, 2)).toEqual([
    503,
    'SlowDown',
  ])
  const other = await sendSigned(aws, { service: 's3', keys, path: '/bucket/a%20key' })
  expect((await codeAndMessage(other)).slice(0, 2)).toEqual([501, 'NotImplemented'])
})

test('S3 verifies the path as it is sent, and the body by its hash or not at all', async () => {
  const aws = await start()
  const keys = await sessionOf(aws)
  const put = (headers: Record<string, string>, body: string) =>
    sendSigned(aws, { service: 's3', keys, method: 'PUT', path: '/b/a%20%2Bb', headers, body })
  const outcomes = [
    await put({}, 'text'),
    await put({ 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }, 'text'),
    await put({ 'x-amz-content-sha256': 'a'.repeat(64) }, 'text'),
  ]
  const codes = await Promise.all(outcomes.map(codeAndMessage))
  expect(codes.map(([, code]) => code)).toEqual([
    'NotImplemented',
    'NotImplemented',
    'SignatureDoesNotMatch',
  ])
})

test('S3 answers an expired session with ExpiredToken', async () => {
  const aws = await start()
  const keys = await sessionOf(aws)
  const hours = 43_200_000
  aws.faults.clockOffsetMs = hours
  const signingDate = new Date(NOW + hours)
  expect(await codeAndMessage(await sendSigned(aws, { service: 's3', keys, signingDate }))).toEqual(
    [400, 'ExpiredToken', 'The provided token has expired.'],
  )
})
