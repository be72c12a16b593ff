/** The client for STS against a server that answers what a test says. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { AwsError, type Aws, type AwsSettings } from '../../src/aws/api.ts'
import { connectAws } from '../../src/aws/client.ts'
import { client } from '../support/platform.ts'

const keys = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG' }
const SERIAL = 'arn:aws:iam::123456789012:mfa/an n'
const REQUEST = { serialNumber: SERIAL, tokenCode: '000000', durationSeconds: 900 }

interface HttpAnswer {
  readonly status: number
  readonly body: string
  readonly headers?: Record<string, string>
}

let answer: HttpAnswer
const received: { request: IncomingMessage; body: string }[] = []
let server: Server
let settings: AwsSettings

beforeAll(async () => {
  // Each of these would change a test if the SDK read the AWS files itself.
  const home = mkdtempSync(join(tmpdir(), 'sts-test-'))
  const settingsForSdk = [
    'use_fips_endpoint = true',
    'use_dualstack_endpoint = true',
    'disable_clock_skew_correction = true',
    'endpoint_url = http://127.0.0.1:1',
    'max_attempts = 3',
  ]
  writeFileSync(join(home, 'config'), `[default]\n${settingsForSdk.join('\n')}\n`)
  process.env.AWS_CONFIG_FILE = join(home, 'config')
  process.env.AWS_SHARED_CREDENTIALS_FILE = join(home, 'credentials')
  server = createServer((request, response) => {
    void text(request).then((body) => {
      received.push({ request, body })
      response.writeHead(answer.status, answer.headers).end(answer.body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  settings = { keys, region: 'eu-west-1', endpoints: { sts: { value: url, from: 'a test' } } }
})

afterAll(() => server.close())

function connect(more: Partial<AwsSettings> = {}): Aws {
  received.length = 0
  return connectAws({ ...settings, ...more }, client)
}

/** What a call returns or throws. */
async function outcomeOf(call: Promise<unknown>): Promise<unknown> {
  return call.catch((error: unknown) => {
    if (!(error instanceof AwsError)) throw error
    const { code, status, message } = error
    return { code, status, message }
  })
}

/** In the hour and the quarter of an hour that the tests ask for. */
const EXPIRATION = new Date(Date.now() + 600_000).toISOString().replace(/\.\d+/, '')
const SESSION = `<Credentials><AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId><SecretAccessKey>a/b+c</SecretAccessKey>
  <SessionToken>IQoJ//+b==</SessionToken><Expiration>${EXPIRATION}</Expiration></Credentials>`

function result(action: string, content: string): string {
  const namespace = 'xmlns="https://sts.amazonaws.com/doc/2011-06-15/"'
  return `<${action}Response ${namespace}><${action}Result>${content}</${action}Result><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></${action}Response>`
}

function refusal(code: string, message: string): string {
  return `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`
}

const SESSION_FIELDS = {
  accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'a/b+c',
  sessionToken: 'IQoJ//+b==',
  expiration: EXPIRATION,
}

describe('a call to STS', () => {
  test.each<[string, string, (aws: Aws) => Promise<unknown>, object, object]>([
    [
      'GetSessionToken',
      result('GetSessionToken', SESSION),
      async (aws) => aws.getSessionToken(REQUEST),
      {
        Action: 'GetSessionToken',
        SerialNumber: SERIAL,
        TokenCode: '000000',
        DurationSeconds: '900',
      },
      SESSION_FIELDS,
    ],
    [
      'GetSessionToken without MFA',
      result('GetSessionToken', SESSION),
      async (aws) => aws.getSessionToken({ durationSeconds: 3600 }),
      { Action: 'GetSessionToken', DurationSeconds: '3600' },
      SESSION_FIELDS,
    ],
    [
      'AssumeRole',
      result('AssumeRole', `${SESSION}<AssumedRoleUser><Arn>a</Arn></AssumedRoleUser>`),
      async (aws) =>
        aws.assumeRole({
          roleArn: 'arn:aws:iam::123456789012:role/ä&=+',
          sessionName: 'me',
          externalId: 'a b',
          durationSeconds: 900,
        }),
      {
        Action: 'AssumeRole',
        RoleArn: 'arn:aws:iam::123456789012:role/ä&=+',
        RoleSessionName: 'me',
        ExternalId: 'a b',
        DurationSeconds: '900',
      },
      SESSION_FIELDS,
    ],
    [
      'GetCallerIdentity',
      result(
        'GetCallerIdentity',
        '<Arn>arn:aws:iam::123456789012:user/me</Arn><Account>123456789012</Account>',
      ),
      async (aws) => aws.getCallerIdentity(),
      { Action: 'GetCallerIdentity' },
      { arn: 'arn:aws:iam::123456789012:user/me', account: '123456789012' },
    ],
  ])('sends its parameters and reads the response: %s', async (_, body, call, sent, expected) => {
    answer = { status: 200, body }
    expect(await outcomeOf(call(connect()))).toEqual(expected)
    expect(received).toHaveLength(1)
    const [{ request, body: form }] = received as [(typeof received)[0]]
    const { headers } = request
    expect([request.method, request.url]).toEqual(['POST', '/'])
    expect(headers.host).toBe(new URL(settings.endpoints!.sts!.value).host)
    expect(headers['content-type']).toBe('application/x-www-form-urlencoded')
    expect(headers['content-length']).toBe(String(Buffer.byteLength(form)))
    expect(headers['user-agent']).toContain('mfa-login/1.2.3')
    const date = new Date().toISOString().slice(0, 10).replaceAll('-', '')
    expect(headers.authorization).toContain(
      `Credential=${keys.accessKeyId}/${date}/eu-west-1/sts/aws4_request`,
    )
    expect(Object.fromEntries(new URLSearchParams(form))).toEqual({
      ...sent,
      Version: '2011-06-15',
    })
  })

  const notAws = expect.objectContaining({ code: 'NotAws' }) as object

  test.each<[string, HttpAnswer, object]>([
    [
      'a wrong code',
      { status: 403, body: refusal('AccessDenied', 'invalid &quot;MFA&quot; code.') },
      { code: 'AccessDenied', status: 403, message: 'invalid "MFA" code.' },
    ],
    [
      'an unknown key',
      { status: 403, body: refusal('InvalidClientTokenId', 'No &#x27;key&#39;') },
      { code: 'InvalidClientTokenId', status: 403, message: "No 'key'" },
    ],
    [
      'a busy service',
      { status: 400, body: refusal('Throttling', 'Rate exceeded') },
      { code: 'Throttling', status: 400, message: 'Rate exceeded' },
    ],
    [
      'a code with the suffix',
      { status: 400, body: refusal('ExpiredTokenException', 'Expired') },
      { code: 'ExpiredToken', status: 400, message: 'Expired' },
    ],
    [
      'a broken service',
      { status: 500, body: refusal('InternalFailure', 'Oops') },
      { code: 'InternalFailure', status: 500, message: 'Oops' },
    ],
    ['nothing', { status: 200, body: '' }, notAws],
    ['nothing of a broken service', { status: 503, body: '' }, notAws],
    [
      'a captive portal',
      { status: 200, body: '<!DOCTYPE html><html><body>Hi<br></body></html>' },
      notAws,
    ],
    [
      'a proxy’s refusal',
      { status: 407, body: '<html><body>No</body></html>' },
      expect.objectContaining({ code: 'ProxyAuthenticationRequired', status: undefined }),
    ],
    [
      'a redirect',
      { status: 302, body: '', headers: { location: 'http://portal.example/' } },
      notAws,
    ],
    ['text', { status: 200, body: 'hello' }, notAws],
    ['JSON', { status: 502, body: '{"message":"Bad gateway"}' }, notAws],
    [
      'a cut response',
      { status: 200, body: result('GetSessionToken', SESSION).slice(0, 300) },
      notAws,
    ],
    ['the response of another call', { status: 200, body: result('AssumeRole', SESSION) }, notAws],
    [
      'elements for text',
      { status: 200, body: result('GetSessionToken', SESSION.replace('a/b+c', '<b>x</b>')) },
      notAws,
    ],
    [
      'a time that is none',
      { status: 200, body: result('GetSessionToken', SESSION.replace(EXPIRATION, 'tomorrow')) },
      notAws,
    ],
    [
      'a time without a zone',
      {
        status: 200,
        body: result('GetSessionToken', SESSION.replace(EXPIRATION, EXPIRATION.slice(0, -1))),
      },
      notAws,
    ],
    [
      'a day for a time',
      {
        status: 200,
        body: result('GetSessionToken', SESSION.replace(EXPIRATION, EXPIRATION.slice(0, 10))),
      },
      notAws,
    ],
    ['a refusal with a redirect', { status: 302, body: refusal('AccessDenied', 'No') }, notAws],
    ['a refusal that is none', { status: 403, body: refusal('<b>x</b>', 'y') }, notAws],
    [
      'a refusal with a sentence for a code',
      { status: 403, body: refusal('not a code', 'y') },
      notAws,
    ],
    [
      'names of prototypes',
      { status: 403, body: refusal('__proto__', '<__proto__>a</__proto__>') },
      notAws,
    ],
    ['deep nesting', { status: 200, body: '<a>'.repeat(100_000) }, notAws],
  ])('turns %s into an AwsError, and sends the code once', async (_, given, expected) => {
    answer = given
    expect(await outcomeOf(connect().getSessionToken(REQUEST))).toEqual(expected)
    expect(received).toHaveLength(1)
  })

  it('is signed with AWS’s time once a refusal has told it', async () => {
    const ahead = Date.now() + 20 * 60_000
    answer = {
      status: 403,
      body: refusal('SignatureDoesNotMatch', 'Signature expired: it is now earlier than'),
      headers: { date: new Date(ahead).toUTCString() },
    }
    const aws = connect()
    await expect(aws.getSessionToken(REQUEST)).rejects.toThrow(AwsError)
    await expect(aws.getSessionToken(REQUEST)).rejects.toThrow(AwsError)
    const [first, second] = received.map(({ request }) => signedAt(request))
    expect(Math.abs(first! - Date.now())).toBeLessThan(5000)
    expect(Math.abs(second! - ahead)).toBeLessThan(5000)
  })

  it('carries a session', async () => {
    answer = { status: 200, body: result('AssumeRole', SESSION) }
    const aws = connect({ keys: { ...keys, sessionToken: 'IQoJ==' } })
    const role = { roleArn: 'arn:aws:iam::1:role/r', sessionName: 'me', durationSeconds: 900 }
    await aws.assumeRole(role)
    expect(received[0]?.request.headers['x-amz-security-token']).toBe('IQoJ==')
  })

  it('is prepared without being sent', async () => {
    answer = { status: 200, body: result('GetSessionToken', SESSION) }
    const aws = connect()
    const close = await aws.prepare()
    expect(received).toEqual([])
    expect(aws.clockOffset()).toBeUndefined()
    expect(await aws.getSessionToken(REQUEST)).toEqual(SESSION_FIELDS)
    expect(received).toHaveLength(1)
    close()
  })

  it('names the application of the settings in the User-Agent header', async () => {
    answer = { status: 200, body: result('GetSessionToken', SESSION) }
    await connect({ appId: 'our-tools' }).getSessionToken(REQUEST)
    expect(received[0]?.request.headers['user-agent']).toContain('app/our-tools')
  })
})

function signedAt({ headers }: IncomingMessage): number {
  const [, date = '', time = ''] = /^(\d{8})T(\d{6})Z$/.exec(String(headers['x-amz-date'])) ?? []
  const iso = `${date.replace(/(....)(..)(..)/, '$1-$2-$3')}T${time.replace(/(..)(..)(..)/, '$1:$2:$3')}Z`
  return Date.parse(iso)
}
