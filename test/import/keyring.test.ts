/** Layouts of other tools whose long-term keys `keys store` has put into the keyring. */
import { expect, it, test } from 'vitest'
import { imported, LINE, said } from './scene.ts'

const MARKER = 'mfa_login_access_key_id = AKIAIOSFODNN7EXAMPLE\n'
const SESSION = 'aws_access_key_id = ASIA1\naws_secret_access_key = s\naws_session_token = t\n'

test.each([
  ['aws-vault', 'aws-vault export --format=json work'],
  ['granted', 'granted credential-process --profile work'],
  ['aws-runas', 'aws-runas -O json work'],
])('what %s served is taken over, and the marker moves as keys would', (tool, line) => {
  const config = `[profile work]\nregion = eu-west-1\ncredential_process = ${line}\n`
  const { after } = imported(tool, { config, credentials: `[work]\n${MARKER}` })
  expect(after.credentials.trim()).toBe(`[work-long-term]\n${MARKER}`.trim())
  expect(after.config).toBe(`[profile work]\nregion = eu-west-1\n${LINE('work')}\n`)
})

it('a session of aws-mfa becomes ours beside the marker', () => {
  const before = `[work-long-term]\n${MARKER}aws_mfa_device = arn:aws:iam::123456789012:mfa/alice\n\n[work]\n${SESSION}expiration = 2026-11-25 10:00:00\nassumed_role = False\n`
  const { after, findings } = imported('aws-mfa', { credentials: before })
  expect(after.credentials).toContain('x_security_token_expires = 2026-11-25T10:00:00Z')
  expect(after.credentials).toContain(`[work-long-term]\n${MARKER}`)
  expect(said(findings, 'work')).not.toContain('no long-term keys')
})

it('a role with the keys of its own profile gets that as its source', () => {
  const config = '[profile admin]\nrole_arn = arn:aws:iam::123456789012:role/admin\n'
  const { after } = imported('aws-vault', { config, credentials: `[admin]\n${MARKER}` })
  expect(after.config).toBe(`${config}source_profile = admin\n`)
  expect(after.credentials).toBe(`[admin]\n${MARKER}`)
})

it('a session of the AWS CLI over the marker is no reason to make new keys', () => {
  const config = '[profile work]\nmfa_serial = arn:aws:iam::123456789012:mfa/alice\n'
  const { findings, words } = imported('aws-cli', {
    config,
    credentials: `[work]\n${MARKER}${SESSION}`,
  })
  expect(words).toEqual([])
  expect(said(findings, 'work')).toContain('the keyring has the long-term keys')
  expect(said(findings, 'work')).not.toContain('are gone')
})
