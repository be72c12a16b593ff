import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { delimiter } from 'node:path'
import { devNull } from 'node:os'
import { describe, expect, it } from 'vitest'
import {
  ARN,
  codes,
  found,
  healthy,
  HOUR,
  keysOf,
  sessionWithoutMfa,
  WORK,
} from '../support/doctor.ts'
import { notOnWindows } from '../support/not-on-windows.ts'
import { COMMAND, PROGRAM, sandbox } from '../support/sandbox.ts'

describe('a healthy home', () => {
  it('has no findings, in one line and as JSON', async () => {
    const box = await healthy()
    const words = await box.run(['doctor', ...WORK])
    expect(words).toEqual({
      code: 0,
      stderr: '',
      stdout:
        'No problems found for profile work; if AWS still refuses a call, look at the account’s policies: mfa-login policy check --live --profile work\n',
    })
    const json = await box.run(['doctor', ...WORK, '--json'])
    expect(JSON.parse(json.stdout)).toEqual({
      profile: 'work',
      identity: { arn: `${ARN}:user/alice`, account: '123456789012' },
      findings: [],
    })
    expect(await codes(box)).toEqual([])
  })

  it('may be set up', async () => {
    const box = await healthy()
    expect((await box.run(['setup', ...WORK, '--yes'])).code).toBe(0)
    expect(await codes(box)).toEqual([])
  })

  it('may have its keys in the environment alone, which AWS tools take instead of the session', async () => {
    const box = await sandbox()
    box.write('credentials', '')
    box.write('config', '')
    const env = { ...keysOf(box), AWS_REGION: 'eu-west-1' }
    box.freshStep()
    expect((await box.run(['--token-code', box.code()], { env })).code).toBe(0)
    const { 'session-not-used': finding, ...others } = await found(box, env, [])
    expect(finding?.remedy).toBe('mfa-login exec --profile default -- COMMAND')
    expect(Object.keys(others)).toEqual([])
  })
})

describe('doctor on files', () => {
  it('reports file-unreadable and continues with other checks', async () => {
    const box = await healthy()
    writeFileSync(box.path('config'), Buffer.from([0x5b, 0xff, 0x5d, 0x0a]))
    const { 'file-unreadable': finding, ...others } = await found(box)
    expect(finding).toMatchObject({ severity: 'error' })
    expect(finding?.message).toContain(`${box.path('config')} is not UTF-8 text`)
    expect(Object.keys(others)).toEqual([])
    const directory = { AWS_SHARED_CREDENTIALS_FILE: box.path('') }
    const unread = await found(box, directory)
    expect(Object.keys(unread)).toEqual(['file-unreadable'])
    const bundle = await found(box, { AWS_CA_BUNDLE: '/nowhere.pem' })
    expect(bundle['file-unreadable']?.message).toContain('/nowhere.pem')
  })

  it('reports settings-unusable or endpoint-unusable, makes no call, and continues with other checks', async () => {
    const box = await healthy()
    chmodSync(box.path('credentials'), 0o640)
    const before = box.calls().length
    const region = { AWS_REGION: 'moon-1', AWS_ENDPOINT_URL: '', AWS_ENDPOINT_URL_STS: box.aws.url }
    const { 'settings-unusable': unknown, ...others } = await found(box, region)
    expect(unknown?.remedy).toBe('check AWS_REGION')
    expect(Object.keys(others)).toEqual(process.platform === 'win32' ? [] : ['file-mode'])
    const iam = { AWS_ENDPOINT_URL_IAM: 'localhost:4566' }
    const { 'endpoint-unusable': noAddress, ...more } = await found(box, iam)
    expect(noAddress?.remedy).toBe('check AWS_ENDPOINT_URL_IAM')
    expect(Object.keys(more)).toEqual(process.platform === 'win32' ? [] : ['file-mode'])
    expect(box.calls()).toHaveLength(before)
  })

  it('reports file-damaged for every problem of both files, with its line', async () => {
    const box = await healthy()
    box.write('config', `${box.read('config')}[profile work]\noops\n`)
    box.write('credentials', `\uFEFF# mine\n${box.read('credentials')}`)
    const { stdout } = await box.run(['doctor', ...WORK])
    expect(stdout.match(/^error file-damaged$/gm)).toHaveLength(3)
    expect(stdout).toMatch(/config:\d+: the section \[profile work\] appears a second time/)
    expect(stdout).toContain(`${box.path('credentials')}:1: there is a byte order mark`)
    expect(await codes(box)).toEqual(['file-damaged'])
  })

  it('suggests no chmod for a device', async () => {
    const box = await healthy()
    const env = { AWS_SHARED_CREDENTIALS_FILE: devNull, AWS_CONFIG_FILE: devNull }
    const { stdout } = await box.run(['doctor', ...WORK], { env })
    // Windows reads no file from its null device.
    expect(stdout).toMatch(/^error (profile-missing|file-unreadable)$/m)
    expect(stdout).not.toContain('chmod')
  })

  it.skipIf(notOnWindows('permission bits'))(
    'reports file-mode for credentials, a config with keys, cache and backups',
    async () => {
      const box = await healthy()
      box.write('it’s mine.mfa-login-backup-1', '')
      box.write('it’s mine', box.read('credentials'))
      const cache = readdirSync(box.path('mfa-login/cache')).find((name) => name.endsWith('.json'))
      for (const name of [
        'it’s mine',
        'it’s mine.mfa-login-backup-1',
        'config',
        `mfa-login/cache/${cache!}`,
      ]) {
        chmodSync(box.path(name), 0o640)
      }
      const env = { AWS_SHARED_CREDENTIALS_FILE: box.path('it’s mine') }
      const { stdout } = await box.run(['doctor', ...WORK], { env })
      expect(stdout.match(/^warning file-mode$/gm)).toHaveLength(3)
      expect(stdout).toContain(`Fix: chmod 600 '${box.path('it’s mine')}'\n`)
      expect(stdout).toContain('(mode 0640)')
      expect(await codes(box, env)).toEqual(process.platform === 'win32' ? [] : ['file-mode'])
      box.write('config', `${box.read('config')}\n[profile x]\naws_secret_access_key = s\n`)
      expect((await box.run(['doctor', ...WORK], { env })).stdout).toContain(
        `chmod 600 ${box.path('config')}\n`,
      )
    },
  )
})

describe('doctor on the profile', () => {
  it('reports profile-missing and names the profiles that exist', async () => {
    const box = await healthy()
    const { 'profile-missing': finding, ...others } = await found(box, {}, ['--profile', 'wrok'])
    expect(finding?.message).toContain('there are work, work-long-term')
    expect(finding?.remedy).toBe('mfa-login doctor --profile work')
    expect(Object.keys(others)).toEqual([])
    expect(await codes(box, { AWS_PROFILE: 'wrok' }, [])).toEqual(['profile-missing'])
  })

  it('reports static-keys-beside-process', async () => {
    const box = await healthy()
    const words = `${process.execPath} ${PROGRAM} credential-process --profile work`
    const line = `credential_process = ${words}\n`
    box.write('config', box.read('config').replace('[profile work]\n', `[profile work]\n${line}`))
    const { 'static-keys-beside-process': finding, ...others } = await found(box)
    expect(finding).toMatchObject({ severity: 'error', remedy: 'mfa-login setup --profile work' })
    expect(Object.keys(others)).toEqual([])
  })

  it('reports process-missing', async () => {
    const box = await healthy()
    await box.run(['setup', ...WORK, '--yes'])
    box.write('config', box.read('config').replace(PROGRAM, '"/gone/my bin/mfa-login.js"'))
    const { 'process-missing': finding, ...others } = await found(box)
    expect(finding?.message).toContain('starts /gone/my bin/mfa-login.js, which does not exist')
    expect(Object.keys(others)).toEqual(process.platform === 'win32' ? ['process-quoted'] : [])
    box.write(
      'config',
      '[profile work]\nregion = x\ncredential_process = mfa-login credential-process --profile work\n',
    )
    expect(await codes(box)).toEqual(['process-missing'])
    mkdirSync(`${box.home}/bin`)
    writeFileSync(`${box.home}/bin/mfa-login${process.platform === 'win32' ? '.cmd' : ''}`, '')
    const after = await codes(box, { PATH: `${box.env.PATH!}${delimiter}${box.home}/bin` })
    expect(after).not.toContain('process-missing')
  })

  it('reports target-taken', async () => {
    const box = await sandbox()
    box.write('credentials', box.keysSection() + box.keysSection('work-mfa'))
    expect(await codes(box)).toEqual(['target-taken', 'no-session'])
    box.write('credentials', box.keysSection())
    box.write('config', `${box.read('config')}[profile work-mfa]\ncredential_process = other\n`)
    expect(await codes(box)).toEqual(['target-taken', 'no-session'])
  })

  it('reports no-region', async () => {
    const box = await healthy()
    box.write('config', '[profile work]\noutput = json\n')
    const { 'no-region': finding, ...others } = await found(box)
    expect(finding).toMatchObject({
      severity: 'warning',
      remedy: 'aws configure set region us-east-1 --profile work',
    })
    expect(Object.keys(others)).toEqual([])
    for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION'])
      expect(await codes(box, { [name]: 'eu-west-1' })).toEqual([])
  })

  it('says that it does not look into SSO', async () => {
    const box = await healthy()
    const lines = '[profile sso]\nregion = x\nsso_session = corp\n'
    box.write('config', `${box.read('config')}${lines}`)
    const { code, stderr } = await box.run(['doctor', '--profile', 'sso'])
    expect(code).toBe(0)
    expect(stderr).toContain(
      'gets its credentials from IAM Identity Center (sso_session). mfa-login does not check that. Try: aws sso login --profile sso\n',
    )
  })
})

describe('doctor on the environment', () => {
  it('reports profiles-differ', async () => {
    const box = await healthy()
    const env = { AWS_PROFILE: 'work', AWS_DEFAULT_PROFILE: 'work-mfa' }
    const { 'profiles-differ': finding, ...others } = await found(box, env, [])
    expect(finding).toMatchObject({ severity: 'warning', remedy: 'unset AWS_DEFAULT_PROFILE' })
    expect(Object.keys(others)).toEqual([])
    expect(await codes(box, { ...env, AWS_DEFAULT_PROFILE: 'work' }, [])).toEqual([])
  })

  it('reports environment-keys that take precedence over a profile', async () => {
    const box = await healthy()
    const { 'environment-keys': finding, ...others } = await found(box, keysOf(box))
    expect(finding).toMatchObject({
      severity: 'error',
      remedy: 'unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY',
    })
    expect(Object.keys(others)).toEqual([])
  })

  it('reports environment-keys for a session that has expired or has no MFA, if there are no others', async () => {
    const box = await sandbox()
    box.write('credentials', '')
    box.write('config', '')
    const region = { AWS_REGION: 'eu-west-1' }
    const over = { ...(await sessionWithoutMfa(box, -13 * HOUR)), ...region }
    const { 'environment-keys': finding } = await found(box, over, [])
    expect(finding?.message).toContain('has expired')
    const bare = { ...(await sessionWithoutMfa(box)), ...region }
    const { 'environment-keys': other, ...others } = await found(box, bare, [])
    expect(other?.message).toContain('without MFA')
    expect(Object.keys(others)).toEqual(['no-keys', 'session-without-mfa'])
  })
})

it.skipIf(notOnWindows('raw terminal output'))(
  'doctor asks nothing at a terminal, and prints no control characters of others',
  async () => {
    const box = await sandbox()
    const env = { NO_COLOR: '1', AWS_MFA_SERIAL: 'arn:\u001B[31m\u009Bmfa' }
    const run = box.terminal(`${COMMAND} doctor --profile work`, { env })
    expect(await run.exit).toBe(1)
    expect(run.screen).toContain('The MFA device arn: [31m')
    expect(run.screen).not.toMatch(/[\u001B\u009B]/)
  },
)

it('doctor reports several problems in the order in which to fix them', async () => {
  const box = await sandbox()
  box.user.devices = []
  box.write('config', '[profile work]\noutput = json\n')
  chmodSync(box.path('credentials'), 0o644)
  box.aws.faults.clockOffsetMs = 180_000
  expect(await codes(box, { AWS_PROFILE: 'work', AWS_DEFAULT_PROFILE: 'x' }, [])).toEqual([
    ...(process.platform === 'win32' ? [] : ['file-mode']),
    'no-region',
    'profiles-differ',
    'clock-skew',
    'no-device',
    'no-session',
  ])
})

it('doctor says with --debug which checks do not apply', async () => {
  const box = await sandbox()
  box.write('credentials', '')
  const { stderr } = await box.run(['doctor', ...WORK, '--debug'])
  expect(stderr).toContain('skips the check of device: no long-term credentials were found')
})

it('an AccessDenied of another command names doctor', async () => {
  const box = await sandbox()
  box.user.policies = []
  const { code, stderr } = await box.run(['device', 'list', ...WORK])
  expect(code).toBe(4)
  expect(stderr).toContain('(AccessDenied). Try: mfa-login doctor --profile work\n')
})
