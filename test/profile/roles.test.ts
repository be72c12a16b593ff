import { readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { Failure } from '../../src/failure.ts'
import { parseIni } from '../../src/profile/ini/ini-file.ts'
import { findSource, resolveSource } from '../../src/profile/resolve.ts'
import { roleChain } from '../../src/profile/roles.ts'
import { renameRoleKeys } from '../../src/profile/setup/role-keys.ts'

const KEYS = 'aws_access_key_id = AKIA1\naws_secret_access_key = s\n'
const WORK = `[work]\n${KEYS}`
const arn = (name: string) => `arn:aws:iam::111122223333:role/${name}`

function files(config: string, credentials = WORK) {
  return { config: parseIni(config), credentials: parseIni(credentials) }
}

const role = (name: string, source: string, more = '') =>
  `[profile ${name}]\nrole_arn = ${arn(name)}\nsource_profile = ${source}\n${more}`

describe('what a role inherits', () => {
  const doc = readFileSync(new URL('../../docs/roles.md', import.meta.url), 'utf8')
  const [, list = ''] = /down the chain:\n\n([^]*?)\n\n/.exec(doc) ?? []
  const inherited = Array.from(list.matchAll(/`(\w+)`/g), ([, key = '']) => key)
  const [, table = ''] = /\| Key [^]*?\n(\| `role_arn[^]*?)\n\n/.exec(doc) ?? []
  const own = Array.from(table.matchAll(/^\| `(\w+)`/gm), ([, key = '']) => key)

  it('is what docs/roles.md lists', () => {
    expect(inherited).toHaveLength(13)
    const given = inherited.map((key) => `${key} = of-work\n`).join('')
    const config = `[profile work]\n${given}` + role('near', 'work')
    const source = resolveSource(files(config), {}, { profile: 'near' })
    expect(inherited.map((key) => source.setting(key))).toEqual(inherited.map(() => 'of-work'))
    expect(source.serialNumber).toBe('of-work')
  })

  it('is nothing of what belongs to a role, as docs/roles.md lists it', () => {
    const keys = own.filter(
      (key) => !/^(role_arn|source_profile|credential_source|mfa_serial)$/.test(key),
    )
    expect(keys).toHaveLength(6)
    const given = keys.map((key) => `${key} = of-near\n`).join('')
    const config = role('far', 'near') + role('near', 'work', given)
    const { roles } = resolveSource(files(config), {}, { profile: 'far' })
    expect(Object.values(roles[0]!).filter((value) => value === 'of-near')).toHaveLength(5)
    expect(roles[0]!.duration?.value).toBe('of-near')
    expect(Object.values(roles[1]!).filter((value) => value !== undefined)).toHaveLength(2)
  })
})

describe('the chain of roles', () => {
  it('goes from the keys to the asked profile', () => {
    const { roles, start } = roleChain(files(role('far', 'near') + role('near', 'work')), 'far')
    expect(roles.map((each) => each.arn)).toEqual([arn('near'), arn('far')])
    expect(start).toBe('work')
  })

  it('knows external ID, session name and duration of each', () => {
    const more = 'external_id = x-1\nrole_session_name = me\nduration_seconds = 7200\n'
    const { roles } = roleChain(files(role('near', 'work', more)), 'near')
    expect(roles).toEqual([
      {
        profile: 'near',
        arn: arn('near'),
        externalId: 'x-1',
        sessionName: 'me',
        duration: { value: '7200', from: 'duration_seconds' },
      },
    ])
  })

  it('reads our names of the keys as well', () => {
    const config = `[profile near]\nmfa_login_role_arn = ${arn('near')}\nmfa_login_source_profile = work\n`
    expect(roleChain(files(config), 'near')).toMatchObject({ start: 'work' })
  })

  it('stops at a profile of its own keys, whatever role it has', () => {
    const config = role('far', 'work') + role('work', 'other')
    expect(roleChain(files(config), 'far').roles).toHaveLength(1)
    expect(roleChain(files(role('work', 'work')), 'work').start).toBe('work')
  })

  test.each<[string, string, string]>([
    ['a circle', role('a', 'b') + role('b', 'c') + role('c', 'a'), 'a → b → c → a'],
    ['no source', `[profile a]\nrole_arn = ${arn('a')}\n`, 'no source_profile'],
    [
      'an instance',
      `[profile a]\nrole_arn = ${arn('a')}\ncredential_source = Ec2InstanceMetadata\n`,
      'Ec2InstanceMetadata',
    ],
    [
      'a web identity',
      `[profile a]\nrole_arn = ${arn('a')}\nweb_identity_token_file = /t\n`,
      'web_identity_token_file',
    ],
  ])('refuses %s', (_, config, words) => {
    expect(() => roleChain(files(config), 'a')).toThrow(Failure)
    expect(() => roleChain(files(config), 'a')).toThrow(words)
  })
})

describe('a profile with a role', () => {
  const resolve = (config: string, profile: string, env = {}, credentials = WORK) =>
    resolveSource(files(config, credentials), env, { profile })

  it('takes the keys of its source and has a target of its own', () => {
    const source = resolve(role('admin', 'work'), 'admin')
    expect(source).toMatchObject({
      profile: 'admin',
      keysProfile: 'work',
      target: 'admin-mfa',
      user: { profile: 'work' },
    })
  })

  it('is found again under the name of its session', () => {
    const source = resolve(role('admin', 'work'), 'admin-mfa')
    expect(source).toMatchObject({ profile: 'admin', target: 'admin-mfa' })
    expect(source.roles).toHaveLength(1)
  })

  it('inherits serial number and settings, and its own count more', () => {
    const work = '[profile work]\nmfa_serial = GAHT11111111\nregion = eu-west-1\n'
    const inherits = resolve(role('admin', 'work') + work, 'admin')
    expect(inherits.serialNumber).toBe('GAHT11111111')
    expect(inherits.setting('region')).toBe('eu-west-1')
    const own = 'mfa_serial = GAHT22222222\nregion = us-east-2\n'
    const has = resolve(role('admin', 'work', own) + work, 'admin')
    expect(has.serialNumber).toBe('GAHT22222222')
    expect(has.setting('region')).toBe('us-east-2')
  })

  it('keeps the length of a role from the MFA session', () => {
    const source = resolve(role('admin', 'work', 'duration_seconds = 900\n'), 'admin')
    expect(source.user.setting('duration_seconds')).toBeUndefined()
  })

  it('takes keys of the environment only where the profile says so', () => {
    const env = { AWS_ACCESS_KEY_ID: 'AKIAENV', AWS_SECRET_ACCESS_KEY: 's' }
    expect(() => resolve(role('admin', 'gone'), 'admin', env)).toThrow(
      'There is no profile gone, with which admin assumes its role',
    )
    const config = `[profile admin]\nrole_arn = ${arn('x')}\ncredential_source = Environment\n`
    expect(resolve(config, 'admin', env).accessKeyId).toBe('AKIAENV')
    expect(() => resolve(config, 'admin')).toThrow('keys from the environment')
  })

  it('is not mistaken for keys that have the suffix', () => {
    const source = findSource(
      files(role('admin', 'work'), `${WORK}[admin-mfa-long-term]\n${KEYS}`),
      {},
      { profile: 'admin-mfa' },
    )
    expect(source).toMatchObject({ keysProfile: 'admin-mfa-long-term', roles: [] })
  })
})

it('hides the role from the SDKs, and shows it again', () => {
  const before = files(role('admin', 'work', 'external_id = x\n'))
  const [hiding] = renameRoleKeys(before, 'admin', 'hide')
  const ours = { mfa_login_role_arn: arn('admin'), mfa_login_source_profile: 'work' }
  const theirs = { role_arn: arn('admin'), source_profile: 'work' }
  expect(hiding).toMatchObject({ kind: 'config', edit: { profile: 'admin', change: ours } })
  expect(hiding?.edit.change).toHaveProperty('role_arn', undefined)
  const after = files(
    '[profile admin]\n' +
      Object.entries(ours)
        .map(([key, value]) => `${key} = ${value}\n`)
        .join(''),
  )
  const [showing] = renameRoleKeys(after, 'admin', 'show')
  expect(showing?.edit).toMatchObject({ change: theirs })
})
