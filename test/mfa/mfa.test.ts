import { describe, expect, it, test } from 'vitest'
import { regionFor } from '../../src/aws/partitions.ts'
import { accountOf, isRootDevice, isSerialNumber, usableDevices } from '../../src/mfa/serial.ts'
import {
  beginningOfCode,
  codeProblem,
  isTokenCode,
  normalizeCode,
  sentCode,
  untilNextCode,
  wasSent,
} from '../../src/mfa/token-code.ts'

const ARN = 'arn:aws:iam::123456789012:mfa/alice'
const FIDO = 'arn:aws:iam::123456789012:u2f/user/alice/key-ABC'

describe('serial numbers', () => {
  test.each([
    [ARN, true],
    ['GAHT12345678', true],
    ['short', false],
    ['has blanks in it', false],
    ['x'.repeat(257), false],
  ])('%s is valid: %s', (serial, expected) => {
    expect(isSerialNumber(serial)).toBe(expected)
  })

  test.each([
    [ARN, 'us-east-1'],
    ['arn:aws-cn:iam::123456789012:mfa/a', 'cn-north-1'],
    ['arn:aws-us-gov:iam::123456789012:mfa/a', 'us-gov-west-1'],
    ['GAHT12345678', 'us-east-1'],
  ])('%s belongs to the region %s', (serial, region) => {
    expect(regionFor(serial)).toBe(region)
  })

  it('contain the account, and the root user’s device has a name of its own', () => {
    expect(accountOf(ARN)).toBe('123456789012')
    expect(accountOf('GAHT12345678')).toBeUndefined()
    expect(isRootDevice('arn:aws:iam::123456789012:mfa/root-account-mfa-device')).toBe(true)
    expect(isRootDevice(ARN)).toBe(false)
  })

  it('are chosen among the devices that STS accepts', () => {
    expect(usableDevices([FIDO, ARN], 'work')).toEqual([ARN])
    expect(usableDevices([ARN, `${ARN}2`], 'work')).toEqual([ARN, `${ARN}2`])
    expect(() => usableDevices([FIDO], 'work')).toThrow('only security keys or passkeys')
    expect(() => usableDevices([], 'work')).toThrow('no MFA device')
  })
})

describe('token codes', () => {
  test.each([
    ['123456', '123456', true],
    [' 123 456\n', '123456', true],
    ['12345', '12345', false],
    ['1234567', '1234567', false],
    ['12a456', '12a456', false],
    ['12 34 56', '123456', true],
    ['123-456', '123456', true],
    ['123\u2011456', '123456', true],
    ['123\u2013456', '123456', true],
    ['123\u2212456', '123456', true],
    ['123\u00A0456', '123456', true],
    ['123\u3000456', '123456', true],
    ['\u200B123\u2009456\uFEFF', '123456', true],
    ['\t123456\r\n', '123456', true],
    ['\uFF11\uFF12\uFF13 \uFF14\uFF15\uFF16', '123456', true],
    ['', '', false],
    ['123456 123456', '123456123456', false],
  ])('%j is normalized to %j, a code: %s', (text, code, isCode) => {
    expect(normalizeCode(text)).toBe(code)
    expect(isTokenCode(normalizeCode(text))).toBe(isCode)
  })

  test.each([
    ['12345', 'A code has six digits. This has 5.'],
    ['12O456', 'A code has six digits. This has "O" in it.'],
    ['12OlO6', 'A code has six digits. This has "O", "l" in it.'],
    ['password', 'A code has six digits. This has "p", "a", "s" and more in it.'],
    [' ', 'A code has six digits.'],
    ['\uFF11\uFF12\uFF13456', undefined],
  ])('%j is answered with what was seen: %j', (text, problem) => {
    expect(codeProblem(text)).toBe(problem)
  })

  test.each([
    ['123', false, '123', false],
    ['12 34-', true, '1234', false],
    ['123 456', true, '123456', true],
    ['123456', false, '123456', false],
    ['1234567', true, '', false],
    ['12a', true, '', false],
    ['', true, '', false],
  ])(
    '%j typed before the question, with Enter: %j, becomes %j',
    (text, isEntered, ...beginning) => {
      expect(Object.values(beginningOfCode({ text, isEntered }))).toEqual(beginning)
    },
  )

  it('change every 30 seconds', () => {
    expect(untilNextCode(0)).toBe(30_000)
    expect(untilNextCode(29_999)).toBe(1)
  })

  it('count as sent while AWS may accept them, for their device only', () => {
    const note = sentCode(ARN, '123456', 1_000_000)
    expect(wasSent(note, ARN, '123456', 1_010_000)).toBe(true)
    expect(wasSent(note, ARN, '123457', 1_010_000)).toBe(false)
    expect(wasSent(note, FIDO, '123456', 1_010_000)).toBe(false)
    expect(wasSent(note, ARN, '123456', 1_100_000)).toBe(false)
    expect(wasSent(undefined, ARN, '123456', 1_000_000)).toBe(false)
  })
})
