import { ListMFADevicesCommand, ListUsersCommand } from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts'
import { readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { codeAt, startLocalAws } from '../../src/local-aws/index.ts'
import {
  firstDevice,
  firstUser,
  iamOf,
  keysOf,
  NOW,
  refusal,
  sendSigned,
  sessionOf,
  start,
  stsOf,
} from './rig.ts'

const IDENTIFY = new GetCallerIdentityCommand()
const INVALID_TOKEN = {
  name: 'InvalidClientTokenId',
  message: 'The security token included in the request is invalid.',
  $metadata: { httpStatusCode: 403 },
}
const MISMATCH = {
  name: 'SignatureDoesNotMatch',
  message:
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  $metadata: { httpStatusCode: 403 },
}
const HOUR = 3_600_000

describe('a request', () => {
  test('is refused without a signature', async () => {
    const { url } = await start()
    const answer = await fetch(`${url}/?Action=GetCallerIdentity&Version=2011-06-15`)
    expect(answer.status).toBe(403)
    expect(await answer.text()).toMatch(
      /^<ErrorResponse xmlns="https:\/\/sts\.amazonaws\.com\/doc\/2011-06-15\/"><Error><Type>Sender<\/Type><Code>MissingAuthenticationToken<\/Code><Message>Request is missing Authentication Token<\/Message><\/Error><RequestId>[\da-f-]{36}<\/RequestId><\/ErrorResponse>$/,
    )
  })

  test('is refused with an unknown key', async () => {
    const aws = await start()
    const keys = { ...keysOf(firstUser(aws)), accessKeyId: 'AKIAUNKNOWN234567ABC' }
    await expect(stsOf(aws, keys).send(IDENTIFY)).rejects.toMatchObject(INVALID_TOKEN)
  })

  test('is refused with an inactive key', async () => {
    const aws = await start()
    await stsOf(aws).send(IDENTIFY)
    firstUser(aws).keys[0]!.status = 'Inactive'
    await expect(stsOf(aws).send(IDENTIFY)).rejects.toMatchObject(INVALID_TOKEN)
  })

  test('is refused with a wrong secret', async () => {
    const aws = await start()
    const keys = { ...keysOf(firstUser(aws)), secretAccessKey: 'guess' }
    await expect(stsOf(aws, keys).send(IDENTIFY)).rejects.toMatchObject(MISMATCH)
  })

  test('is refused with a missing or wrong session token, or with one for a long-term key', async () => {
    const aws = await start()
    const { sessionToken, ...session } = await sessionOf(aws)
    const other = await sessionOf(aws, { mfa: false })
    for (const keys of [
      session,
      { ...session, sessionToken: other.sessionToken! },
      { ...keysOf(firstUser(aws)), sessionToken: sessionToken! },
    ]) {
      await expect(stsOf(aws, keys).send(IDENTIFY)).rejects.toMatchObject(INVALID_TOKEN)
    }
  })

  test.each([
    ['the body', { body: 'Action=GetSessionToken&Version=2011-06-15' }],
    ['a signed header', { headers: { 'x-test': 'two' } }],
  ])('is refused if %s changed after it was signed', async (_what, forged) => {
    const aws = await start()
    const call = {
      service: 'sts',
      keys: keysOf(firstUser(aws)),
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-test': 'one  1' },
      body: 'Action=GetCallerIdentity&Version=2011-06-15',
    }
    expect((await sendSigned(aws, call)).status).toBe(200)
    const answer = await sendSigned(aws, { ...call, forged })
    expect(answer.status).toBe(403)
    expect(await answer.text()).toContain(`<Message>${MISMATCH.message}</Message>`)
  })

  test('is accepted with a signed query string that repeats names and has spaces', async () => {
    const aws = await start()
    const query = { Action: 'GetCallerIdentity', Version: '2011-06-15', x: ['b c', 'a+'] }
    const answer = await sendSigned(aws, { service: 'sts', keys: keysOf(firstUser(aws)), query })
    expect(answer.status).toBe(200)
    expect(await answer.text()).toContain('<Arn>arn:aws:iam::123456789012:user/alice</Arn>')
  })

  test('is refused for an unknown action', async () => {
    const aws = await start()
    for (const action of ['Frobnicate', 'toString']) {
      const query = { Action: action, Version: '2010-05-08' }
      const answer = await sendSigned(aws, { service: 'iam', keys: keysOf(firstUser(aws)), query })
      expect(answer.status).toBe(400)
      expect(await answer.text()).toContain(
        `<Code>InvalidAction</Code><Message>Could not find operation ${action} for version 2010-05-08</Message>`,
      )
    }
  })
})

describe('the clock', () => {
  /** `20260101T000000Z` */
  const compact = '\\d{8}T\\d{6}Z'

  test('sets the Date header, the time of recorded requests, and which codes are valid', async () => {
    const aws = await start()
    aws.faults.clockOffsetMs = 4 * 60_000
    const answer = await fetch(aws.url)
    expect(answer.headers.get('date')).toBe(new Date(NOW + 4 * 60_000).toUTCString())
    await expect(sessionOf(aws)).rejects.toThrow('invalid MFA one time pass code')
    await sessionOf(aws, { ahead: 4 * 60_000 })
    expect(aws.requests.map(({ at }) => at)).toEqual(Array(3).fill(NOW + 4 * 60_000))
  })

  test.each([14 * 60_000, -14 * 60_000])(
    'accepts a signature from a client that is %i ms off',
    async (offset) => {
      const aws = await start()
      aws.faults.clockOffsetMs = offset
      expect((await stsOf(aws).send(IDENTIFY)).Account).toBe('123456789012')
    },
  )

  test.each([
    [
      20 * 60_000,
      `Signature expired: ${compact} is now earlier than ${compact} (${compact} - 15 min.)`,
    ],
    [
      -20 * 60_000,
      `Signature not yet current: ${compact} is still later than ${compact} (${compact} + 15 min.)`,
    ],
  ])('refuses a signature from a client that is %i ms off', async (offset, message) => {
    const aws = await start()
    aws.faults.clockOffsetMs = offset
    const exact = message.replace(/[()+.]/g, '\\$&')
    await expect(stsOf(aws).send(IDENTIFY)).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
      message: expect.stringMatching(new RegExp(`^${exact}$`)) as string,
    })
  })

  test('expires sessions to the second', async () => {
    const aws = await start()
    const keys = await sessionOf(aws)
    const ask = async (offset: number) => {
      aws.faults.clockOffsetMs = offset
      return stsOf(aws, keys, { systemClockOffset: offset }).send(IDENTIFY)
    }
    expect((await ask(12 * HOUR - 1000)).Account).toBe('123456789012')
    await expect(ask(12 * HOUR)).rejects.toMatchObject({
      name: 'ExpiredToken',
      message: 'The security token included in the request is expired',
      $metadata: { httpStatusCode: 403 },
    })
  })

  test('is the only source of time in the local AWS', () => {
    const folder = new URL('../../src/local-aws/', import.meta.url)
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    const asking = files.filter(
      (name) =>
        name.endsWith('.ts') &&
        /Date\.now|new Date\(\)|performance\.|hrtime/.test(
          readFileSync(new URL(name, folder), 'utf8'),
        ),
    )
    expect(asking).toEqual(['server.ts'])
  })

  test('is the machine’s by default', async () => {
    const aws = await startLocalAws()
    const { Credentials } = await stsOf(aws).send(new GetSessionTokenCommand())
    await aws.close()
    const left = Credentials!.Expiration!.getTime() - Date.now()
    expect(Math.abs(left - 12 * HOUR)).toBeLessThan(10_000)
  })
})

describe('the fault', () => {
  test('throttle answers with Throttling', async () => {
    const aws = await start()
    aws.faults.next.push('throttle')
    await expect(stsOf(aws).send(IDENTIFY)).rejects.toMatchObject({
      name: 'Throttling',
      message: 'Rate exceeded',
      $metadata: { httpStatusCode: 400 },
    })
    await stsOf(aws).send(IDENTIFY)
  })

  test('error500 answers with InternalFailure', async () => {
    const aws = await start()
    aws.faults.next.push('error500')
    await expect(sessionOf(aws)).rejects.toMatchObject({
      name: 'InternalFailure',
      $metadata: { httpStatusCode: 500 },
    })
    await sessionOf(aws)
  })

  test('dropBefore breaks the connection and does not spend the code', async () => {
    const aws = await start()
    aws.faults.next.push('dropBefore')
    await expect(sessionOf(aws)).rejects.toMatchObject({ code: 'ECONNRESET' })
    await sessionOf(aws)
    expect(aws.requests.map(({ outcome }) => outcome)).toEqual(['dropBefore', 'OK'])
  })

  test('dropAfter breaks the connection and spends the code', async () => {
    const aws = await start()
    aws.faults.next.push('dropAfter')
    await expect(sessionOf(aws)).rejects.toMatchObject({ code: 'ECONNRESET' })
    await expect(sessionOf(aws)).rejects.toThrow('invalid MFA one time pass code')
    expect(aws.requests.map(({ outcome }) => outcome)).toEqual(['dropAfter', 'AccessDenied'])
  })

  test('html answers with a login page and status 200', async () => {
    const aws = await start()
    aws.faults.next.push('html', 'html')
    const answer = await fetch(aws.url)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('text/html')
    expect(await answer.text()).toContain('<!doctype html>')
    await expect(sessionOf(aws)).rejects.toThrow()
    await sessionOf(aws)
  })

  test('slowMs delays the response', async () => {
    const aws = await start()
    aws.faults.next.push({ slowMs: 300 })
    const startedAt = performance.now()
    await stsOf(aws).send(IDENTIFY)
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(295)
  })

  test('refuse answers with the error it names', async () => {
    const aws = await start()
    const message = 'User alice is temporarily unmodifiable.'
    aws.faults.next.push(
      {
        kind: { refuse: 'EntityTemporarilyUnmodifiable', status: 409, message },
        action: 'ListUsers',
      },
      { refuse: 'ServiceFailure', status: 500 },
    )
    const iam = iamOf(aws)
    await expect(iam.send(new ListMFADevicesCommand())).rejects.toMatchObject({
      name: 'ServiceFailureException',
      $metadata: { httpStatusCode: 500 },
    })
    await expect(iam.send(new ListUsersCommand())).rejects.toMatchObject(
      refusal('EntityTemporarilyUnmodifiableException', 409, message),
    )
    await iam.send(new ListUsersCommand())
    expect(aws.requests.map(({ outcome }) => outcome)).toEqual([
      'ServiceFailure',
      'EntityTemporarilyUnmodifiable',
      'OK',
    ])
  })

  test('applies to its action only, as often as planned, one fault per request', async () => {
    const aws = await start()
    const planned = { kind: 'throttle', action: 'ListUsers', times: 2 } as const
    aws.faults.next.push(planned, { kind: 'error500', action: 'ListMFADevices' })
    const iam = iamOf(aws)
    await stsOf(aws).send(IDENTIFY)
    await expect(iam.send(new ListMFADevicesCommand())).rejects.toThrow('internal error')
    await expect(iam.send(new ListUsersCommand())).rejects.toThrow('Rate exceeded')
    await expect(iam.send(new ListUsersCommand())).rejects.toThrow('Rate exceeded')
    await iam.send(new ListUsersCommand())
    await iam.send(new ListMFADevicesCommand())
    expect(aws.faults.next).toEqual([])
    expect(planned.times).toBe(2)
  })
})

test('the local AWS records requests without secrets', async () => {
  const aws = await start()
  const { accessKeyId } = keysOf(firstUser(aws))
  const session = await sessionOf(aws)
  await iamOf(aws, session).send(new ListUsersCommand())
  await fetch(aws.url)
  expect(aws.requests).toEqual([
    {
      at: NOW,
      service: 'sts',
      action: 'GetSessionToken',
      accessKeyId,
      params: {
        Action: 'GetSessionToken',
        Version: '2011-06-15',
        SerialNumber: 'arn:aws:iam::123456789012:mfa/alice',
      },
      outcome: 'OK',
    },
    expect.objectContaining({
      service: 'iam',
      action: 'ListUsers',
      accessKeyId: session.accessKeyId,
    }),
    expect.objectContaining({
      service: 'unsigned',
      accessKeyId: undefined,
      outcome: 'MissingAuthenticationToken',
    }),
  ])
  const record = JSON.stringify(aws.requests)
  expect(record).not.toContain(codeAt(firstDevice(aws), NOW))
  expect(record).not.toContain(session.sessionToken)
})

test('the local AWS listens on the loopback interface, on a given port, until it is closed', async () => {
  const first = await startLocalAws()
  const { hostname, port } = new URL(first.url)
  expect(hostname).toBe('127.0.0.1')
  await expect(startLocalAws({ port: Number(port) })).rejects.toMatchObject({
    cause: { code: 'EADDRINUSE' },
  })
  await first.close()
  const second = await startLocalAws({ port: Number(port) })
  expect(second.url).toBe(first.url)
  await second.close()
  const refused = new Promise((resolve) => connect(Number(port), hostname).once('error', resolve))
  expect(await refused).toMatchObject({ code: 'ECONNREFUSED' })
})
