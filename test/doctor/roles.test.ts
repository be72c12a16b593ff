import { describe, expect, it, test } from 'vitest'
import { describeFinding, diagnose } from '../../src/doctor/diagnose.ts'
import type { FindingCode } from '../../src/doctor/findings.ts'
import { facts, KEYS, refused, SERIAL, session, type Parts } from './facts.ts'

const ROLE = '[profile admin]\nrole_arn = arn:aws:iam::123456789012:role/admin\n'
const WORK = `[profile work]\nregion = eu-west-1\nmfa_serial = ${SERIAL}\n`
const CREDENTIALS = `[work]\n${KEYS}`
const LONG_TERM = { AWS_ACCESS_KEY_ID: 'AKIA9', AWS_SECRET_ACCESS_KEY: 'secret-9' }
const NOTHING = { key: undefined, sessions: [] }

function reported(parts: Parts): { code: FindingCode; message: string; remedy: string }[] {
  const all = facts({ profile: 'admin', credentials: CREDENTIALS, ...parts })
  return diagnose(all).map((finding) => describeFinding(finding, all))
}

describe('a role that leads to no long-term keys', () => {
  test.each<[string, string, string]>([
    [
      'source_profile = far\n[profile far]\nrole_arn = x\nsource_profile = admin',
      'circle',
      'aws configure set source_profile NAME --profile far',
    ],
    ['', 'no source_profile', 'aws configure set source_profile NAME --profile admin'],
    [
      'source_profile = far\n[profile far]\nrole_arn = x\ncredential_source = EcsContainer',
      'far assumes its role with EcsContainer',
      'aws --profile admin sts get-caller-identity',
    ],
  ])('is reported with the reason for %j', (lines, words, remedy) => {
    const config = `${ROLE}region = x\n${lines}\n`
    const [finding, ...others] = reported({ config, calls: NOTHING })
    expect(others).toEqual([])
    expect(finding?.code).toBe('role-source')
    expect(finding?.message).toContain(words)
    expect(finding?.remedy).toContain(remedy)
  })

  it('is reported as missing keys if its source profile has none', () => {
    const config = `${ROLE}region = x\nsource_profile = nobody\n`
    const [finding, ...others] = reported({ config, calls: NOTHING })
    expect(others).toEqual([])
    expect(finding).toMatchObject({
      code: 'no-keys',
      message:
        'There is no profile nobody, with which admin assumes its role; there are admin, work.',
      remedy: 'aws configure --profile nobody',
    })
  })
})

it('the remedy for a missing region is the one of the role’s source profile', () => {
  const config = `${WORK}${ROLE}source_profile = work\n`
  expect(reported({ config })).toMatchObject([
    { code: 'no-region', remedy: 'aws configure set region eu-west-1 --profile admin' },
  ])
  expect(reported({ config: `${config}region = x\n` })).toEqual([])
})

describe('a role with credential_source = Environment', () => {
  const config = `${ROLE}region = x\nmfa_serial = ${SERIAL}\ncredential_source = Environment\n`
  const over = session({ profile: null, identity: refused('ExpiredToken', '', 403) })

  it('needs keys in the environment and none in the files', () => {
    const [finding, ...others] = reported({ config, calls: NOTHING })
    expect(others).toEqual([])
    expect(finding?.message).toContain('assumes its role with keys from the environment')
    expect(finding?.remedy).toContain('export AWS_ACCESS_KEY_ID=')
  })

  it('has no finding about keys in the environment', () => {
    expect(reported({ config, env: LONG_TERM, calls: { sessions: [] } })).toEqual([])
  })

  it('cannot be assumed with a session in the environment', () => {
    const env = { ...LONG_TERM, AWS_SESSION_TOKEN: 'secret-8' }
    const found = reported({ config, env, calls: { key: undefined, sessions: [over] } })
    expect(found.map(({ code }) => code)).toEqual(['environment-keys', 'no-keys'])
    expect(found[0]?.message).toContain('has expired')
  })
})
