import { describe, expect, test } from 'vitest'
import { diagnose } from '../../src/doctor/diagnose.ts'
import type { FindingCode } from '../../src/doctor/findings.ts'
import { facts, refused, SERIAL, session, type Parts } from './facts.ts'

const CONFIG = `[profile work]\nregion = x\nmfa_serial = ${SERIAL}\n`
const BARE = { devices: refused('InvalidClientTokenId', 'No.', 403) }

describe('with credentials only in the environment, the doctor', () => {
  const env = {
    AWS_ACCESS_KEY_ID: 'ASIA9',
    AWS_SECRET_ACCESS_KEY: 'secret-9',
    AWS_SESSION_TOKEN: 'secret-8',
  }
  const only = (parts: Parameters<typeof session>[0]): Parts => ({
    credentials: '',
    config: CONFIG,
    env,
    calls: { key: undefined, sessions: [session({ profile: null, ...parts })] },
  })

  test.each<[string, Parameters<typeof session>[0], FindingCode[]]>([
    ['accepts a good session', {}, []],
    [
      'reports an expired session',
      { identity: refused('ExpiredToken', '', 403) },
      ['environment-keys', 'no-keys'],
    ],
    ['reports a session without MFA', BARE, ['environment-keys', 'no-keys', 'session-without-mfa']],
  ])('%s', (_, parts, codes) => {
    expect(diagnose(facts(only(parts))).map(({ code }) => code)).toEqual(codes)
  })
})
