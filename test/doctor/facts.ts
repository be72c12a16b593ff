import type { CallResult, Calls, Identity, KeyCalls } from '../../src/doctor/calls.ts'
import type { Facts } from '../../src/doctor/facts.ts'
import { parseIni } from '../../src/profile/ini/ini-file.ts'
import { readableEnvironment } from '../../src/non-empty.ts'
import { traceSource } from '../../src/doctor/gather-facts.ts'

export const NOW = Date.parse('2026-01-01T12:00:00Z')
export const SERIAL = 'arn:aws:iam::123456789012:mfa/alice'
export const FIDO = 'arn:aws:iam::123456789012:u2f/user/alice/key'
export const LINE =
  'credential_process = /bin/node /x/mfa-login.js credential-process --profile work'
export const KEYS = 'aws_access_key_id = AKIA1234\naws_secret_access_key = secret-1\n'
export const SESSION =
  'aws_access_key_id = ASIA1\naws_secret_access_key = secret-2\naws_session_token = secret-3\n'

const IDENTITY: CallResult<Identity> = {
  value: { arn: 'arn:aws:iam::123456789012:user/alice', account: '123456789012' },
}

export function refused(code: string, message = 'No.', status?: number) {
  return { refused: { code, message, status } }
}

export function key(parts: Partial<KeyCalls> = {}): KeyCalls {
  return { identity: IDENTITY, devices: { value: [SERIAL] }, ...parts }
}

export function session(parts: Partial<Calls['sessions'][number]> = {}) {
  return { profile: 'work', expiration: '2026-01-01T20:00:00Z', ...key(), ...parts }
}

export function cachedUntil(expiration: string): Facts['cached'][number] {
  return {
    version: 1,
    accessKeyId: 'ASIA1',
    secretAccessKey: 'secret-2',
    sessionToken: 'secret-3',
    expiration,
    profile: 'work',
    serialNumber: SERIAL,
    sourceAccessKeyId: 'AKIA1234',
  }
}

export interface Parts extends Partial<Omit<Facts, 'files' | 'source' | 'calls'>> {
  readonly config?: string
  readonly credentials?: string
  readonly calls?: Partial<Calls>
}

/** Facts about a healthy profile `work`, except for the given parts. */
export function facts({ config, credentials, calls, ...parts }: Parts = {}): Facts {
  const files = {
    config: parseIni(config ?? `[profile work]\nregion = x\nmfa_serial = ${SERIAL}\n`),
    credentials: parseIni(credentials ?? `[work-long-term]\n${KEYS}[work]\n${SESSION}`),
  }
  const { profile = 'work' } = parts
  const env = readableEnvironment(parts.env ?? {})
  return {
    profile,
    isNamed: true,
    platform: 'linux',
    now: NOW,
    paths: { config: '/h/config', credentials: '/h/credentials', cache: '/h/cache' },
    files,
    unreadable: [],
    modes: [],
    missingPrograms: [],
    program: { platform: 'linux', words: ['/bin/node', '/x/mfa-login.js'] },
    cached: [],
    written: [],
    ...traceSource(files, env, profile),
    encryption: { isRequired: false },
    calls: { clockOffset: 0, key: key(), sessions: [session()], ...calls },
    ...parts,
    env,
  }
}
