import { describe, expect, it, test } from 'vitest'
import {
  formatDuration,
  formatTimeLeft,
  parseDuration,
  sessionSeconds,
} from '../../../src/session/model/duration.ts'
import { AwsError, RequestNotSent } from '../../../src/aws/api.ts'
import { mayBeDone, retryDelay } from '../../../src/aws/retry.ts'
import { timeLeft } from '../../../src/session/model/freshness.ts'
import { classifyError } from '../../../src/aws/errors/classify.ts'
import {
  cacheFileNameFor,
  credentialProcessJson,
  parseCachedSession,
} from '../../../src/session/model/session.ts'

describe('durations', () => {
  test.each([
    ['12h', 43_200],
    ['45m', 2700],
    ['1h30m', 5400],
    ['43200', 43_200],
    ['900s', 900],
    ['', undefined],
    ['h', undefined],
    ['1.5h', undefined],
    ['-1h', undefined],
    ['1d', undefined],
  ])('%j is %s s', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds)
  })

  it('keeps to STS’s bounds', () => {
    expect(sessionSeconds(undefined, false)).toBe(43_200)
    expect(sessionSeconds(undefined, true)).toBe(3600)
    expect(sessionSeconds('15m', false)).toBe(900)
    expect(sessionSeconds('36h', false)).toBe(129_600)
    for (const text of ['899', '129601']) {
      expect(() => sessionSeconds(text, false)).toThrow('between 15m and 36h')
    }
    expect(() => sessionSeconds('x', false)).toThrow('"x" is not a duration such as 12h')
    expect(() => sessionSeconds('61m', true)).toThrow('1h (the account root)')
  })

  test.each([
    [43_199_000, '11 h 59 min'],
    [43_200_000, '12 h'],
    [899_000, '14 min'],
    [40_500, '40 s'],
    [-5, '0 s'],
  ])('%s ms is %s', (milliseconds, words) => {
    expect(formatDuration(milliseconds)).toBe(words)
  })

  test.each([
    [43_199_000, '12 h'],
    [42_960_001, '11 h 57 min'],
    [42_960_000, '11 h 56 min'],
    [59_999, '1 min'],
    [-5, '0 s'],
  ])('%s ms are left: %s', (milliseconds, words) => {
    expect(formatTimeLeft(milliseconds)).toBe(words)
  })
})

describe('refusals', () => {
  const code = 'MultiFactorAuthentication failed with invalid MFA one time pass code. '
  const serial =
    'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.'
  test.each([
    ['AccessDenied', code, 403, 'code'],
    ['AccessDenied', serial, 403, 'serial'],
    ['AccessDenied', 'Cannot call GetSessionToken with session credentials', 403, 'refused'],
    ['SignatureDoesNotMatch', 'Signature expired: 2026 is now earlier than 2027', 403, 'clock'],
    ['SignatureDoesNotMatch', 'Signature not yet current: 2026', 403, 'clock'],
    ['SignatureDoesNotMatch', 'The request signature we calculated does not match', 403, 'refused'],
    ['RequestExpired', '', 403, 'clock'],
    ['Throttling', 'Rate exceeded', 400, 'throttled'],
    ['InternalFailure', '', 500, 'unknown'],
    ['NotAws', '', 200, 'unknown'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', '', undefined, 'untrusted'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', '', undefined, 'untrusted'],
    ['ECONNRESET', '', undefined, 'unknown'],
    ['TimeoutError', '', undefined, 'unknown'],
    ['ECONNREFUSED', '', undefined, 'unknown'],
  ])('%s %j (%s) is %s', (errorCode, message, status, expected) => {
    expect(classifyError(new AwsError(errorCode, message, status))).toBe(expected)
  })

  test.each([
    ['ECONNREFUSED', 'not-sent'],
    ['ECONNRESET', 'not-sent'],
    ['TimeoutError', 'no-connection'],
    ['ProxyRefused', 'not-sent'],
    ['ProxyAuthenticationRequired', 'proxy'],
    ['CERT_HAS_EXPIRED', 'untrusted'],
  ] as const)('%s before a byte can leave is %s, and no code is spent', (errorCode, expected) => {
    const errorClass = classifyError(new RequestNotSent(errorCode, ''))
    expect(errorClass).toBe(expected)
    expect(mayBeDone(errorClass)).toBe(false)
  })

  it('never sends a code again that may be spent', () => {
    const once = { atMostOnce: true }
    for (const spent of ['code', 'unknown'] as const) {
      expect(retryDelay(spent, 0, once)).toBeUndefined()
      expect(mayBeDone(spent)).toBe(true)
    }
    for (const unspent of ['clock', 'refused', 'throttled', 'not-sent', 'untrusted'] as const) {
      expect(mayBeDone(unspent)).toBe(false)
    }
    expect(retryDelay('refused', 0, once)).toBeUndefined()
    expect(retryDelay('throttled', 0, once)).toBeGreaterThan(0)
    expect(retryDelay('throttled', 4, once)).toBeUndefined()
    expect(retryDelay('not-sent', 2, once)).toBeUndefined()
  })
})

describe('cached sessions', () => {
  const session = {
    version: 1,
    accessKeyId: 'ASIA1',
    secretAccessKey: 's',
    sessionToken: 't',
    expiration: '2026-11-24T12:00:00Z',
    profile: 'work',
    serialNumber: 'GAHT12345678',
    sourceAccessKeyId: 'AKIA1',
  } as const

  it('has another name for another key and another device', () => {
    const names = [
      cacheFileNameFor('A', 'S'),
      cacheFileNameFor('B', 'S'),
      cacheFileNameFor('A', 'T'),
    ]
    expect(new Set(names).size).toBe(3)
    expect(names[0]).toMatch(/^[\da-f]{40}\.json$/)
  })

  it('reads its own files and nothing else', () => {
    expect(parseCachedSession(JSON.stringify(session))).toEqual(session)
    const others = [
      '',
      '{',
      'null',
      '[]',
      '{"version":1}',
      JSON.stringify({ ...session, version: 2 }),
    ]
    for (const text of [undefined, ...others]) expect(parseCachedSession(text)).toBeUndefined()
  })

  it('counts what is left', () => {
    const now = Date.parse('2026-11-24T11:00:00Z')
    expect(timeLeft(session.expiration, now)).toBe(3_600_000)
    expect(timeLeft('nonsense', now)).toBe(0)
    expect(timeLeft(undefined, now)).toBe(0)
  })

  it('prints exactly what credential_process is to print', () => {
    expect(JSON.parse(credentialProcessJson(session))).toEqual({
      Version: 1,
      AccessKeyId: 'ASIA1',
      SecretAccessKey: 's',
      SessionToken: 't',
      Expiration: '2026-11-24T12:00:00Z',
    })
  })
})
