import { describe, expect, it, test } from 'vitest'
import { changed, codes, found, ownDevicesOn } from '../support/policies.ts'

describe('a finding about other users', () => {
  test.each([
    'user/${aws:username}*',
    'user/*${aws:username}',
    'user/${aws:username}?',
    'user/*',
    'user/team/*',
    'user/${aws:username}/*',
  ])('not-own-user is there for %s beside the own user', (resource) => {
    const findings = found(ownDevicesOn('user/${aws:username}', 'user/*/${aws:username}', resource))
    expect(findings.map(({ code }) => code)).toEqual(['not-own-user'])
    expect(findings[0]?.remedy).toContain(
      '["arn:aws:iam::*:user/${aws:username}", "arn:aws:iam::*:user/*/${aws:username}"]',
    )
  })

  it('not-own-user is not there for ChangePassword, which takes no user name', () => {
    const policy = changed('AllowOwnDevices', (each) => ({
      ...each,
      Action: ['iam:ChangePassword'],
      Resource: ['arn:aws:iam::*:user/*'],
    }))
    expect(codes(policy)).not.toContain('not-own-user')
  })
})
