import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { AwsError, type Aws, type AwsSettings } from '../../src/aws/api.ts'
import { connectAws } from '../../src/aws/client.ts'
import { httpClient } from '../../src/aws/http/http-client.ts'
import { sdkSts, type Sts } from '../../src/aws/sdk.ts'
import { plainStsEndpoint } from '../../src/aws/sts-endpoint.ts'
import { debug } from '../support/platform.ts'

const keys = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG' }
const SETTINGS: AwsSettings = { keys, region: 'eu-west-1', profile: 'work' }
const REQUEST = {
  serialNumber: 'arn:aws:iam::123456789012:mfa/an n',
  tokenCode: '000000',
  durationSeconds: 900,
}

interface Answer {
  readonly status: number
  readonly body: string
  readonly headers?: Record<string, string>
}

let answer: Answer
const heard: { request: IncomingMessage; body: string }[] = []
let server: Server
let url: string

beforeAll(async () => {
  const home = mkdtempSync(join(tmpdir(), 'sts-test-'))
  writeFileSync(join(home, 'config'), '[profile work]\n')
  process.env.AWS_CONFIG_FILE = join(home, 'config')
  process.env.AWS_SHARED_CREDENTIALS_FILE = join(home, 'credentials')
  server = createServer((request, response) => {
    void text(request).then((body) => {
      heard.push({ request, body })
      response.writeHead(answer.status, answer.headers).end(answer.body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  process.env.AWS_ENDPOINT_URL_STS = url
})

afterAll(() => server.close())

/** Once without the SDK's client and once with it. */
async function bothWays(ask: (aws: Aws) => Promise<unknown>): Promise<unknown[]> {
  heard.length = 0
  const outcomes = []
  for (const more of [{ stsEndpoint: url }, {}]) {
    const aws = await connectAws({ ...SETTINGS, ...more }, { version: '1.2.3', debug })
    outcomes.push(
      await ask(aws).catch((error: unknown) => {
        if (!(error instanceof AwsError)) throw error
        const { code, status, message } = error
        return { code, status, message }
      }),
    )
  }
  return outcomes
}

async function sdkClient(settings: AwsSettings): Promise<Sts> {
  return sdkSts({ settings, version: '1', http: httpClient(undefined, { isDirect: false, debug }) })
}

const SESSION = `<Credentials><AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId><SecretAccessKey>a/b+c</SecretAccessKey>
  <SessionToken>IQoJ//+b==</SessionToken><Expiration>2026-01-01T00:00:00Z</Expiration></Credentials>`

function result(action: string, content: string): string {
  const namespace = 'xmlns="https://sts.amazonaws.com/doc/2011-06-15/"'
  return `<${action}Response ${namespace}><${action}Result>${content}</${action}Result><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></${action}Response>`
}

function refusal(code: string, message: string): string {
  return `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`
}

describe('a call without the SDK’s client', () => {
  test.each<[string, Answer['body'], (aws: Aws) => Promise<unknown>]>([
    [
      'GetSessionToken',
      result('GetSessionToken', SESSION),
      async (aws) => aws.getSessionToken(REQUEST),
    ],
    [
      'GetSessionToken without MFA',
      result('GetSessionToken', SESSION),
      async (aws) => aws.getSessionToken({ durationSeconds: 3600 }),
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
    ],
    [
      'GetCallerIdentity',
      result('GetCallerIdentity', '<Arn>arn:aws:iam::1:user/me</Arn><Account>1</Account>'),
      async (aws) => aws.getCallerIdentity(),
    ],
  ])('asks for and understands the same: %s', async (_, body, ask) => {
    answer = { status: 200, body }
    const [plain, sdk] = await bothWays(ask)
    expect(plain).toEqual(sdk)
    expect(plain).not.toHaveProperty('code')
    const [ours, theirs] = heard.map(({ request, body: sent }) => ({
      method: request.method,
      path: request.url,
      host: request.headers.host,
      type: request.headers['content-type'],
      agent: /mfa-login\/1\.2\.3/.exec(request.headers['user-agent'] ?? '')?.[0],
      length: request.headers['content-length'] === String(Buffer.byteLength(sent)),
      scope: /Credential=[^,]+/.exec(request.headers.authorization ?? '')?.[0],
      parameters: Object.fromEntries(new URLSearchParams(sent)),
    }))
    expect(ours).toEqual(theirs)
    expect(ours).toMatchObject({ length: true, agent: 'mfa-login/1.2.3' })
  })

  test.each<[string, Answer]>([
    [
      'a wrong code',
      { status: 403, body: refusal('AccessDenied', 'invalid &quot;MFA&quot; code.') },
    ],
    ['an unknown key', { status: 403, body: refusal('InvalidClientTokenId', 'No &#x27;key&#39;') }],
    ['a busy service', { status: 400, body: refusal('Throttling', 'Rate exceeded') }],
    ['a code with the suffix', { status: 400, body: refusal('ExpiredTokenException', 'Expired') }],
    ['a broken service', { status: 500, body: refusal('InternalFailure', 'Oops') }],
    ['nothing', { status: 200, body: '' }],
    ['nothing of a broken service', { status: 503, body: '' }],
    ['a captive portal', { status: 200, body: '<!DOCTYPE html><html><body>Hi<br></body></html>' }],
    ['a proxy’s refusal', { status: 407, body: '<html><body>No</body></html>' }],
    ['a redirect', { status: 302, body: '', headers: { location: 'http://portal.example/' } }],
    ['text', { status: 200, body: 'hello' }],
    ['JSON', { status: 502, body: '{"message":"Bad gateway"}' }],
    ['a cut answer', { status: 200, body: result('GetSessionToken', SESSION).slice(0, 300) }],
    ['another’s answer', { status: 200, body: result('AssumeRole', SESSION) }],
    [
      'elements for text',
      { status: 200, body: result('GetSessionToken', SESSION.replace('a/b+c', '<b>x</b>')) },
    ],
    [
      'a time that is none',
      { status: 200, body: result('GetSessionToken', SESSION.replace('2026-01', 'x')) },
    ],
    [
      'a time without a zone',
      { status: 200, body: result('GetSessionToken', SESSION.replace('00Z', '00')) },
    ],
    [
      'a day for a time',
      { status: 200, body: result('GetSessionToken', SESSION.replace('T00:00:00Z', '')) },
    ],
    ['a refusal with a redirect', { status: 302, body: refusal('AccessDenied', 'No') }],
    ['a refusal that is none', { status: 403, body: refusal('<b>x</b>', 'y') }],
    ['a refusal with a sentence for a code', { status: 403, body: refusal('not a code', 'y') }],
    [
      'names of prototypes',
      { status: 403, body: refusal('__proto__', '<__proto__>a</__proto__>') },
    ],
    ['deep nesting', { status: 200, body: '<a>'.repeat(100_000) }],
  ])('takes for the same as the client does: %s', async (_, given) => {
    answer = given
    const [plain, sdk] = await bothWays(async (aws) => aws.getSessionToken(REQUEST))
    // What is wrong with an answer that is not AWS's is seen sooner by one than by the other.
    const isOfOthers = (sdk as AwsError).code === 'NotAws'
    expect(plain).toEqual(isOfOthers ? expect.objectContaining({ code: 'NotAws' }) : sdk)
    expect(sdk).toHaveProperty('code')
  })

  it('takes AWS’s clock once it has heard it', async () => {
    const ahead = Date.now() + 20 * 60_000
    answer = {
      status: 403,
      body: refusal('SignatureDoesNotMatch', 'Signature expired: it is now earlier than'),
      headers: { date: new Date(ahead).toUTCString() },
    }
    for (const more of [{ stsEndpoint: url }, {}]) {
      const aws = await connectAws({ ...SETTINGS, ...more }, { version: '1.2.3', debug })
      heard.length = 0
      await expect(aws.getSessionToken(REQUEST)).rejects.toThrow(AwsError)
      await expect(aws.getSessionToken(REQUEST)).rejects.toThrow(AwsError)
      const [first, second] = heard.map(({ request }) => signedAt(request))
      expect(Math.abs(first! - Date.now())).toBeLessThan(5000)
      expect(Math.abs(second! - ahead)).toBeLessThan(5000)
    }
  })

  it('carries a session', async () => {
    answer = { status: 200, body: result('AssumeRole', SESSION) }
    const session = { ...keys, sessionToken: 'IQoJ==' }
    const aws = await connectAws(
      { ...SETTINGS, keys: session, stsEndpoint: url },
      { version: '1.2.3', debug },
    )
    heard.length = 0
    const role = { roleArn: 'arn:aws:iam::1:role/r', sessionName: 'me', durationSeconds: 900 }
    await aws.assumeRole(role)
    expect(heard[0]?.request.headers['x-amz-security-token']).toBe('IQoJ==')
  })
})

function signedAt({ headers }: IncomingMessage): number {
  const [, date = '', time = ''] = /^(\d{8})T(\d{6})Z$/.exec(String(headers['x-amz-date'])) ?? []
  const iso = `${date.replace(/(....)(..)(..)/, '$1-$2-$3')}T${time.replace(/(..)(..)(..)/, '$1:$2:$3')}Z`
  return Date.parse(iso)
}

const REGIONS = [
  'us-east-1',
  'us-west-2',
  'eu-west-1',
  'eu-central-2',
  'ap-southeast-5',
  'sa-east-1',
  'ca-west-1',
  'me-south-1',
  'af-south-1',
  'il-central-1',
  'mx-central-1',
  'us-gov-west-1',
  'us-gov-east-1',
  'cn-north-1',
  'cn-northwest-1',
  'us-iso-east-1',
  'us-isob-east-1',
  'eu-isoe-west-1',
  'us-isof-south-1',
  'eusc-de-east-1',
  'aws-global',
  'moon-1',
]

describe('a custom endpoint', () => {
  /** A new one each time: the SDK keeps what it has read of a path. */
  const config = (text: string): void => {
    const path = join(mkdtempSync(join(tmpdir(), 'sts-test-')), 'config')
    writeFileSync(path, text)
    process.env.AWS_CONFIG_FILE = path
  }

  it('is that of the profile, for STS and IAM, and not of another', async () => {
    delete process.env.AWS_ENDPOINT_URL_STS
    answer = { status: 403, body: refusal('AccessDenied', 'No.') }
    for (const text of [
      `[default]\nendpoint_url = http://127.0.0.1:1\n[profile work]\nendpoint_url = ${url}\n`,
      `[default]\nendpoint_url = http://127.0.0.1:1\n[profile work]\nservices = mine\n[services mine]\nsts =\n  endpoint_url = ${url}\niam =\n  endpoint_url = ${url}\n`,
    ]) {
      config(text)
      heard.length = 0
      const aws = await connectAws(SETTINGS, { version: '1.2.3', debug })
      await expect(aws.getCallerIdentity()).rejects.toMatchObject({ code: 'AccessDenied' })
      await expect(aws.listMfaDevices()).rejects.toMatchObject({ code: 'AccessDenied' })
      expect(heard).toHaveLength(2)
    }
  })

  it('is none where another profile has one, or where it is to be ignored', async () => {
    const endpoint = async (): Promise<string> => {
      const sdk = await sdkClient(SETTINGS)
      return (await sdk.getReady()).href
    }
    const usual = 'https://sts.eu-west-1.amazonaws.com/'
    config('[default]\nendpoint_url = http://127.0.0.1:1\n[profile work]\nregion = eu-west-1\n')
    expect(await endpoint()).toBe(usual)
    config(`[profile work]\nendpoint_url = ${url}\nignore_configured_endpoint_urls = true\n`)
    expect(await endpoint()).toBe(usual)
    process.env.AWS_ENDPOINT_URL = url
    process.env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS = 'true'
    expect(await endpoint()).toBe(usual)
    delete process.env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS
    config('[profile work]\n')
    expect(await endpoint()).toBe(`${url}/`)
    process.env.AWS_ENDPOINT_URL = 'http://localhost:99999'
    await expect(endpoint()).rejects.toThrow('"http://localhost:99999" is not an address')
    delete process.env.AWS_ENDPOINT_URL
  })
})

describe('the endpoint', () => {
  test.each(REGIONS)('of %s is the SDK’s, or left to it', async (region) => {
    delete process.env.AWS_ENDPOINT_URL_STS
    const sdk = await sdkClient({ ...SETTINGS, region })
    const plain = plainStsEndpoint({}, () => undefined, region)
    if (plain !== undefined) expect(new URL(plain).href).toBe((await sdk.getReady()).href)
    const isCommon = /^(us|eu|ap|sa|ca|me|af|il|mx|cn|us-gov)-[a-z]+-\d$/.test(region)
    expect(plain !== undefined).toBe(isCommon)
  })

  test.each<[string, Record<string, string>, Record<string, string>, string | undefined]>([
    ['a variable', { AWS_ENDPOINT_URL: 'http://localhost:4566' }, {}, 'http://localhost:4566'],
    [
      'STS’s own variable first',
      { AWS_ENDPOINT_URL: 'http://a', AWS_ENDPOINT_URL_STS: 'http://b' },
      {},
      'http://b',
    ],
    ['a path', { AWS_ENDPOINT_URL: 'http://a/sts' }, {}, undefined],
    ['no address', { AWS_ENDPOINT_URL: '' }, {}, undefined],
    ['no port', { AWS_ENDPOINT_URL: 'http://localhost:99999' }, {}, undefined],
    [
      'what is to be ignored',
      { AWS_ENDPOINT_URL: 'http://a', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' },
      {},
      undefined,
    ],
    ['FIPS', { AWS_USE_FIPS_ENDPOINT: 'true' }, {}, undefined],
    ['dual stack', { AWS_USE_DUALSTACK_ENDPOINT: 'true' }, {}, undefined],
    ['FIPS in the config', {}, { use_fips_endpoint: 'true' }, undefined],
    ['dual stack in the config', {}, { use_dualstack_endpoint: 'true' }, undefined],
    ['an address in the config', {}, { endpoint_url: 'http://a' }, undefined],
    ['services in the config', {}, { services: 'mine' }, undefined],
  ])('by %s', (_, env, settings, wanted) => {
    expect(plainStsEndpoint(env, (key) => settings[key], 'eu-west-1')).toBe(wanted)
  })
})
