/** Generated HTTP responses to GetSessionToken: mutated ones of AWS, and those of other servers. */
import fc from 'fast-check'

export interface GeneratedAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** When the server closes the connection: after the whole response, after half of it or before it. */
  readonly delivery: 'whole' | 'half' | 'none'
}

const GOOD = {
  AccessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  SecretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  SessionToken: 'AQoEXAMPLEH4aoAH0gNCAPyJxz4BlCFFxWNE1OPTgk5TthT+FvwqnKwRcOIfrRh3c',
  // Of a session of 15 minutes, and up to an hour more.
  Expiration: new Date(Date.now() + 2_400_000).toISOString().replace(/\.\d+/, ''),
}
type Fields = Record<keyof typeof GOOD, string>

const ESCAPES = [
  '\u001B[2J\u001B]0;owned\u0007',
  '&#27;[31m',
  '&#x9b;2J',
  '\u009B2J',
  '\u202Eeslaf',
  'a\r\nb',
  '&#0;',
]
const TEXTS = [
  '',
  ' ',
  'true',
  '-1',
  '0',
  'NaN',
  'null',
  '[object Object]',
  '# no',
  '; no',
  'a b',
  '"quoted"',
  '<b>bold</b>',
  '<![CDATA[x]]>',
  '&lt;i&gt;',
  '&undefined;',
  '日本語',
  ...ESCAPES,
  'A'.repeat(20_000),
]
const DATES = [
  '2099-02-31T00:00:00Z',
  '1970-01-01T00:00:00Z',
  '99999-01-01T00:00:00Z',
  '+275760-09-13T00:00:00.001Z',
  '2099-01-01',
  '2099-01-01T00:00:00+14:00',
  '2099-01-01T00:00:00.123456789Z',
  '4102444800',
  '4102444800.5',
  'Thu, 01 Jan 2099 00:00:00 GMT',
  'tomorrow',
]

const text = fc.oneof(fc.constantFrom(...TEXTS), fc.string({ unit: 'binary', maxLength: 30 }))
const fields: fc.Arbitrary<Partial<Fields>> = fc.record(
  {
    AccessKeyId: fc.oneof({ weight: 3, arbitrary: fc.constant(GOOD.AccessKeyId) }, text),
    SecretAccessKey: fc.oneof({ weight: 3, arbitrary: fc.constant(GOOD.SecretAccessKey) }, text),
    SessionToken: fc.oneof({ weight: 3, arbitrary: fc.constant(GOOD.SessionToken) }, text),
    Expiration: fc.oneof(
      { weight: 3, arbitrary: fc.constant(GOOD.Expiration) },
      fc.constantFrom(...DATES),
      text,
    ),
  },
  { requiredKeys: [] },
)
const whole = fc.record({
  AccessKeyId: fc.constant(GOOD.AccessKeyId),
  SecretAccessKey: fc.constant(GOOD.SecretAccessKey),
  SessionToken: fc.constant(GOOD.SessionToken),
  Expiration: fc.oneof(
    { weight: 4, arbitrary: fc.constant(GOOD.Expiration) },
    fc.constantFrom(...DATES),
  ),
})

function sessionXml(parts: Partial<Fields>): string {
  const inner = Object.entries(parts).map(([name, value]) => `<${name}>${value}</${name}>`)
  return (
    '<GetSessionTokenResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetSessionTokenResult>' +
    `<Credentials>${inner.join('')}</Credentials></GetSessionTokenResult><ResponseMetadata>` +
    '<RequestId>c6104cbe-af31-11e0-8154-cbc7ccf896c7</RequestId></ResponseMetadata></GetSessionTokenResponse>'
  )
}

const CODES = [
  'AccessDenied',
  'Throttling',
  'InvalidClientTokenId',
  'SignatureDoesNotMatch',
  'ExpiredToken',
  'ValidationError',
  'constructor',
  '__proto__',
  '',
  ...ESCAPES,
]
const MESSAGES = [
  'MultiFactorAuthentication failed with invalid MFA one time pass code. ',
  'Signature expired: 20260101T000000Z is now earlier than 20260101T001000Z',
  'User is not authorized',
  'very long '.repeat(5000),
  ...TEXTS,
]
const errorXml = fc
  .tuple(fc.constantFrom(...CODES), fc.constantFrom(...MESSAGES))
  .map(
    ([code, message]) =>
      `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>x</RequestId></ErrorResponse>`,
  )

const BOMB = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">${'bcdefghi'.replace(/./g, (name) => `<!ENTITY ${name} "${`&${String.fromCharCode(name.charCodeAt(0) - 1)};`.repeat(10)}">`)}]>`
const OTHERS = [
  '',
  ' ',
  'null',
  '{}',
  '{"Credentials":{"AccessKeyId":"x"}}',
  '<',
  '<a>',
  '</a>',
  '<a/>',
  '<!doctype html><title>Guest Wi-Fi</title><h1>Please sign in</h1>',
  '<html><body><GetSessionTokenResponse/></body></html>',
  '<?xml version="1.0"?>',
  '<GetSessionTokenResponse/>',
  '<GetSessionTokenResponse><GetSessionTokenResult/></GetSessionTokenResponse>',
  `${BOMB}${sessionXml({ ...GOOD, SessionToken: '&i;' })}`,
  '<a>'.repeat(10_000),
  `${'<a>'.repeat(3000)}${'</a>'.repeat(3000)}`,
  'x'.repeat(300_000),
  '\u001F\u008B\u0008\u0000',
]

const mutated = fc
  .tuple(
    fc.oneof(fields.map(sessionXml), errorXml),
    fc.nat(),
    fc.nat(),
    fc.constantFrom('cut', 'drop', 'twice', 'scrap'),
    text,
  )
  .map(([xml, from, length, how, scrap]) => {
    const start = from % (xml.length + 1)
    const part = xml.slice(start, start + (length % 60))
    if (how === 'cut') return xml.slice(0, start)
    if (how === 'drop') return xml.slice(0, start) + xml.slice(start + part.length)
    if (how === 'twice') return xml.slice(0, start) + part + xml.slice(start)
    return xml.slice(0, start) + scrap + xml.slice(start)
  })

const body: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 4, arbitrary: fields.map((each) => Buffer.from(sessionXml(each))) },
  { weight: 3, arbitrary: whole.map((each) => Buffer.from(sessionXml(each))) },
  { weight: 3, arbitrary: errorXml.map((each) => Buffer.from(each)) },
  { weight: 4, arbitrary: mutated.map((each) => Buffer.from(each)) },
  { weight: 2, arbitrary: fc.constantFrom(...OTHERS).map((each) => Buffer.from(each)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((each) => Buffer.from(each)) },
)

const headers = fc.record(
  {
    'content-type': fc.constantFrom(
      'text/xml',
      'text/html',
      'application/json',
      'text/xml; charset=utf-16',
    ),
    date: fc.oneof(
      { weight: 4, arbitrary: fc.constant(new Date().toUTCString()) },
      fc.constantFrom(
        'yesterday',
        'Thu, 01 Jan 1970 00:00:00 GMT',
        'Sat, 13 Sep 275760 00:00:00 GMT',
        '-1',
      ),
    ),
    'content-encoding': fc.constantFrom('gzip', 'br', 'identity'),
    location: fc.constant('/again'),
    'x-amzn-errortype': fc.constantFrom('Throttling', 'constructor', 'a:b:c'),
    'x-amz-crc32': fc.constant('1'),
    'x-amzn-query-error': fc.constantFrom('AccessDenied;Sender', ';;;'),
    'retry-after': fc.constantFrom('0', '999999999'),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Record<string, string>>

const delivery = fc.oneof(
  { weight: 12, arbitrary: fc.constant('whole' as const) },
  fc.constantFrom<GeneratedAnswer['delivery']>('half', 'none'),
)
const anything = fc.record({
  status: fc.oneof(
    { weight: 3, arbitrary: fc.constant(200) },
    fc.constantFrom(
      ...[201, 204, 206, 301, 302, 307],
      ...[400, 401, 403, 404, 407, 418, 429],
      ...[500, 502, 503, 599],
    ),
  ),
  headers,
  body,
  delivery,
})
const refusal = fc.record({
  status: fc.constantFrom(400, 403, 500),
  headers: fc.constant({ 'content-type': 'text/xml' }),
  body: errorXml.map((each) => Buffer.from(each)),
  delivery,
})

export const answer: fc.Arbitrary<GeneratedAnswer> = fc.oneof(
  { weight: 5, arbitrary: anything },
  refusal,
)
