import { EndpointFailure } from '../../src/aws/endpoint.ts'
import type { FindingCode } from '../../src/doctor/findings.ts'
import { Failure } from '../../src/failure.ts'
import {
  cachedUntil,
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

export const MINUTE = 60_000
export const CONFIG = `[profile work]\nregion = x\nmfa_serial = ${SERIAL}\n`
export const ENV_KEYS = { AWS_ACCESS_KEY_ID: 'AKIA9', AWS_SECRET_ACCESS_KEY: 'secret-9' }
export const BARE = { devices: refused('InvalidClientTokenId', 'No.', 403) }
export const noKeysInFiles = { credentials: '', config: CONFIG }

export interface Case {
  readonly has: Parts
  /** Similar facts without this finding. */
  readonly hasNot: Parts
  readonly severity?: 'warning'
  readonly remedy?: string
}

/** Facts for each finding, and similar facts without it, in the order of the findings. */
export const CASES: Readonly<Record<FindingCode, Case>> = {
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
  'wrong-header': {
    has: { config: `[work]\nregion = x\n` },
    hasNot: { config: `[profile work]\nregion = x\n[work]\n` },
    remedy: 'write [profile work] in line 1 of config',
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
  'process-quoted': {
    has: {
      platform: 'win32',
      credentials: `[work-long-term]\n${KEYS}`,
      config: `${CONFIG}credential_process = "C:\\Program Files\\node.exe" C:\\mfa-login.js credential-process --profile work\n`,
      program: { platform: 'win32', words: ['mfa-login.cmd'] },
    },
    hasNot: {
      platform: 'win32',
      credentials: `[work-long-term]\n${KEYS}`,
      config: `${CONFIG}credential_process = mfa-login.cmd credential-process --profile "my work"\n`,
    },
    severity: 'warning',
    remedy: 'mfa-login setup --profile work',
  },
  'target-taken': {
    has: { credentials: `[work]\n${KEYS}[work-mfa]\n${KEYS}` },
    hasNot: { config: `${CONFIG}[profile work-mfa]\n${LINE}\n` },
    remedy: 'mfa-login --profile work --to ANOTHER-NAME',
  },
  'no-region': {
    has: { config: `[profile work]\nmfa_serial = ${SERIAL}\n`, env: { AWS_REGION: ' ' } },
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
  'settings-unusable': {
    has: {
      calls: {
        settings: [new Failure('usage', 'There is no AWS region "moon-1".', 'check AWS_REGION')],
      },
    },
    hasNot: {},
    remedy: 'check AWS_REGION',
  },
  'endpoint-unusable': {
    has: {
      calls: { settings: [new EndpointFailure('usage', 'no address', 'check AWS_ENDPOINT_URL')] },
    },
    hasNot: { calls: { settings: [new Failure('usage', 'no region', 'check AWS_REGION')] } },
    remedy: 'check AWS_ENDPOINT_URL',
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
  'encryption-fails': {
    has: {
      encryption: { isRequired: true, failure: new Failure('files', 'It is locked.', 'open') },
    },
    hasNot: {},
    remedy: 'open',
  },
  'key-unknown': {
    has: { calls: { key: key({ identity: refused('InvalidClientTokenId', 'No.', 403) }) } },
    hasNot: { calls: { sessions: [session(BARE)] } },
    remedy: 'aws configure --profile work-long-term',
  },
  'secret-wrong': {
    has: { calls: { key: key({ identity: refused('SignatureDoesNotMatch', 'No.', 403) }) } },
    hasNot: {
      calls: {
        key: key({ identity: refused('SignatureDoesNotMatch', 'Signature expired: …', 403) }),
      },
    },
    remedy: 'aws configure --profile work-long-term',
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
    remedy: 'mfa-login --profile work, then: export AWS_PROFILE=work-mfa',
  },
  'session-not-used': {
    has: {
      credentials: `[work]\n${KEYS}[work-mfa]\n${SESSION}`,
      calls: { sessions: [session({ profile: 'work-mfa' })] },
    },
    hasNot: {
      credentials: `[work]\n${KEYS}[work-mfa]\n${SESSION}`,
      calls: { sessions: [session({ profile: 'work-mfa', ...BARE })] },
    },
    remedy: 'mfa-login setup --profile work, or: export AWS_PROFILE=work-mfa',
  },
  'session-in-plain-text': {
    has: { encryption: { isRequired: true } },
    hasNot: {
      encryption: { isRequired: true },
      calls: { sessions: [] },
      // One has expired, the other is of another key.
      cached: [
        cachedUntil('2026-01-01T11:00:00Z'),
        { ...cachedUntil('2026-01-01T20:00:00Z'), sourceAccessKeyId: 'AKIA5678' },
      ],
    },
    severity: 'warning',
    remedy: 'mfa-login logout --profile work',
  },
}
