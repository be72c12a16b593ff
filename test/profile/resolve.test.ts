import { describe, expect, it, test } from 'vitest'
import { Failure } from '../../src/failure.ts'
import { parseIni } from '../../src/profile/ini/ini-file.ts'
import { requestedProfile, resolveSource, type ProfileRequest } from '../../src/profile/resolve.ts'

const KEYS = 'aws_access_key_id = AKIA1\naws_secret_access_key = s\n'
const SESSION = 'aws_access_key_id = ASIA1\naws_secret_access_key = s\naws_session_token = t\n'
const ENV = { AWS_ACCESS_KEY_ID: 'AKIAENV', AWS_SECRET_ACCESS_KEY: 's' }

function resolve(
  credentials: string,
  ask: ProfileRequest,
  env: Record<string, string> = {},
  config = '',
) {
  const files = { credentials: parseIni(credentials), config: parseIni(config) }
  return resolveSource(files, env, ask)
}

describe('where the keys are and the session goes', () => {
  test.each<[string, string, ProfileRequest, string | undefined, string]>([
    ['[P]', `[work]\n${KEYS}`, { profile: 'work' }, 'work', 'work-mfa'],
    ['[P-long-term]', `[work-long-term]\n${KEYS}`, { profile: 'work' }, 'work-long-term', 'work'],
    [
      'beside an old session',
      `[work-long-term]\n${KEYS}[work]\n${SESSION}`,
      { profile: 'work' },
      'work-long-term',
      'work',
    ],
    ['asked for the session', `[work]\n${KEYS}`, { profile: 'work-mfa' }, 'work', 'work-mfa'],
    [
      'asked for the keys',
      `[w-long-term]\n${KEYS}`,
      { profile: 'w-long-term' },
      'w-long-term',
      'w',
    ],
    ['--to', `[work]\n${KEYS}`, { profile: 'work', to: 'x' }, 'work', 'x'],
    ['default', `[default]\n${KEYS}`, {}, 'default', 'default-mfa'],
  ])('%s', (_, credentials, ask, keysProfile, target) => {
    expect(resolve(credentials, ask)).toMatchObject({ keysProfile, target, accessKeyId: 'AKIA1' })
  })

  it('takes [P] where [P-long-term] holds the same keys, as an interrupted setup may leave them', () => {
    const credentials = `[w]\n${KEYS}[w-long-term]\n${KEYS}`
    for (const profile of ['w', 'w-long-term']) {
      expect(resolve(credentials, { profile })).toMatchObject({ keysProfile: 'w', target: 'w-mfa' })
    }
  })

  it('takes keys from the config file and the environment', () => {
    expect(resolve('', { profile: 'w' }, {}, `[profile w]\n${KEYS}`).keysFile).toBe('config')
    const source = resolve('', { profile: 'w' }, ENV)
    expect(source).toMatchObject({
      keysFile: 'environment',
      accessKeyId: 'AKIAENV',
      target: 'w-mfa',
    })
  })

  it('knows keys of the environment by the name of their session, and its settings', () => {
    const config = '[profile w]\nmfa_serial = arn:aws:iam::123456789012:mfa/w\n'
    expect(resolve(`[w-mfa]\n${SESSION}`, { profile: 'w-mfa' }, ENV, config)).toMatchObject({
      keysFile: 'environment',
      target: 'w-mfa',
      serialNumber: 'arn:aws:iam::123456789012:mfa/w',
    })
  })

  test.each<[string, string, ProfileRequest, Record<string, string>, string]>([
    ['no keys', '', { profile: 'w' }, {}, 'There are no long-term keys for the profile w'],
    ['only a session', `[w]\n${SESSION}`, { profile: 'w' }, {}, 'has no long-term keys'],
    [
      'only a session with the token as boto called it',
      `[w]\n${SESSION.replace('session_token', 'security_token')}`,
      { profile: 'w' },
      {},
      'has no long-term keys',
    ],
    [
      'a session in the environment',
      '',
      { profile: 'w' },
      { ...ENV, AWS_SESSION_TOKEN: 't' },
      'no long-term',
    ],
    [
      'a target with long-term keys',
      `[w]\n${KEYS}[w-mfa]\n${KEYS}`,
      { profile: 'w' },
      {},
      'holds long-term keys',
    ],
    [
      'two keys for one profile',
      `[w]\n${KEYS}[w-long-term]\n${KEYS.replaceAll('1', '2')}`,
      { profile: 'w' },
      {},
      '[w] and [w-long-term] hold two long-term keys, …KIA1 and …KIA2',
    ],
    ['--to long-term keys', `[w]\n${KEYS}`, { profile: 'w', to: 'w' }, {}, 'holds long-term keys'],
    ['a bad name', '', { profile: 'a  b' }, {}, 'characters that AWS tools do not read'],
  ])('refuses: %s', (_, credentials, ask, env, message) => {
    expect(() => resolve(credentials, ask, env)).toThrow(Failure)
    expect(() => resolve(credentials, ask, env)).toThrow(message)
  })
})

describe('the serial number', () => {
  test.each([
    [
      'mfa_serial',
      '[profile w]\nmfa_serial = S1\naws_mfa_device = S2\n',
      { AWS_MFA_SERIAL: 'S3' },
      'S1',
    ],
    ['aws_mfa_device', '[profile w]\naws_mfa_device = S2\n', { AWS_MFA_SERIAL: 'S3' }, 'S2'],
    ['AWS_MFA_SERIAL', '', { AWS_MFA_SERIAL: 'S3' }, 'S3'],
    ['nothing', '', {}, undefined],
  ])('from %s', (_, config, env, serial) => {
    const found = resolve(`[w]\n${KEYS}`, { profile: 'w' }, env, config)
    expect(found.serialNumber).toBe(serial)
  })
})

test.each([
  [undefined, {}, 'default'],
  [undefined, { AWS_DEFAULT_PROFILE: 'b' }, 'b'],
  [undefined, { AWS_PROFILE: 'a', AWS_DEFAULT_PROFILE: 'b' }, 'a'],
  ['c', { AWS_PROFILE: 'a' }, 'c'],
])('--profile %s with %j is %s', (asked, env, expected) => {
  expect(requestedProfile(asked, env)).toBe(expected)
})
