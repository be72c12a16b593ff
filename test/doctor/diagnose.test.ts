import { readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { diagnose } from '../../src/doctor/diagnose.ts'
import type { FindingCode } from '../../src/doctor/finding.ts'
import { wordsFor } from '../../src/doctor/words.ts'
import { Failure } from '../../src/failure.ts'
import {
  cachedUntil,
  facts,
  FIDO,
  key,
  KEYS,
  LINE,
  refused,
  SERIAL,
  SESSION,
  session,
  type Parts,
} from './facts.ts'

const MINUTE = 60_000
const CONFIG = `[profile work]\nregion = x\nmfa_serial = ${SERIAL}\n`
const ENV_KEYS = { AWS_ACCESS_KEY_ID: 'AKIA9', AWS_SECRET_ACCESS_KEY: 'secret-9' }
const BARE = { devices: refused('InvalidClientTokenId', 'No.', 403) }
const noKeysInFiles = { credentials: '', config: CONFIG }

interface Case {
  readonly has: Parts
  /** Close to it, and without this finding. */
  readonly hasNot: Parts
  readonly severity?: 'warning'
  readonly remedy?: string
}

const CASES: Readonly<Record<FindingCode, Case>> = {
  'file-unreadable': {
    has: { unreadable: [{ message: 'Cannot use /h/config.', remedy: 'ls' }] },
    hasNot: {},
    remedy: 'ls',
  },
  'file-damaged': {
    has: { config: `${CONFIG}region = y\n` },
    hasNot: { config: `${CONFIG}[profile x]\nregion = y\n` },
    remedy: 'edit line 4 of /h/config',
  },
  'file-mode': {
    has: { modes: [{ path: "/h/it's", kind: 'cache', mode: 0o620 }] },
    hasNot: {
      modes: [
        { path: '/h/config', kind: 'config', mode: 0o644 },
        { path: '/h/credentials', kind: 'credentials', mode: 0o600 },
      ],
    },
    severity: 'warning',
    remedy: String.raw`chmod 600 '/h/it'\''s'`,
  },
  'profile-missing': {
    has: { profile: 'other' },
    hasNot: { credentials: `[work-long-term]\n${KEYS}`, config: '' },
    remedy: 'aws configure --profile other',
  },
  'static-keys-beside-process': {
    has: { config: `${CONFIG}${LINE}\n` },
    hasNot: { config: `${CONFIG}${LINE}\n`, credentials: `[work-long-term]\n${KEYS}` },
    remedy: 'mfa-login setup --profile work',
  },
  'process-missing': {
    has: { missingPrograms: ['/x/mfa-login.js'] },
    hasNot: {},
    remedy: 'mfa-login setup --profile work',
  },
  'target-taken': {
    has: { credentials: `[work]\n${KEYS}[work-mfa]\n${KEYS}` },
    hasNot: { config: `${CONFIG}[profile work-mfa]\n${LINE}\n` },
    remedy: 'mfa-login --profile work --to ANOTHER-NAME',
  },
  'no-region': {
    has: { config: `[profile work]\nmfa_serial = ${SERIAL}\n` },
    hasNot: { config: '[profile work]\noutput = x\n', env: { AWS_DEFAULT_REGION: 'x' } },
    severity: 'warning',
    remedy: 'aws configure set region us-east-1 --profile work',
  },
  'profiles-differ': {
    has: { env: { AWS_PROFILE: 'work', AWS_DEFAULT_PROFILE: 'x' } },
    hasNot: { env: { AWS_DEFAULT_PROFILE: 'work' } },
    severity: 'warning',
    remedy: 'unset AWS_DEFAULT_PROFILE',
  },
  'environment-keys': {
    has: { env: ENV_KEYS },
    hasNot: { env: ENV_KEYS, ...noKeysInFiles },
    remedy: 'unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY',
  },
  unreachable: {
    has: { calls: { key: key({ identity: refused('ECONNREFUSED') }), clockOffset: undefined } },
    hasNot: { calls: { key: key({ identity: refused('CERT_HAS_EXPIRED') }) } },
    remedy: 'check the network',
  },
  'untrusted-certificate': {
    has: { calls: { key: key({ identity: refused('DEPTH_ZERO_SELF_SIGNED_CERT') }) } },
    hasNot: { calls: { key: key({ identity: refused('ENOTFOUND') }) } },
  },
  'not-aws': {
    has: { calls: { key: key({ identity: refused('NotAws', 'A page.', 200) }) } },
    hasNot: { calls: { key: key({ identity: refused('Throttling', 'Slow.', 400) }) } },
  },
  'aws-refused': {
    has: { calls: { key: key({ identity: refused('AccessDenied', 'By an SCP.', 403) }) } },
    hasNot: { calls: { key: key({ devices: refused('AccessDenied', 'No.', 403) }) } },
  },
  'clock-skew': {
    has: { calls: { clockOffset: -2 * MINUTE } },
    hasNot: { calls: { clockOffset: 1.9 * MINUTE } },
    severity: 'warning',
    remedy: 'sudo timedatectl set-ntp true',
  },
  'role-source': {
    has: { config: `${CONFIG}role_arn = x\n`, credentials: '' },
    hasNot: { config: `${CONFIG}role_arn = x\nsource_profile = work\n` },
    remedy: 'aws configure set source_profile NAME --profile work',
  },
  'no-keys': {
    has: { ...noKeysInFiles, calls: { key: undefined, sessions: [] } },
    hasNot: { ...noKeysInFiles, calls: { key: undefined, sessions: [session()] } },
    remedy: 'aws configure --profile work',
  },
  'keyring-silent': {
    has: { calls: { keyring: new Failure('files', 'It is locked.', 'unlock it') } },
    hasNot: {},
    remedy: 'unlock it',
  },
  'key-unknown': {
    has: { calls: { key: key({ identity: refused('InvalidClientTokenId', 'No.', 403) }) } },
    hasNot: { calls: { sessions: [session(BARE)] } },
    remedy: 'aws configure --profile work',
  },
  'secret-wrong': {
    has: { calls: { key: key({ identity: refused('SignatureDoesNotMatch', 'No.', 403) }) } },
    hasNot: {
      calls: {
        key: key({ identity: refused('SignatureDoesNotMatch', 'Signature expired: …', 403) }),
      },
    },
    remedy: 'aws configure --profile work',
  },
  'no-device': {
    has: { calls: { key: key({ devices: { value: [] } }) } },
    hasNot: { calls: { key: key({ devices: { value: [FIDO] } }) } },
    remedy: 'mfa-login device enroll --profile work',
  },
  'only-security-keys': {
    has: { calls: { key: key({ devices: { value: [FIDO] } }) } },
    hasNot: { calls: { key: key({ devices: { value: [FIDO, SERIAL] } }) } },
  },
  'devices-hidden': {
    has: {
      config: '[profile work]\nregion = x\n',
      calls: { key: key({ devices: refused('AccessDenied', 'No.', 403) }), sessions: [] },
    },
    hasNot: { calls: { key: key({ devices: refused('AccessDenied', 'No.', 403) }), sessions: [] } },
    severity: 'warning',
    remedy: 'aws configure set mfa_serial ARN --profile work',
  },
  'serial-of-another-account': {
    has: { config: CONFIG.replace('123456789012', '210987654321') },
    hasNot: { config: CONFIG.replace(SERIAL, 'GAHT12345678') },
    remedy: `aws configure set mfa_serial ${SERIAL} --profile work`,
  },
  'serial-unknown': {
    has: { config: CONFIG.replace('mfa/alice', 'mfa/bob') },
    hasNot: { config: CONFIG.replace('123456789012', '210987654321') },
    remedy: `aws configure set mfa_serial ${SERIAL} --profile work`,
  },
  'session-refused': {
    has: { calls: { sessions: [session({ identity: refused('InvalidClientTokenId', '', 403) })] } },
    hasNot: { calls: { sessions: [session({ identity: refused('Throttling', 'Slow.', 400) })] } },
    remedy: 'mfa-login --profile work --force',
  },
  'session-without-mfa': {
    has: { calls: { sessions: [session(BARE)] } },
    hasNot: {
      calls: {
        sessions: [
          session({
            ...BARE,
            identity: { value: { arn: 'arn:aws:sts::1:federated-user/bob', account: '1' } },
          }),
        ],
      },
    },
    remedy: 'mfa-login --profile work --force',
  },
  'session-expired': {
    has: { calls: { sessions: [session({ expiration: '2026-01-01T12:00:00Z' })] } },
    hasNot: { calls: { sessions: [session({ expiration: undefined })] } },
    remedy: 'mfa-login --profile work',
  },
  'no-session': {
    has: { credentials: `[work]\n${KEYS}`, calls: { sessions: [] } },
    hasNot: { calls: { sessions: [] }, cached: [cachedUntil('2026-01-01T13:00:00Z')] },
    remedy: 'mfa-login --profile work',
  },
}

const codesOf = (parts: Parts): FindingCode[] => diagnose(facts(parts)).map(({ code }) => code)

it('documents every finding, in order', () => {
  const usage = readFileSync(new URL('../../docs/usage.md', import.meta.url), 'utf8')
  const section = usage.split('## mfa-login doctor\n')[1]!.split('\n## ')[0]!
  const documented = Array.from(section.matchAll(/^\| `([a-z-]+)`/gm), ([, code]) => code)
  expect(documented).toEqual(Object.keys(CASES))
})

it('finds nothing in good facts', () => {
  expect(codesOf({})).toEqual([])
})

describe.each(Object.entries(CASES))('%s', (code, { has, hasNot, severity = 'error', remedy }) => {
  const finding = diagnose(facts(has)).find((each) => each.code === code)

  it('is found, and only where it is', () => {
    expect(finding).toBeDefined()
    expect(codesOf(hasNot)).not.toContain(code)
  })

  test.each(['linux', 'darwin', 'win32'])('has words on %s, without secrets', (platform) => {
    const words = wordsFor(finding!, { profile: facts(has).profile, platform })
    expect(words.severity).toBe(severity)
    expect(words.message).toMatch(/^\S.+[^.]\.$/s)
    expect(words.message + words.remedy).not.toMatch(/secret-|[\0-\x1f\x7f]|undefined/)
    if (remedy !== undefined && platform === 'linux') expect(words.remedy).toBe(remedy)
  })
})

it('orders findings by what to mend first', () => {
  const order = Object.keys(CASES)
  const parts: Parts = {
    modes: [{ path: '/h/c', kind: 'cache', mode: 0o666 }],
    env: { AWS_PROFILE: 'a', AWS_DEFAULT_PROFILE: 'b', ...ENV_KEYS },
    missingPrograms: ['/x'],
    config: '[profile work]\noutput = x\n',
    calls: {
      clockOffset: 9 * MINUTE,
      key: key({ devices: { value: [] } }),
      sessions: [session({ profile: null, ...BARE }), session({ expiration: '2020-01-01' })],
    },
  }
  const found = codesOf(parts)
  expect(found).toHaveLength(9)
  expect(found).toEqual([...found].sort((a, b) => order.indexOf(a) - order.indexOf(b)))
})

describe('the clock', () => {
  test.each<[number | undefined, string]>([
    [4.9 * MINUTE, 'warning'],
    [5 * MINUTE, 'error'],
    [-20 * MINUTE, 'error'],
    [undefined, 'error'],
  ])('%s ms off is a finding', (clockOffset, severity) => {
    const late = refused('SignatureDoesNotMatch', 'Signature expired: …', 403)
    const calls = { clockOffset, ...(clockOffset ? {} : { key: key({ identity: late }) }) }
    const [finding] = diagnose(facts({ calls }))
    expect(finding?.code).toBe('clock-skew')
    expect(wordsFor(finding!, { profile: 'work', platform: 'linux' }).severity).toBe(severity)
  })

  it('of AWS decides whether a session is over', () => {
    const sessions = [session({ expiration: '2026-01-01T12:01:30Z' })]
    expect(codesOf({ calls: { sessions, clockOffset: 100_000 } })).toEqual(['session-expired'])
    expect(codesOf({ calls: { sessions, clockOffset: 80_000 } })).toEqual([])
  })
})

describe('files that cannot be read whole', () => {
  test.each<[string, Parts]>([
    ['unreadable', { unreadable: [{ message: 'No.', remedy: 'ls' }] }],
    ['damaged', { config: 'oops\n' }],
  ])('%s: what is absent is not held against them', (_, parts) => {
    const found = codesOf({ config: '', credentials: '', calls: { sessions: [] }, ...parts })
    expect(found).toHaveLength(1)
  })
})

describe('words', () => {
  it('cannot steer the terminal', () => {
    const env = { AWS_MFA_SERIAL: '\u001B[31mmfa\u202E\r\n\u009B1m' }
    const [finding] = diagnose(facts({ config: '[profile work]\nregion = x\n', env }))
    const { message } = wordsFor(finding!, { profile: 'work', platform: 'linux' })
    expect(message).toBe('The MFA device [31mmfa 1m is none of this user’s.')
  })

  it('show hosts of proxies, and never what else is in their URL', () => {
    const env = {
      HTTPS_PROXY: 'http://me:hunter2@proxy:3128/hunter2',
      http_proxy: 'me:hunter2@proxy',
      all_proxy: 'http://me:hun/ter2@proxy',
    }
    const calls = { key: key({ identity: refused('ECONNREFUSED', 'connect') }) }
    const [finding] = diagnose(facts({ env, calls }))
    const { message, remedy } = wordsFor(finding!, { profile: 'work', platform: 'win32' })
    expect(message).toBe(
      'AWS cannot be reached: connect (ECONNREFUSED); calls go through HTTPS_PROXY http://proxy:3128, http_proxy, all_proxy.',
    )
    expect(remedy).toContain('Remove-Item Env:HTTPS_PROXY, Env:http_proxy, Env:all_proxy')
  })

  it('name a wired profile’s session as what the next command asks for', () => {
    const parts: Parts = {
      config: `${CONFIG}${LINE}\n`,
      credentials: `[work-long-term]\n${KEYS}`,
      calls: { sessions: [] },
    }
    const [finding] = diagnose(facts(parts))
    expect(wordsFor(finding!, { profile: 'work', platform: 'linux' })).toMatchObject({
      severity: 'warning',
      remedy: 'mfa-login --profile work',
    })
    expect(codesOf({ ...parts, credentials: `${parts.credentials!}[work]\n${SESSION}` })).toEqual([
      'static-keys-beside-process',
      'no-session',
    ])
  })
})
