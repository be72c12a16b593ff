import { expect, it, test } from 'vitest'
import {
  inGroups,
  isDeviceName,
  otpauthUri,
  secondCodeProblem,
  userNameIn,
} from '../../src/mfa/enrolment.ts'

test.each([
  ['arn:aws:iam::123456789012:user/alice', 'alice'],
  ['arn:aws-cn:iam::123456789012:user/team/a/alice', 'alice'],
  ['arn:aws:iam::123456789012:root', undefined],
  ['arn:aws:sts::123456789012:assumed-role/x/y', undefined],
])('the user in %s is %s', (arn, name) => {
  expect(userNameIn(arn)).toBe(name)
})

it('writes what apps scan and people type', () => {
  expect(otpauthUri('a b', '123456789012', 'ABCD')).toBe(
    'otpauth://totp/a%20b@123456789012?secret=ABCD&issuer=Amazon%20Web%20Services',
  )
  expect(inGroups('ABCDEFGHIJ')).toBe('ABCD EFGH IJ')
})

it('tells a second code from the first', () => {
  expect(secondCodeProblem('123456', '123 456')).toContain('first code again')
  expect(secondCodeProblem('123456', '12345')).toContain('six digits')
  expect(secondCodeProblem('123456', '654321')).toBeUndefined()
})

test.each(['alice', 'a+b=c,d.e@f-g_h'])('a device may be called %s', (name) => {
  expect(isDeviceName(name)).toBe(true)
})
test.each(['', 'a b', 'a/b', 'x'.repeat(227)])('a device may not be called %j', (name) => {
  expect(isDeviceName(name)).toBe(false)
})
