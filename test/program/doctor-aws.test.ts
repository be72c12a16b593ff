/** What `doctor` finds by calling AWS. */
import { formatLocalTime } from '../../src/session/model/local-time.ts'
import { readdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { describe, expect, it, test } from 'vitest'
import {
  ARN,
  codes,
  FIDO,
  found,
  healthy,
  HOUR,
  section,
  sessionWithoutMfa,
  WORK,
} from '../support/doctor.ts'
import { boxWithRoles } from '../support/roles.ts'
import { sandbox } from '../support/sandbox.ts'
import { hasOpenssl, listening, tlsFront } from '../support/tls-front.ts'

describe('doctor on the network', () => {
  it('reports unreachable and names what redirects requests, without its password', async () => {
    const box = await healthy()
    const closed = createServer()
    const url = `http://127.0.0.1:${await listening(closed)}`
    closed.close()
    const { unreachable, ...others } = await found(box, { AWS_ENDPOINT_URL: url })
    expect(unreachable?.message).toContain(
      `ECONNREFUSED); calls go through AWS_ENDPOINT_URL ${url}`,
    )
    expect(unreachable?.remedy).toContain('unset AWS_ENDPOINT_URL')
    expect(Object.keys(others)).toEqual([])
    const proxy = url.replace('//', '//me:hunter2@')
    const proxied = await found(box, { HTTP_PROXY: proxy, HTTPS_PROXY: proxy })
    expect(proxied.unreachable?.message).toContain(`HTTPS_PROXY ${url}`)
    box.write('config', `${box.read('config')}\n[default]\nendpoint_url = ${url}\n`)
    box.write('credentials', `${box.read('credentials')}\n${box.keysSection('default')}`)
    const environment = { ...box.env }
    delete box.env.AWS_ENDPOINT_URL
    const configured = await found(box, { AWS_REGION: 'eu-west-1' }, [])
    Object.assign(box.env, environment)
    expect(configured.unreachable?.message).toContain(`endpoint_url ${url}`)
  })

  it('reports unreachable for a connection that is cut', async () => {
    const box = await healthy()
    box.aws.faults.next = [{ kind: 'dropBefore', times: 20 }]
    expect(await codes(box)).toEqual(['unreachable'])
  })

  it('reports not-aws for a captive portal, whose clock does not count', async () => {
    const box = await healthy()
    box.aws.faults.next = [{ kind: 'html', times: 20 }]
    box.aws.faults.clockOffsetMs = HOUR
    const { 'not-aws': finding, ...others } = await found(box)
    expect(finding?.message).toContain('captive portal')
    expect(Object.keys(others)).toEqual([])
  })

  test.skipIf(!hasOpenssl())('reports untrusted-certificate', async () => {
    const box = await healthy()
    const { url, bundle } = await tlsFront(box)
    const { 'untrusted-certificate': finding, ...others } = await found(box, {
      AWS_ENDPOINT_URL: url,
    })
    expect(finding?.message).toContain('self-signed certificate')
    expect(Object.keys(others)).toEqual([])
    expect(await codes(box, { AWS_ENDPOINT_URL: url, AWS_CA_BUNDLE: bundle })).toEqual([])
  })

  it('reports aws-refused if AWS throttles or fails', async () => {
    const box = await healthy()
    box.aws.faults.next = [{ kind: 'throttle', times: 20 }]
    expect(await codes(box)).toEqual(['aws-refused'])
    box.aws.faults.next = [{ kind: 'error500', times: 20 }]
    const { 'aws-refused': finding } = await found(box)
    expect(finding?.message).toContain('InternalFailure')
  })
})

describe('doctor on the clock', () => {
  test.each([
    [3, 'warning', 'behind'],
    [10, 'error', 'behind'],
    [20, 'error', 'behind'],
    [-20, 'error', 'ahead of'],
  ])('reports clock-skew of %i minutes: %s, %s', async (minutes, severity, side) => {
    const box = await healthy()
    box.aws.faults.clockOffsetMs = minutes * 60_000
    const { 'clock-skew': finding, ...others } = await found(box)
    expect(finding?.severity).toBe(severity)
    expect(finding?.message).toMatch(new RegExp(`clock is ${Math.abs(minutes)} min ${side} AWS’s`))
    expect(Object.keys(others)).toEqual([])
    expect(box.calls('ListMFADevices').at(-1)).toBe('OK')
    const { stdout } = await box.run(['doctor', ...WORK, '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ identity: { account: '123456789012' } })
  })

  it('accepts a minute', async () => {
    const box = await healthy()
    box.aws.faults.clockOffsetMs = 60_000
    expect(await codes(box)).toEqual([])
  })
})

describe('doctor on the key', () => {
  it('reports no-keys', async () => {
    const box = await sandbox()
    box.write('credentials', '')
    const { 'no-keys': finding, ...others } = await found(box)
    expect(finding?.remedy).toBe('aws configure --profile work')
    expect(Object.keys(others)).toEqual([])
  })

  it('reports key-unknown', async () => {
    const box = await sandbox()
    box.key.status = 'Inactive'
    const { 'key-unknown': finding } = await found(box)
    expect(finding?.message).toContain(`…${box.key.accessKeyId.slice(-4)} of [work]`)
    expect(finding?.remedy).toBe('aws configure --profile work')
  })

  it('reports secret-wrong', async () => {
    const box = await healthy()
    const keys = box.keysSection('work-long-term')
    const wrong = keys.replace(/(secret_access_key = ).*/, '$1wrong')
    box.write('credentials', box.read('credentials').replace(keys, wrong))
    expect(await codes(box)).toEqual(['secret-wrong'])
  })
})

describe('doctor on the device', () => {
  it('reports no-device', async () => {
    const box = await healthy()
    box.user.devices = []
    const { 'no-device': finding, ...others } = await found(box)
    expect(finding?.remedy).toBe('mfa-login device enroll --profile work')
    expect(Object.keys(others)).toEqual([])
  })

  it('reports only-security-keys', async () => {
    const box = await healthy()
    box.user.devices = [FIDO]
    expect(await codes(box)).toEqual(['only-security-keys'])
  })

  it('reports devices-hidden, unless a session lists them or mfa_serial is set', async () => {
    const box = await sandbox()
    box.user.policies = []
    expect(await codes(box)).toEqual(['devices-hidden', 'no-session'])
    expect(await codes(box, { AWS_MFA_SERIAL: box.device.serialNumber })).toEqual(['no-session'])
  })

  it('reports serial-of-another-account', async () => {
    const box = await healthy()
    const other = box.device.serialNumber.replace('123456789012', '210987654321')
    box.write('config', box.read('config').replace(box.device.serialNumber, other))
    const { 'serial-of-another-account': finding, ...others } = await found(box)
    expect(finding?.remedy).toBe(
      `aws configure set mfa_serial ${box.device.serialNumber} --profile work`,
    )
    expect(Object.keys(others)).toEqual([])
  })

  it('reports serial-unknown, also for a security key beside an authenticator', async () => {
    const box = await healthy()
    const config = box.read('config')
    box.write('config', config.replace('mfa/alice', 'mfa/bob'))
    const { 'serial-unknown': finding, ...others } = await found(box)
    expect(finding?.message).toContain('mfa/bob does not belong to this user')
    expect(Object.keys(others)).toEqual([])
    box.user.devices.push(FIDO)
    box.write('config', config.replace(box.device.serialNumber, FIDO.serialNumber))
    expect((await found(box))['serial-unknown']?.message).toContain('is a security key or passkey')
    box.write('config', config.replace(/mfa_serial.*\n/, ''))
    const byVariable = await found(box, { AWS_MFA_SERIAL: `${ARN}:mfa/bob` })
    expect(byVariable['serial-unknown']?.remedy).toBe('unset AWS_MFA_SERIAL')
  })
})

describe('doctor on sessions', () => {
  it('reports no-session', async () => {
    const box = await sandbox()
    const { 'no-session': finding, ...others } = await found(box)
    const remedy = 'mfa-login --profile work, then: export AWS_PROFILE=work-mfa'
    expect(finding).toMatchObject({ severity: 'error', remedy })
    expect(Object.keys(others)).toEqual([])
    await box.run(['setup', ...WORK, '--yes'])
    expect((await found(box))['no-session']).toMatchObject({ severity: 'warning' })
  })

  it('reports session-expired in the target, in the profile, and in the cache', async () => {
    const box = await healthy()
    const over = '2020-01-01T00:00:00Z'
    const credentials = box.read('credentials')
    box.write('credentials', credentials.replace(/(expires = ).*/, `$1${over}`))
    const { 'session-expired': finding, ...others } = await found(box)
    expect(finding?.message).toBe(
      `The session in the profile work expired at ${formatLocalTime(over)}.`,
    )
    expect(finding?.remedy).toBe('mfa-login --profile work')
    expect(Object.keys(others)).toEqual([])
    const moved = credentials.replace('[work]', '[work-mfa]').replace('[work-long-term]', '[work]')
    box.write('credentials', moved.replace(/(expires = ).*/, `$1${over}`))
    expect((await found(box))['session-expired']).toMatchObject({
      message: `The session in the profile work-mfa expired at ${formatLocalTime(over)}.`,
      remedy: 'mfa-login --profile work, then: export AWS_PROFILE=work-mfa',
    })
    expect(await codes(box, {}, ['--profile', 'work-mfa'])).toContain('session-expired')
    box.write('credentials', box.keysSection())
    const cache = readdirSync(box.path('mfa-login/cache')).find((name) => name.endsWith('.json'))
    const path = `mfa-login/cache/${cache!}`
    box.write(path, box.read(path).replace(/("expiration": ").*?"/, `$1${over}"`))
    expect((await found(box))['session-expired']?.message).toContain('in the cache')
    expect((await box.run(['setup', ...WORK, '--yes'])).code).toBe(0)
    expect((await found(box))['session-expired']?.severity).toBe('warning')
  })

  it('reports session-expired if AWS says so, whatever the file says', async () => {
    const box = await sandbox()
    const over = await sessionWithoutMfa(box, -13 * HOUR)
    box.write('credentials', `${box.keysSection()}${section('work-mfa', over)}`)
    expect(await codes(box)).toEqual(['session-expired'])
  })

  it('reports session-without-mfa in the target', async () => {
    const box = await sandbox()
    const bare = await sessionWithoutMfa(box)
    box.write('credentials', `${box.keysSection()}${section('work-mfa', bare)}`)
    const { 'session-without-mfa': finding, ...others } = await found(box)
    expect(finding?.message).toContain('in the profile work-mfa was created without MFA')
    expect(finding?.remedy).toBe('mfa-login --profile work --force')
    expect(Object.keys(others)).toEqual([])
    const inEnvironment = await codes(await healthy(), bare)
    expect(inEnvironment).toEqual(['environment-keys', 'session-refused'])
  })

  it('reports session-refused for a token that AWS does not know', async () => {
    const box = await sandbox()
    const made = { AWS_ACCESS_KEY_ID: 'ASIAX', AWS_SECRET_ACCESS_KEY: 's', AWS_SESSION_TOKEN: 't' }
    box.write('credentials', `${box.keysSection()}${section('work-mfa', made)}`)
    expect(await codes(box)).toEqual(['session-refused'])
  })
})

describe('doctor on a session that AWS tools do not use', () => {
  const USE = 'export AWS_PROFILE=work-mfa'

  it('names the profile that has it, or setup', async () => {
    const box = await sandbox()
    box.freshStep()
    expect((await box.run([...WORK, '--token-code', box.code()])).code).toBe(0)
    const { 'session-not-used': finding, ...others } = await found(box)
    expect(finding).toMatchObject({
      severity: 'error',
      message:
        'AWS tools that use the profile work use its long-term key, without MFA; the session is in the profile work-mfa.',
      remedy: `mfa-login setup --profile work, or: ${USE}`,
    })
    expect(Object.keys(others)).toEqual([])
    expect(await codes(box, { AWS_PROFILE: 'work-mfa' }, [])).toEqual([])
    expect((await box.run(['setup', ...WORK, '--yes'])).code).toBe(0)
    expect(await codes(box)).toEqual([])
  })

  it('that is only in the cache: names setup', async () => {
    const box = await sandbox()
    box.freshStep()
    expect((await box.run([...WORK, '--token-code', box.code()])).code).toBe(0)
    box.write('credentials', box.keysSection())
    const { 'session-not-used': finding, ...others } = await found(box)
    expect(finding).toMatchObject({ remedy: 'mfa-login setup --profile work' })
    expect(finding?.message).toContain('the session is in the cache')
    expect(Object.keys(others)).toEqual([])
  })

  it('of a role, unless its source profile is set up', async () => {
    const box = await boxWithRoles()
    box.freshStep()
    const login = await box.run(['--profile', 'admin', '--token-code', box.code()])
    expect(login.code, login.stderr).toBe(0)
    const admin = ['--profile', 'admin']
    const { 'session-not-used': finding } = await found(box, {}, admin)
    expect(finding?.message).toContain('assume its role themselves, without MFA')
    expect(finding?.remedy).toContain('export AWS_PROFILE=admin-mfa')
    expect(await codes(box, { AWS_PROFILE: 'admin-mfa' }, admin)).not.toContain('session-not-used')
    expect((await box.run(['setup', ...WORK, '--yes'])).code).toBe(0)
    expect(await codes(box, {}, admin)).not.toContain('session-not-used')
  })
})
