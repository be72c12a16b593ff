/** The files as aws-mfa 0.0.12 wrote them against the local AWS, with examples for the keys. */
import { describe, expect, it, test } from 'vitest'
import { imported, keys, said } from './scene.ts'

const LONG_TERM = `${keys('work-long-term')}aws_mfa_device = arn:aws:iam::123456789012:mfa/alice\n\n`
const session = (end: string, role?: string): string =>
  `[work]\nassumed_role = ${role === undefined ? 'False' : 'True'}\n` +
  (role === undefined ? '' : `assumed_role_arn = ${role}\n`) +
  `aws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\naws_session_token = t\n` +
  `aws_security_token = t\nexpiration = ${end}\n\n`
const PAST = '2026-11-24 23:59:59'
const FUTURE = '2026-11-25 04:36:14'
const ROLE = 'arn:aws:iam::123456789012:role/admin'
const of = (credentials: string) => imported('aws-mfa', { credentials })

describe('aws-mfa', () => {
  it('leaves keys and device, and the session to mfa-login with its end', () => {
    const { findings, after } = of(LONG_TERM + session(FUTURE))
    expect(findings.map(({ profile }) => profile)).toEqual(['work', 'work'])
    expect(said(findings, 'work')).toContain('and aws_mfa_device of [work-long-term] are read')
    expect(after.credentials).toBe(
      `${LONG_TERM}[work]\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\n` +
        'aws_session_token = t\nx_security_token_expires = 2026-11-25T04:36:14Z\n\n',
    )
    expect(of(after.credentials).after).toEqual(after)
  })

  it.each([session(PAST), session(PAST, ROLE)])('takes an ended session out', (text) => {
    const { after, words } = of(LONG_TERM + text)
    expect(after.credentials.trim()).toBe(LONG_TERM.trim())
    expect(words).toEqual([expect.stringContaining('expired session')])
  })

  it('keeps what else is in the section', () => {
    const { after } = of(`${LONG_TERM}${session(PAST).trim()}\nregion = eu-west-1\n`)
    expect(after.credentials).toBe(`${LONG_TERM}[work]\nregion = eu-west-1\n`)
  })

  test.each<[string, string, string]>([
    [
      'the session of a role',
      LONG_TERM + session(FUTURE, ROLE),
      `for ${ROLE} stays until it expires`,
    ],
    ['an end that is none', LONG_TERM + session('soon'), 'its expiration cannot be read'],
    ['an impossible end', LONG_TERM + session('2026-13-45 00:00:00'), 'cannot be read'],
    ['a session without its keys', session(PAST), 'no long-term keys were found'],
  ])('leaves %s', (_, credentials, words) => {
    const { findings, after } = of(credentials)
    expect(after.credentials).toBe(credentials)
    expect(said(findings, 'work')).toContain(words)
  })

  it('says how a role becomes a profile', () => {
    const { findings } = of(`${LONG_TERM.trim()}\nassume_role = ${ROLE}\n`)
    expect(said(findings, 'work')).toContain(
      `aws configure set --profile work-role role_arn ${ROLE}, and aws configure set --profile work-role source_profile work`,
    )
  })

  it('finds keys under another suffix, and names the profile that reads them', () => {
    const { findings } = of(`${keys('work-keys')}aws_mfa_device = GAHT12345678\n`)
    expect(said(findings, 'work-keys')).toContain('mfa-login --profile work-keys')
  })

  it('leaves awsume’s sections beside such keys to awsume', () => {
    const credentials = `${LONG_TERM}${session(PAST).trim()}\nmanager = awsume\n`
    expect(of(credentials).after.credentials).toBe(credentials)
  })

  it('misses keys beside aws_mfa_device', () => {
    const { findings } = of('[work-long-term]\naws_mfa_device = GAHT12345678\n')
    expect(said(findings, 'work')).toContain('aws configure --profile work-long-term')
  })

  it('takes keys without a device for aws-mfa’s only beside its session', () => {
    expect(of(keys('work-long-term')).findings).toEqual([])
    expect(of(keys('work-long-term') + session(PAST)).findings).toHaveLength(2)
  })
})
