/** The files of aws-vault's USAGE.md, with whole account numbers. */
import { describe, expect, it, test } from 'vitest'
import { imported, keys, LINE, said } from './scene.ts'

const of = (config: string, credentials = '') => imported('aws-vault', { config, credentials })
const MFA = 'mfa_serial=arn:aws:iam::123456789012:mfa/johnsmith\n'
const MIXIN = `; The "common" profile here operates as a "config fragment" rather than a profile
[profile common]
region=eu-west-1
${MFA}source_profile = root

[profile root]
include_profile = common

[profile order-dev]
include_profile = common
role_arn=arn:aws:iam::123456789012:role/developers
`
const PARENT = `[profile root]
region=eu-west-1
${MFA}source_profile = root

[profile order-dev]
include_profile = root
role_arn=arn:aws:iam::123456789012:role/developers
`

describe('include_profile', () => {
  it('of a fragment is copied, the source only for a role', () => {
    const { after, findings } = of(MIXIN, keys('root'))
    expect(after.config).toBe(
      MIXIN.replace(
        '[profile root]\ninclude_profile = common\n',
        `[profile root]\ninclude_profile = common\nregion = eu-west-1\n${MFA.replace('=', ' = ')}`,
      ) + `region = eu-west-1\n${MFA.replace('=', ' = ')}source_profile = root\n`,
    )
    expect(said(findings, 'root')).toContain('region and mfa_serial, which it includes')
    expect(said(findings, 'order-dev')).toContain('→ mfa-login --profile order-dev')
    expect(said(findings, 'common')).toBe('')
    const alone = of(MIXIN.replace('source_profile = root\n', ''), keys('root'))
    expect(said(alone.findings, 'common')).toBe('')
  })

  it('of a parent is copied too', () => {
    const { after } = of(PARENT, keys('root'))
    expect(after.config).toBe(
      `${PARENT}region = eu-west-1\n${MFA.replace('=', ' = ')}source_profile = root\n`,
    )
  })

  it.each([MIXIN, PARENT])('is copied once', (config) => {
    const once = of(config, keys('root'))
    const twice = of(once.after.config, keys('root'))
    expect(twice.words).toEqual([])
    expect(said(twice.findings, 'order-dev')).toContain('is in the profile too')
  })

  it('and [default] end the chain, whose role is nobody else’s', () => {
    const config =
      '[default]\nregion = us-east-1\nmfa_serial = GAHT12345678\nrole_arn = r\nexternal_id = x\n' +
      '[profile a]\nmfa_process = pass otp a\ninclude_profile = c\n' +
      '[profile b]\ninclude_profile = a\nregion = eu-west-1\n[profile c]\ninclude_profile = b\n'
    const { after } = of(config, keys('b'))
    expect(after.config).toContain(
      '[profile b]\ninclude_profile = a\nregion = eu-west-1\nmfa_process = pass otp a\n',
    )
    const chained = of(config.replace('include_profile = c', ''), keys('b'))
    expect(chained.after.config).toContain(
      'region = eu-west-1\nmfa_serial = GAHT12345678\nmfa_process = pass otp a\n',
    )
    expect(chained.after.config.split('role_arn')).toHaveLength(2)
  })

  it('never shows mfa_process, which may hold a secret', () => {
    const { findings, words } = of(
      '[profile c]\nmfa_process = oathtool --totp S3CRET\n[profile work]\ninclude_profile = c\n',
      keys('work'),
    )
    expect(
      JSON.stringify([findings.map(({ message, next }) => [message, next]), words]),
    ).not.toContain('S3CRET')
    expect(words).toEqual(['config: the profile work gets mfa_process'])
  })

  it('was parent_profile', () => {
    const { after } = of(PARENT.replace('include_profile', 'parent_profile'), keys('root'))
    expect(after.config).toMatch(
      /role_arn=.*\nregion = eu-west-1\nmfa_serial = .*\nsource_profile = root\n$/,
    )
  })

  it('names the source of a role even beside keys of its own, unless that is itself', () => {
    const { after } = of(PARENT, keys('root') + keys('order-dev'))
    expect(after.config).toMatch(/source_profile = root\n$/)
    const self = of(PARENT.replace('source_profile = root', 'source_profile = order-dev'))
    expect(self.words).toEqual(['config: the profile order-dev gets region and mfa_serial'])
  })

  it('copies session tags and the source identity for a role', () => {
    const marks =
      'session_tags = team=core\ntransitive_session_tags = team\nsource_identity = alice\n'
    const { after } = of(PARENT.replace(MFA, `${MFA}${marks}`), keys('root'))
    expect(after.config.endsWith(marks)).toBe(true)
    expect(after.config.split('source_identity')).toHaveLength(3)
  })

  it('leaves duration_seconds to roles', () => {
    const common = '[profile c]\nduration_seconds = 3600\nregion = x\n'
    const user = of(`${common}[profile work]\ninclude_profile = c\n`, keys('work'))
    expect(user.words).toEqual(['config: the profile work gets region'])
  })

  it('does not bring back a role that setup hid', () => {
    const config = `[profile root]\nregion = eu-west-1\n${MFA}role_arn = r0\n[profile dev]\ninclude_profile = root\nregion = eu-west-1\n${MFA}mfa_login_role_arn = r\nmfa_login_source_profile = root\n${LINE('dev')}\n`
    expect(of(config, keys('root')).words.join()).not.toContain('profile dev')
  })

  it('leaves SSO alone', () => {
    const { findings, words } = of(
      `[profile c]\n${MFA}sso_start_url = u\n[profile work]\ninclude_profile = c\n`,
    )
    expect(words).toEqual([])
    expect(findings).toHaveLength(1)
    expect(said(findings, 'work')).toContain('by sso_start_url')
  })

  it('says where the keys are to come from', () => {
    const { findings } = of(PARENT)
    const how =
      'aws-vault exec --no-session root -- env, which shows the keys, and aws configure --profile root'
    expect(said(findings, 'order-dev')).toContain(how)
    expect(said(findings, 'root')).toContain(how)
  })

  it('leaves a profile that AWS tools would not read', () => {
    const { findings, words } = of(
      '[profile c]\nregion = x\n[profile "my#work"]\ninclude_profile = c\n',
      keys('my#work'),
    )
    expect(words).toEqual([])
    expect(said(findings, 'my#work')).toContain('characters that AWS tools do not read')
  })
})

describe('roles with the profile’s own keys', () => {
  const config = `[profile work]\n${MFA}role_arn = arn:aws:iam::123456789012:role/ReadOnly\n`
  it('get the profile itself as their source', () => {
    const { after, findings } = of(config, keys('work'))
    expect(after.config).toBe(`${config}source_profile = work\n`)
    expect(said(findings, 'work')).toContain('→ mfa-login --profile work')
    expect(of(after.config, keys('work')).findings).toEqual([])
  })

  it('wait for the keys', () => {
    const { words, findings } = of(config)
    expect(words).toEqual([])
    expect(said(findings, 'work')).toContain('aws configure --profile work')
  })
})

describe('credential_process = aws-vault', () => {
  test.each([
    'aws-vault export --format=json work',
    'aws-vault --prompt=osascript export --format json -d 1h work',
    '/usr/local/bin/aws-vault exec --no-session --json work',
    '"C:\\Program Files\\aws-vault.exe" exec -j work',
  ])('%s is replaced where the keys are in a file', (line) => {
    const config = `[profile work]\n${MFA}credential_process = ${line}\nregion = eu-west-1\n`
    const { after, findings, words } = of(config, keys('work'))
    expect(after.config).toBe(`[profile work]\n${MFA}${LINE('work')}\nregion = eu-west-1\n`)
    expect(after.credentials.trimStart()).toBe(keys('work-long-term'))
    expect(said(findings, 'work')).toContain('is replaced by mfa-login’s')
    expect(words).toContain(
      'credentials: the long-term keys of [work] (…MPLE) move to [work-long-term]',
    )
    expect(of(after.config, after.credentials).findings).toEqual([])
  })

  it('stays where they are not', () => {
    const { findings, words } = of(
      `[profile work]\n${MFA}credential_process = aws-vault export --format=json work\n`,
    )
    expect(words).toEqual([])
    expect(said(findings, 'work')).toContain('if aws-vault has them, only aws-vault can read them')
    expect(said(findings, 'work')).toContain('then mfa-login import --profile work')
    expect(findings).toHaveLength(1)
  })

  it('stays where it is for another profile', () => {
    const { findings, words } = of(
      '[profile work]\ncredential_process = aws-vault export --format=json jon\n',
      keys('work') + keys('jon'),
    )
    expect(words).toEqual([])
    expect(said(findings, 'work')).toContain('mfa-login setup --profile jon')
  })

  it('is replaced for a role too, which then is hidden from the SDKs', () => {
    const { after } = of(
      '[profile work]\nregion = x\n[profile dev]\nrole_arn = r\nsource_profile = work\ncredential_process = aws-vault exec -j dev\nregion = x\n',
      keys('work'),
    )
    expect(after.config).toContain('mfa_login_role_arn = r\nmfa_login_source_profile = work\n')
    expect(after.config).toContain(LINE('dev'))
    expect(after.credentials).toBe(keys('work'))
  })

  it('goes out of the credentials file', () => {
    const { after } = of('', `${keys('work')}credential_process = aws-vault exec -j work\n`)
    expect(after.credentials.trimStart()).toBe(keys('work-long-term'))
    expect(after.config).toBe(`[profile work]\n${LINE('work')}\n`)
  })

  it('goes out of a section that stays', () => {
    const line = 'credential_process = aws-vault exec -j work\n'
    const { after } = of('', `${keys('work')}region = eu-west-1\n${line}`)
    expect(after.credentials).toBe(`[work]\nregion = eu-west-1\n\n${keys('work-long-term')}`)
  })

  it('inherits from [default] what mfa-login then needs', () => {
    const { after } = of(
      '[default]\nregion = us-east-1\n[profile work]\ncredential_process = aws-vault exec -j work\n',
      keys('work'),
    )
    expect(after.config).toContain(`${LINE('work')}\nregion = us-east-1\n`)
  })
})

describe('keys in aws-vault alone', () => {
  it('are named by the profiles that need them, once', () => {
    const { findings } = of(
      `[profile tom]\n${MFA}[profile role1]\nsource_profile = tom\nrole_arn = r\n${MFA}`,
    )
    expect(findings.map(({ profile }) => profile)).toEqual(['tom'])
  })

  it.each([
    ['keys', `[profile tom]\n${MFA}`, keys('tom')],
    ['keys whose target is taken', `[profile tom]\n${MFA}`, keys('tom') + keys('tom-mfa')],
    ['a session', `[profile tom]\n${MFA}`, keys('tom', 't')],
    ['SSO', `[profile tom]\n${MFA}sso_session = s\n`, ''],
    ['another process', `[profile tom]\n${MFA}credential_process = /bin/other\n`, ''],
    ['nothing that says MFA', '[profile tom]\nregion = x\n', ''],
  ])('are not missed beside %s', (_, config, credentials) => {
    expect(of(config, credentials).findings).toEqual([])
  })
})
