/** awsume, the AWS CLI, vegas-credentials, granted and aws-runas, in the layouts their sources say. */
import { describe, expect, it, test } from 'vitest'
import { TOOLS } from '../../src/import/tools.ts'
import { imported, keys, LINE, said } from './scene.ts'

const CONFIG = `[profile dev]
region = us-east-1
mfa_serial = arn:aws:iam::000000000000:mfa/devuser

[profile myrole]
region = us-east-1
source_profile = dev
role_arn = arn:aws:iam::111111111111:role/myrole
`

describe('awsume', () => {
  const managed = (name: string, rest: string): string =>
    `[${name}]\nmanager = awsume\naws_access_key_id = ASIA1\naws_secret_access_key = s\naws_session_token = t\nregion = us-east-1\n${rest}`
  const credentials =
    keys('dev') +
    managed('out', 'expiration = 2026-11-24 10:00:00\n') +
    managed(
      'autoawsume-myrole',
      'autoawsume = true\nexpiration = 2026-11-24 10:00:00\nsource_expiration = 2026-11-25 10:00:00\nawsumepy_command = myrole -a\n',
    )

  it('keeps what it manages, and its own layout is AWS’s', () => {
    const { findings, words } = imported(undefined, { config: CONFIG, credentials })
    expect(words).toEqual([])
    expect([...new Set(findings.map(({ tool }) => tool))]).toEqual(['awsume'])
    expect(said(findings, 'out')).toContain('awsume --clean')
    expect(said(findings, 'autoawsume-myrole')).toContain('autoawsume renews this profile')
    expect(said(findings, 'dev')).toContain('mfa-login --profile dev')
    expect(said(findings, 'myrole')).toContain('mfa-login --profile myrole')
  })

  it('is told apart from AWS’s layout only when asked', () => {
    const plain = { config: CONFIG, credentials: keys('dev') }
    expect(imported(undefined, plain).findings).toEqual([])
    expect(imported('awsume', plain).findings.map(({ profile }) => profile)).toEqual([
      'dev',
      'myrole',
    ])
  })

  it('keeps SAML', () => {
    const config = '[profile saml]\nrole_arn = r\nprincipal_arn = p\n'
    expect(said(imported('awsume', { config }).findings, 'saml')).toContain('SAML')
  })
})

describe('aws configure mfa-login', () => {
  const MFA = 'mfa_serial = arn:aws:iam::123456789012:mfa/alice\n'
  const cases: [string, string, string, string, string][] = [
    [
      'work beside work-long-term',
      'work',
      keys('work-long-term') + keys('work', 't'),
      '',
      'renews it in the same place',
    ],
    [
      'work-mfa beside work',
      'work-mfa',
      keys('work') + keys('work-mfa', 't'),
      '',
      'renews it in the same place',
    ],
    [
      'the generated name of a device',
      '123456789012-alice',
      keys('work') + keys('123456789012-alice', 't'),
      `[profile work]\n${MFA}`,
      'mfa-login --profile work --to 123456789012-alice',
    ],
    [
      'the generated name of a serial',
      'session-GAHT12345678',
      keys('work') + keys('session-GAHT12345678', 't'),
      '[profile work]\nmfa_serial = GAHT12345678\n',
      'mfa-login --profile work --to session-GAHT12345678',
    ],
    [
      'overwritten keys',
      'work',
      keys('work', 't'),
      `[profile work]\n${MFA}`,
      'aws configure --profile work-long-term',
    ],
    ['a name of nobody', '123456789012-bob', keys('123456789012-bob', 't'), '', 'is not known'],
  ]
  test.each(cases)('%s', (_, profile, credentials, config, words) => {
    const { findings, after } = imported(undefined, { config, credentials })
    expect(after).toEqual({ config, credentials })
    expect(findings.map(({ tool }) => tool)).toEqual(['aws-cli'])
    expect(said(findings, profile)).toContain(words)
  })

  it.each([
    'expiration = 2026-11-25 10:00:00',
    'x_security_token_expires = 2026-11-25T10:00:00Z',
    'manager = x',
  ])('is not who wrote %s', (line) => {
    const credentials = `${keys('session-1', 't')}${line}\n`
    expect(imported('aws-cli', { credentials }).findings).toEqual([])
  })

  it('may have written any session, when asked', () => {
    const credentials = keys('mytemp', 't')
    expect(imported(undefined, { credentials }).findings).toEqual([])
    expect(imported('aws-cli', { credentials }).findings).toHaveLength(1)
  })
})

describe('vegas-credentials', () => {
  const config = `[default]
mfa_serial = arn:aws:iam::111111111111:mfa/FrankSinatra
vegas_yubikey_serial = 12345678

[profile frank@concerts]
credential_process = vegas-credentials assume --profile=frank@concerts
vegas_role_arn=arn:aws:iam::222222222222:role/SingerRole
vegas_source_profile=default
region = us-west-1
duration_seconds = 4383
`
  it('hands its role over', () => {
    const { after, findings, words } = imported(undefined, { config, credentials: keys('default') })
    expect(after.config).toContain(`[profile frank@concerts]\n${LINE('frank@concerts')}\nregion`)
    expect(after.config).toContain(
      'mfa_login_role_arn = arn:aws:iam::222222222222:role/SingerRole\nmfa_login_source_profile = default\n',
    )
    expect(after.config).not.toMatch(/vegas_role|vegas_source/)
    expect(after.config).toContain('duration_seconds = 4383')
    expect(after.credentials).toBe(keys('default'))
    expect(words[0]).toContain('vegas_role_arn becomes role_arn')
    expect(after.config).toContain(
      'ykman_oath_credential_name = arn:aws:iam::111111111111:mfa/FrankSinatra\n',
    )
    expect(said(findings, 'default')).toContain('YKMAN_OATH_DEVICE_SERIAL')
    expect(imported(undefined, after).findings).toEqual([])
  })

  it.each([
    ['vegas_yubikey_label = Vegas', 'ykman_oath_credential_name = Vegas'],
    ['mfa_process = pass otp aws', undefined],
    ['ykman_oath_credential_name = mine', undefined],
  ])('asks the YubiKey for the account that %s says', (line, added) => {
    const key = `[default]\nmfa_serial = GAHT12345678\nvegas_yubikey_serial = 1\n${line}\n`
    const { after } = imported(undefined, { config: key, credentials: keys('default') })
    expect(after.config).toBe(added === undefined ? key : `${key}${added}\n`)
  })

  it('keeps it where the keys are not in a file, or the role is not told', () => {
    const without = imported(undefined, { config })
    expect(without.after.config).toContain('vegas_role_arn')
    expect(said(without.findings, 'frank@concerts')).toContain('stays: The profile default has no')
    const half = config.replace(/vegas_role_arn=.*\n/, '')
    const { findings, words } = imported(undefined, { config: half, credentials: keys('default') })
    expect(words).toEqual([expect.stringContaining('ykman')])
    expect(said(findings, 'frank@concerts')).toContain('lacks vegas_role_arn')
  })
})

describe('granted', () => {
  const line = (rest: string): string =>
    `[profile my-profile]\ncredential_process = granted credential-process --profile=${rest}\n`

  it('is replaced where the keys are in a file', () => {
    const { after } = imported(undefined, {
      config: line('my-profile'),
      credentials: keys('my-profile-long-term'),
    })
    expect(after.config).toBe(`[profile my-profile]\n${LINE('my-profile')}\n`)
  })

  test.each([
    ['has the keys', line('my-profile'), 'granted credentials export-plaintext my-profile'],
    ['is asked for another', line('other'), 'mfa-login setup --profile other'],
    ['does SSO', `${line('my-profile')}granted_sso_start_url = u\n`, 'by SSO'],
  ])('stays where it %s', (_, config, words) => {
    const { findings, after } = imported(undefined, { config })
    expect(after.config).toBe(config)
    expect(said(findings, 'my-profile')).toContain(words)
  })
})

describe('aws-runas', () => {
  const line = 'credential_process = aws-runas -O json my-role\n'
  const role = `[profile my-role]\nrole_arn = arn:aws:iam::012345678901:role/my-role\nsource_profile = default\n${line}`

  it('is replaced where the keys are in a file', () => {
    const { after } = imported(undefined, { config: role, credentials: keys('default') })
    expect(after.config).toContain(LINE('my-role'))
    expect(after.config).toContain('mfa_login_role_arn = arn:aws:iam::012345678901:role/my-role')
  })

  test.each([
    ['no file has the keys', role, 'aws configure --profile default'],
    [
      'the login is SAML',
      `[default]\nsaml_auth_url = https://example.org\n${role}`,
      'by saml_auth_url',
    ],
    [
      'it is asked for another',
      `[profile other]\nregion = x\n${role.replace('json my-role', 'json other')}`,
      'setup --profile other',
    ],
  ])('stays where %s', (_, config, words) => {
    const { findings, after } = imported(undefined, { config })
    expect(after.config).toBe(config)
    expect(said(findings, 'my-role')).toContain(words)
  })

  it('has settings and sessions of its own', () => {
    const { findings } = imported(undefined, {
      config: '[profile dev]\nsession_token_duration = 8h\nmfa_type = push\n',
      credentials: keys('dev') + keys('dev-awsrunas', 't'),
    })
    expect(said(findings, 'dev')).toContain('mfa_type and session_token_duration are not read')
    expect(said(findings, 'dev')).toContain('[dev-awsrunas] is a session')
  })
})

it('nothing of ours or of AWS’s own is taken for another tool’s', () => {
  const config = `[default]\nregion = x\n[profile work]\n${LINE('work')}\nmfa_serial = GAHT12345678\n[profile role]\nrole_arn = r\nsource_profile = work\n[sso-session s]\nsso_start_url = u\n`
  const credentials = `${keys('work-long-term')}${keys('home')}${keys('home-mfa', 't')}x_security_token_expires = 2026-11-25T10:00:00Z\n`
  expect(imported(undefined, { config, credentials }).findings).toEqual([])
  expect(TOOLS).toHaveLength(7)
})
