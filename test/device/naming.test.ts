import { expect, it, test } from 'vitest'
import { userNameIn } from '../../src/aws/iam-api.ts'
import {
  deviceName,
  groupSeed,
  isDeviceName,
  nextName,
  otpauthUri,
} from '../../src/device/naming.ts'

test.each([
  ['arn:aws:iam::123456789012:user/alice', 'alice'],
  ['arn:aws-cn:iam::123456789012:user/team/a/alice', 'alice'],
  ['arn:aws:iam::123456789012:root', undefined],
  ['arn:aws:sts::123456789012:assumed-role/x/y', undefined],
])('the user in %s is %s', (arn, name) => {
  expect(userNameIn(arn)).toBe(name)
})

it('a seed is shown as a URI for apps and in groups for people', () => {
  expect(otpauthUri('a b', '123456789012', 'ABCD')).toBe(
    'otpauth://totp/a%20b@123456789012?secret=ABCD&issuer=Amazon%20Web%20Services',
  )
  expect(groupSeed('ABCDEFGHIJ')).toBe('ABCD EFGH IJ')
})

test.each([
  ['alice', [], 'alice-2'],
  ['alice', ['alice-2', 'alice-3'], 'alice-4'],
  ['alice-2', ['alice', 'alice-2'], 'alice-3'],
])('after %s, with %j taken, the next name is %s', (name, taken, next) => {
  expect(nextName(name, taken)).toBe(next)
})

test.each([
  ['arn:aws:iam::123456789012:mfa/alice', 'alice'],
  ['arn:aws:iam::123456789012:mfa/team/alice', 'alice'],
])('the name in %s is %s', (serial, name) => {
  expect(deviceName(serial)).toBe(name)
})

test.each(['alice', 'a+b=c,d.e@f-g_h'])('a device may be called %s', (name) => {
  expect(isDeviceName(name)).toBe(true)
})
test.each(['', 'a b', 'a/b', 'x'.repeat(227)])('a device may not be called %j', (name) => {
  expect(isDeviceName(name)).toBe(false)
})
