import { describe, expect, it, test } from 'vitest'
import { createAccount, createUser, createVirtualDevice } from '../../src/local-aws/index.ts'
import { parseIni, profileKeys } from '../../src/profile/ini/ini-file.ts'
import { printing } from '../support/codes.ts'
import { notOnWindows } from '../support/not-on-windows.ts'
import { expectPrivate } from '../support/private.ts'
import { until } from '../support/processes.ts'
import { PROGRAM, sandbox, type Sandbox } from '../support/sandbox.ts'
import { isWindows } from '../support/session.ts'
import { asksForCode, screenOf } from '../support/screen.ts'

const WORK = ['--profile', 'work']
// Hints are in the words of the shell.
const BASH = { MFA_LOGIN_SHELL: 'bash' }
const ARN = 'arn:aws:iam::123456789012:mfa/alice'

const section = (box: Sandbox, name: string): ReadonlyMap<string, string> =>
  profileKeys(parseIni(box.read('credentials')), 'credentials', name)

describe('a login', () => {
  it('writes the session to P-mfa, writes the serial number to P, and prints how to use it', async () => {
    const box = await sandbox()
    box.write('credentials', `# mine\r\n${box.keysSection()}\r\n# end\r\n`)
    const before = box.read('credentials')
    const { code, stdout, stderr } = await box.run([...WORK, '--token-code', box.code()], {
      env: BASH,
    })
    expect(stderr).toContain('New session in profile work-mfa')
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'export AWS_PROFILE=work-mfa\n' })
    expect(box.read('credentials').startsWith(before)).toBe(true)
    const keys = section(box, 'work-mfa')
    expect(keys.get('aws_access_key_id')).toMatch(/^ASIA/)
    expect(keys.get('x_security_token_expires')).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    expect(box.read('config')).toBe(
      `[profile work]\nregion = eu-west-1\nmfa_serial = ${ARN}\n\n[profile work-mfa]\nregion = eu-west-1\n`,
    )
    expectPrivate(box.path('credentials'))
    const secrets = [box.key.secretAccessKey, keys.get('aws_session_token')!, box.device.seed]
    for (const secret of secrets) expect(stdout + stderr).not.toContain(secret)
  })

  it('reads keys from [P-long-term] and writes to [P]', async () => {
    const box = await sandbox()
    box.write('credentials', box.keysSection('work-long-term'))
    const input = `${box.code()}\n`
    const { code, stdout } = await box.run([...WORK, '--token-code', '-'], { input, env: BASH })
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'export AWS_PROFILE=work\n' })
    expect(section(box, 'work').get('aws_session_token')).toBeTruthy()
    expect(section(box, 'work-long-term').get('aws_access_key_id')).toBe(box.key.accessKeyId)
  })

  it('keeps a valid session and gets a new one with --force', async () => {
    const box = await sandbox()
    box.freshStep()
    await box.run([...WORK, '--token-code', box.code(-1)])
    const kept = await box.run([...WORK, '--json'])
    expect(JSON.parse(kept.stdout)).toMatchObject({
      profile: 'work-mfa',
      source: 'work',
      account: '123456789012',
      serialNumber: ARN,
      isNew: false,
    })
    const forced = await box.run([...WORK, '--json', '--force', '--token-code', box.code()])
    expect(JSON.parse(forced.stdout)).toMatchObject({ isNew: true })
    expect(box.calls()).toEqual(['OK', 'OK'])
  })

  it('writes missing settings of a session if an earlier login was interrupted', async () => {
    const box = await sandbox()
    await box.run([...WORK, '--token-code', box.code()])
    const whole = box.read('config')
    box.write('config', whole.replace('\n[profile work-mfa]\nregion = eu-west-1\n', ''))
    expect((await box.run(WORK)).stderr).toContain('is still valid')
    expect(box.read('config')).toBe(whole)
  })

  it('gets the code from mfa_process', async () => {
    const box = await sandbox()
    box.write('config', `${box.read('config')}mfa_process = ${printing(`${box.home}/code`)}\n`)
    box.giveCode(`${box.code()}\n`)
    expect((await box.run(WORK)).code).toBe(0)
  })

  test.each([
    ['15m', 900],
    ['43200', 43_200],
    ['36h', 129_600],
  ])('with --duration %s gets a session of that length', async (duration, seconds) => {
    const box = await sandbox()
    const { stdout } = await box.run([
      ...WORK,
      '--json',
      '--duration',
      duration,
      '--token-code',
      box.code(),
    ])
    const { expiration } = JSON.parse(stdout) as { expiration: string }
    expect(Math.abs(Date.parse(expiration) - box.now() - seconds * 1000)).toBeLessThan(20_000)
  })
})

describe('a login that fails prints one line and changes no file:', () => {
  test.each<[string, string[], number, string]>([
    ['an unknown command', ['nope'], 2, 'There is no command "nope"'],
    ['an unknown option', ['--nope'], 2, 'Unknown option'],
    ['a short duration', [...WORK, '--duration', '10m'], 2, 'not between 15m and 36h'],
    ['a bad code', [...WORK, '--token-code', '12345'], 2, 'A token code has six digits.'],
    ['a bad serial', [...WORK, '--serial', 'x y'], 2, 'is not a serial number'],
    [
      'a security key',
      [...WORK, '--serial', 'arn:aws:iam::123456789012:u2f/user/a/k'],
      2,
      'security key',
    ],
    ['a bad name', ['--profile', 'a\nb'], 2, 'characters that AWS tools do not read'],
    ['no such profile', ['--profile', 'nobody'], 3, 'There is no profile nobody'],
    ['a target with keys', [...WORK, '--to', 'work'], 3, 'holds long-term keys'],
    ['nobody to ask', WORK, 6, 'mfa-login --profile work'],
    ['a wrong code', [...WORK, '--token-code', '000000'], 4, 'The code was not accepted'],
    [
      'another’s device',
      [...WORK, '--serial', `${ARN}2`, '--token-code', '123456'],
      4,
      'does not know the MFA device',
    ],
  ])('%s', async (_, args, exit, words) => {
    const box = await sandbox()
    const before = box.read('credentials')
    const { code, stdout, stderr } = await box.run(args)
    expect(stderr).toContain(words)
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect({ code, stdout }).toEqual({ code: exit, stdout: '' })
    expect(box.read('credentials')).toBe(before)
  })

  it('a damaged file, with the number of the line', async () => {
    const box = await sandbox()
    box.write('config', '[profile work]\nregion = x\ngarbage\n')
    const { code, stderr } = await box.run([...WORK, '--token-code', '123456'])
    expect(code).toBe(3)
    expect(stderr).toContain(`${box.path('config')}:3: this line is neither`)
  })

  test.each([
    [
      'an inactive key',
      'does not know the access key',
      (box: Sandbox) => (box.key.status = 'Inactive'),
    ],
    [
      'a wrong secret',
      'secret access key does not belong',
      (box: Sandbox) => (box.key.secretAccessKey = 'x'.repeat(40)),
    ],
  ])('%s', async (_, words, spoil) => {
    const box = await sandbox()
    spoil(box)
    const { code, stderr } = await box.run([...WORK, '--serial', ARN, '--token-code', '123456'])
    expect(stderr).toContain(words)
    expect(code).toBe(4)
  })
})

describe('a login of a user with devices', () => {
  const deviceOf = (serial: string, kind: 'totp' | 'fido' = 'totp') =>
    createVirtualDevice(serial, { kind })
  const FIDO = 'arn:aws:iam::123456789012:u2f/user/alice/key-1'

  test.each([
    ['no device', [], 'This user has no MFA device.'],
    ['only security keys', [deviceOf(FIDO, 'fido')], 'only security keys or passkeys'],
  ])('is refused with %s', async (_, devices, words) => {
    const account = createAccount({ users: [{ ...createAccount().users[0]!, devices }] })
    const box = await sandbox(account)
    const { code, stderr } = await box.run([...WORK, '--token-code', '123456'])
    expect(stderr).toContain(words)
    expect(code).toBe(4)
  })

  it('asks which device to use', async () => {
    const [alice] = createAccount().users
    const devices = [deviceOf(`${ARN}-old`), deviceOf(`${ARN}-new`)]
    const box = await sandbox(createAccount({ users: [{ ...alice!, devices }] }))
    const run = box.terminal(`${process.execPath} ${PROGRAM} --profile work`)
    await run.waitFor('Which MFA device?')
    run.type('\u001B[B\r')
    await run.waitFor(`MFA code for work (${ARN}-new)`)
    run.type('\u0003')
    expect(await run.exit).toBe(130)
    expect(box.read('config')).toContain(`mfa_serial = ${ARN}-new`)
  })

  it('reads the serial number from AWS_MFA_SERIAL if the policy forbids listing devices', async () => {
    const user = createUser('bob', { devices: [deviceOf('GAHT12345678')] })
    const box = await sandbox(createAccount({ users: [user] }))
    const refused = await box.run([...WORK, '--token-code', box.code()])
    expect(refused.stderr).toContain('does not let this key list its MFA devices')
    const env = { AWS_MFA_SERIAL: 'GAHT12345678' }
    expect((await box.run([...WORK, '--token-code', box.code()], { env })).code).toBe(0)
  })
})

describe('a login at the terminal', () => {
  it('asks three times if the codes are wrong', async () => {
    const box = await sandbox()
    const run = box.terminal(`${process.execPath} ${PROGRAM} --profile work`)
    for (const [index, code] of ['000001', '000002', '000003'].entries()) {
      await until(box, async () => asksForCode(run.screen, index))
      await new Promise((resolve) => setTimeout(resolve, 200))
      run.type(`${code}\r`)
    }
    expect(await run.exit).toBe(4)
    expect(box.calls()).toEqual(['AccessDenied', 'AccessDenied', 'AccessDenied'])
    expect(box.read('credentials')).toBe(box.keysSection())
  })

  it('accepts the right code after a wrong one', async () => {
    const box = await sandbox()
    const run = box.terminal(`${process.execPath} ${PROGRAM} --profile work`)
    await run.waitFor('MFA code for work')
    run.type('000001\r')
    await run.waitFor('The code was not accepted')
    await new Promise((resolve) => setTimeout(resolve, 200))
    run.type(`${box.code()}\r`)
    expect(await run.exit).toBe(0)
    expect(section(box, 'work-mfa').get('aws_session_token')).toBeTruthy()
  })

  it('asks again at once if the code that was refused is typed again', async () => {
    const box = await sandbox()
    box.freshStep()
    const startedStep = Math.floor(box.now() / 30_000)
    const run = box.terminal(`${process.execPath} ${PROGRAM} --profile work`)
    await run.answer('MFA code for work', '000001\r')
    await run.answer('The code was not accepted', '000001\r')
    await run.answer('You have just typed that code', `${box.code()}\r`)
    expect(await run.exit).toBe(0)
    expect(box.calls()).toEqual(['AccessDenied', 'OK'])
    expect(Math.floor(box.now() / 30_000)).toBe(startedStep)
  })

  it.skipIf(notOnWindows('questions in Wine'))('does not send a used code', async () => {
    const box = await sandbox()
    box.freshStep(8000)
    const used = box.code(-1)
    await box.run([...WORK, '--token-code', used])
    const run = box.terminal(`${process.execPath} ${PROGRAM} --profile work --force`)
    await run.waitFor('MFA code for work')
    box.nearEndOfStep()
    run.type(`${used}\r`)
    await run.waitFor('the next one comes in')
    await until(box, async () => asksForCode(run.screen))
    await new Promise((resolve) => setTimeout(resolve, 250))
    run.type(`${box.code(1)}\r`)
    expect(await run.exit).toBe(0)
    expect(box.calls()).toEqual(['OK', 'OK'])
  })

  it.each([
    ['keys that are no code', 'ls -l\r\r', ''],
    ['the beginning of a code', '12 3', '123'],
  ])('takes what is typed during a wait only as a code: %s', async (_, typed, kept) => {
    const box = await sandbox()
    box.freshStep(8000)
    const used = box.code(-1)
    await box.run([...WORK, '--token-code', used])
    const run = box.terminal(`${process.execPath} ${PROGRAM} --profile work --force`)
    await run.waitFor('MFA code for work')
    box.nearEndOfStep()
    run.type(`${used}\r`)
    await run.answer('the next one comes in', typed)
    const lastRow = async (): Promise<string> => (await screenOf(run.screen)).at(-1) ?? ''
    await until(box, async () => asksForCode(run.screen))
    await new Promise((resolve) => setTimeout(resolve, 500))
    const question = `? MFA code for work (${box.device.serialNumber}) ${isWindows ? '»' : '›'}`
    expect(await lastRow()).toBe(`${question} ${kept}`.trim())
    run.kill()
  })
})

describe('the requests of a login', () => {
  const login = [...WORK, '--serial', ARN, '--token-code']

  it('are sent again after throttling', async () => {
    const box = await sandbox()
    box.aws.faults.next.push({ kind: 'throttle', action: 'GetSessionToken', times: 2 })
    expect((await box.run([...login, box.code()])).code).toBe(0)
    expect(box.calls()).toHaveLength(3)
  })

  test.each(['error500', 'dropBefore', 'dropAfter', 'html'] as const)(
    'are not sent again after %s',
    async (kind) => {
      const box = await sandbox()
      box.aws.faults.next.push({ kind, action: 'GetSessionToken' })
      const { code, stderr } = await box.run([...login, box.code()])
      expect(stderr).toContain('the code may be spent')
      expect(code).toBe(5)
      expect(box.calls()).toHaveLength(1)
    },
  )

  test.each([20, -20])('are corrected for a clock %s minutes off', async (minutes) => {
    const box = await sandbox()
    box.aws.faults.clockOffsetMs = minutes * 60_000
    const { codeAt } = await import('../../src/local-aws/index.ts')
    const code = codeAt(box.device, box.now() + minutes * 60_000)
    const outcome = await box.run([...login, code])
    expect(outcome.stderr).toContain('New session')
    expect(box.calls()).toEqual(['SignatureDoesNotMatch', 'OK'])
  })

  it('fail with exit code 5 if nobody listens', async () => {
    const box = await sandbox()
    const env = { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' }
    const { code, stderr } = await box.run([...login, '123456'], { env })
    expect(stderr).toContain('Cannot reach AWS')
    expect(code).toBe(5)
  })

  it('go through HTTP_PROXY, but not to a host in NO_PROXY', async () => {
    const box = await sandbox()
    const env = { HTTP_PROXY: 'http://127.0.0.1:9' }
    const through = await box.run([...login, box.code()], { env })
    expect(through.code).toBe(5)
    const past = await box.run([...login, box.code()], { env: { ...env, NO_PROXY: '127.0.0.1' } })
    expect(past.code).toBe(0)
  })

  it('fail if the certificate bundle is missing', async () => {
    const box = await sandbox()
    const outcome = await box.run([...login, '123456'], { env: { AWS_CA_BUNDLE: '/nowhere.pem' } })
    expect(outcome.stderr).toContain('/nowhere.pem cannot be read')
    expect(outcome.code).toBe(3)
  })
})
