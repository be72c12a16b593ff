import { readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { describeFinding, diagnose } from '../../src/doctor/diagnose.ts'
import type { FindingCode } from '../../src/doctor/findings.ts'
import { facts, key, KEYS, LINE, refused, SESSION, session, type Parts } from './facts.ts'

import { BARE, CASES, CONFIG, ENV_KEYS, MINUTE } from './cases.ts'

const codesOf = (parts: Parts): FindingCode[] => diagnose(facts(parts)).map(({ code }) => code)

it('docs/usage.md lists every finding of the doctor, in order', () => {
  const usage = readFileSync(new URL('../../docs/usage.md', import.meta.url), 'utf8')
  const section = usage.split('## mfa-login doctor\n')[1]!.split('\n## ')[0]!
  const documented = Array.from(section.matchAll(/^\| `([a-z][a-z-]+)`/gm), ([, code]) => code)
  expect(documented).toEqual(Object.keys(CASES))
})

it('the doctor finds nothing in healthy facts', () => {
  expect(codesOf({})).toEqual([])
})

it('the doctor says which checks do not apply, and why', () => {
  const skipped: Record<string, string> = {}
  const parts: Parts = { credentials: '', calls: { key: undefined }, platform: 'win32', env: {} }
  diagnose(facts(parts), (subject, reason) => (skipped[subject] = reason))
  expect(skipped).toEqual({
    'file modes': 'Windows has no permission bits',
    encryption: 'cached sessions need no encryption',
    key: 'no long-term credentials were found',
    device: 'no long-term credentials were found',
    'unencrypted sessions': 'cached sessions need no encryption',
  })
})

describe.each(Object.entries(CASES))(
  'the finding %s',
  (code, { has, hasNot, severity = 'error', remedy }) => {
    const finding = diagnose(facts(has)).find((each) => each.code === code)

    it('is reported for its facts, and not for similar ones', () => {
      expect(finding).toBeDefined()
      expect(codesOf(hasNot)).not.toContain(code)
    })

    test.each(['linux', 'darwin', 'win32'])('has a message without secrets on %s', (platform) => {
      const words = describeFinding(finding!, { profile: facts(has).profile, platform, env: {} })
      expect(words.severity).toBe(severity)
      expect(words.message).toMatch(/^\S.+[^.]\.$/s)
      expect(words.message + words.remedy).not.toMatch(/secret-|[\0-\x1f\x7f]|undefined/)
      if (remedy !== undefined && platform === 'linux') expect(words.remedy).toBe(remedy)
    })
  },
)

it('findings come in the order in which to fix them', () => {
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
  ])('%s ms off is a finding: %s', (clockOffset, severity) => {
    const late = refused('SignatureDoesNotMatch', 'Signature expired: …', 403)
    const calls = { clockOffset, ...(clockOffset ? {} : { key: key({ identity: late }) }) }
    const [finding] = diagnose(facts({ calls }))
    expect(finding?.code).toBe('clock-skew')
    expect(
      describeFinding(finding!, { profile: 'work', platform: 'linux', env: {} }).severity,
    ).toBe(severity)
  })

  it('of AWS decides whether a session has expired', () => {
    const sessions = [session({ expiration: '2026-01-01T12:01:30Z' })]
    expect(codesOf({ calls: { sessions, clockOffset: 100_000 } })).toEqual(['session-expired'])
    expect(codesOf({ calls: { sessions, clockOffset: 80_000 } })).toEqual([])
  })
})

describe('files that cannot be read completely', () => {
  test.each<[string, Parts]>([
    ['unreadable', { unreadable: [{ message: 'No.', remedy: 'ls' }] }],
    ['damaged', { config: 'oops\n' }],
  ])('(%s) have no findings about what is absent', (_, parts) => {
    const found = codesOf({ config: '', credentials: '', calls: { sessions: [] }, ...parts })
    expect(found).toHaveLength(1)
  })
})

describe('messages', () => {
  it('contain no control characters', () => {
    const env = { AWS_MFA_SERIAL: '\u001B[31mmfa\u202E\r\n\u009B1m' }
    const [finding] = diagnose(facts({ config: '[profile work]\nregion = x\n', env }))
    const { message } = describeFinding(finding!, { profile: 'work', platform: 'linux', env: {} })
    expect(message).toBe('The MFA device [31mmfa 1m does not belong to this user.')
  })

  it('show the hosts of proxies, and nothing else of their URLs', () => {
    const env = {
      HTTPS_PROXY: 'http://me:hunter2@proxy:3128/hunter2',
      http_proxy: 'me:hunter2@proxy',
      all_proxy: 'http://me:hun/ter2@proxy',
    }
    const calls = { key: key({ identity: refused('ECONNREFUSED', 'connect') }) }
    const [finding] = diagnose(facts({ env, calls }))
    const { message, remedy } = describeFinding(finding!, {
      profile: 'work',
      platform: 'win32',
      env: {},
    })
    expect(message).toBe(
      'AWS cannot be reached: connect (ECONNREFUSED); calls go through HTTPS_PROXY http://proxy:3128, http_proxy, all_proxy.',
    )
    expect(remedy).toContain(
      'Remove-Item -ErrorAction Ignore Env:HTTPS_PROXY, Env:http_proxy, Env:all_proxy',
    )
  })

  it('say that the next command of a wired profile asks for a code', () => {
    const parts: Parts = {
      config: `${CONFIG}${LINE}\n`,
      credentials: `[work-long-term]\n${KEYS}`,
      calls: { sessions: [] },
    }
    const [finding] = diagnose(facts(parts))
    expect(
      describeFinding(finding!, { profile: 'work', platform: 'linux', env: {} }),
    ).toMatchObject({
      severity: 'warning',
      remedy: 'mfa-login --profile work',
    })
    expect(codesOf({ ...parts, credentials: `${parts.credentials!}[work]\n${SESSION}` })).toEqual([
      'static-keys-beside-process',
      'no-session',
    ])
  })
})
