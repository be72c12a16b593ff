/** `MFA_LOGIN_CACHE_ENCRYPTION=keyring`, with GNOME Keyring if it is installed. */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createRole, roleArn, userArn } from '../../src/local-aws/index.ts'
import {
  cacheFiles,
  isOnDisk,
  isServed,
  LOGIN,
  ok,
  unencrypted,
  SERVE,
  serve,
  encryptedSandbox,
  type Credentials,
} from '../support/encrypted.ts'
import { printing } from '../support/codes.ts'
import { notOnWindows } from '../support/not-on-windows.ts'
import { LAUNCHER, PROGRAM, sandbox, type Sandbox } from '../support/sandbox.ts'
import { hasKeyring, startKeyring } from '../support/keyring.ts'

/** Runs the line of the profile as AWS tools do, with a program in place of Node that says that it ran. */
function expectFromLauncher(box: Sandbox, text: string): void {
  if (notOnWindows('POSIX shell')) return
  const words = [LAUNCHER, '/bin/echo', 'whole program', ...SERVE]
  const { stdout } = spawnSync('/bin/sh', words, { encoding: 'utf8', env: box.env })
  expect(stdout).toContain(text)
}

describe.skipIf(!hasKeyring)('cache encryption with a Secret Service', () => {
  it('stores a session encrypted and serves it to AWS tools', async () => {
    const { box } = await encryptedSandbox()
    const login = await ok(box.run([...LOGIN, box.code()]))
    expect(login.stdout).toContain('AWS_PROFILE')
    const first = await serve(box)
    expect(first.SessionToken.length).toBeGreaterThan(20)
    expect(await serve(box)).toEqual(first)
    expect(box.calls()).toEqual(['OK'])
    expect(isOnDisk(box, first)).toBe(false)
    expect(cacheFiles(box, '.answer')).toEqual([])
    const [path = ''] = cacheFiles(box)
    const file = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
    expect(file).toMatchObject({ version: 2, encryption: 'aes-256-gcm', profile: 'work' })
    expectFromLauncher(box, 'whole program')
  })

  it('encrypts an unencrypted session of the cache before it serves it', async () => {
    const { box } = await encryptedSandbox()
    await ok(box.run([...LOGIN, box.code()], unencrypted))
    const before = JSON.parse((await ok(box.run(SERVE, unencrypted))).stdout) as Credentials
    await new Promise((resolve) => setTimeout(resolve, 2100))
    await ok(box.run(SERVE, unencrypted))
    expect(isOnDisk(box, before)).toBe(true)
    expectFromLauncher(box, 'whole program')
    expect(await serve(box)).toEqual(before)
    expect(isOnDisk(box, before)).toBe(false)
  })

  it('can be set in the config, even after a session was served without it', async () => {
    const { box } = await encryptedSandbox()
    delete box.env.MFA_LOGIN_CACHE_ENCRYPTION
    await ok(box.run([...LOGIN, box.code()]))
    await new Promise((resolve) => setTimeout(resolve, 2100))
    const before = await serve(box)
    expectFromLauncher(box, before.SessionToken)
    box.write('config', `${box.read('config')}mfa_login_cache_encryption = keyring\n`)
    await new Promise((resolve) => setTimeout(resolve, 2100))
    expect(await serve(box)).toEqual(before)
    expect(isOnDisk(box, before)).toBe(false)
    expect(await serve(box)).toEqual(before)
    expectFromLauncher(box, 'whole program')
  })

  it.skipIf(notOnWindows('a keyring that stops'))(
    'still decrypts a session after it is turned off, and the next session is unencrypted',
    async () => {
      const { box, stop } = await encryptedSandbox()
      await ok(box.run([...LOGIN, box.code(-1)]))
      const encrypted = await serve(box)
      delete box.env.MFA_LOGIN_CACHE_ENCRYPTION
      expect(await serve(box)).toEqual(encrypted)
      await stop()
      const alone = await box.run(SERVE)
      expect(alone.code).toBe(6)
      expect(alone.stderr.match(/is ignored:/g)).toHaveLength(1)
      await ok(box.run([...LOGIN, box.code()]))
      const plain = await serve(box)
      expect(plain).not.toEqual(encrypted)
      expect(isOnDisk(box, plain)).toBe(true)
    },
  )

  it('ignores a file that was changed, moved or encrypted with another key', async () => {
    const { box } = await encryptedSandbox()
    await ok(box.run([...LOGIN, box.code()]))
    const [path = ''] = cacheFiles(box)
    const text = readFileSync(path, 'utf8')
    const file = JSON.parse(text) as Record<string, string>
    const { sealed = '' } = file
    const bytes = Buffer.from(sealed, 'base64')
    bytes[20]! ^= 1
    const cases: Record<string, object> = {
      'a byte': { ...file, sealed: bytes.toString('base64') },
      'cut short': { ...file, sealed: sealed.slice(0, 12) },
      'not base64': { ...file, sealed: '!' },
      'a longer life': { ...file, expiration: '2099-01-01T00:00:00Z' },
      'another profile': { ...file, profile: 'other' },
      roles: { ...file, roles: [{ arn: 'arn:aws:iam::123456789012:role/x' }] },
      'another cipher': { ...file, encryption: 'none' },
    }
    for (const [name, content] of Object.entries(cases)) {
      writeFileSync(path, JSON.stringify(content))
      const { code, stderr, stdout } = await box.run(SERVE)
      expect({ name, code, stdout }).toEqual({ name, code: 6, stdout: '' })
      expect(stderr).not.toMatch(/at .*\.js|internal/)
    }
    writeFileSync(path, text)
    expect(await isServed(box)).toBe(true)
    const other = createRole('other', { trusts: [userArn(box.aws.account, box.user)] })
    box.aws.account.roles.push(other)
    box.write(
      'config',
      `${box.read('config')}\n[profile role]\nrole_arn = ${roleArn(box.aws.account, other)}\nsource_profile = work\n`,
    )
    const role = ['credential-process', '--profile', 'role']
    await ok(box.run(role))
    const moved = cacheFiles(box).find((each) => each !== path)!
    renameSync(path, moved)
    expect((await box.run(role)).code).toBe(6)
  })

  it.skipIf(notOnWindows('a keyring that stops'))(
    'shows and removes sessions without the keyring, and logout --all removes the key',
    async () => {
      const { box, stop } = await encryptedSandbox()
      await ok(box.run([...LOGIN, box.code(-1)]))
      const [path = ''] = cacheFiles(box)
      const text = readFileSync(path, 'utf8')
      await stop()
      const status = await ok(box.run(['status', '--profile', 'work', '--json']))
      const { sessions } = JSON.parse(status.stdout) as { sessions: object[] }
      expect(sessions).toMatchObject([{ profile: 'work', isValid: true }])
      const prompt = await ok(box.run(['prompt'], { env: { AWS_PROFILE: 'work' } }))
      expect(prompt.stdout).toBe('work\n')
      // As `exec --server` sets it. The expiration is readable without the key.
      const [name = ''] = readdirSync(box.path('mfa-login/cache')).filter((each) =>
        each.endsWith('.json'),
      )
      const env = { AWS_PROFILE: 'work', MFA_LOGIN_SESSION: name }
      expect((await ok(box.run(['prompt'], { env }))).stdout).toMatch(/^work \d+ h/)
      expect((await ok(box.run(['logout', '--profile', 'work']))).stderr).toContain(
        'Logged out of work',
      )
      expect(cacheFiles(box)).toEqual([])
      writeFileSync(path, text)
      const without = await ok(box.run(['logout', '--all']))
      expect(without.stderr).toContain('stays in the keyring')
      expect(cacheFiles(box)).toEqual([])
      await startKeyring(box)
      writeFileSync(path, text)
      expect(await isServed(box)).toBe(true)
      await ok(box.run(['logout', '--all']))
      writeFileSync(path, text)
      const { code, stderr } = await box.run(SERVE)
      expect(stderr).toContain('the keyring has no key for it')
      expect(code).toBe(6)
      await ok(box.run([...LOGIN, box.code()]))
      expect(await isServed(box)).toBe(true)
    },
  )

  it('removes the key with logout --all, even if no session is left', async () => {
    const { box } = await encryptedSandbox()
    await ok(box.run([...LOGIN, box.code(-1)]))
    const [path = ''] = cacheFiles(box)
    const copy = readFileSync(path, 'utf8')
    await ok(box.run(['logout', '--profile', 'work'], unencrypted))
    await ok(box.run(['logout', '--all'], unencrypted))
    writeFileSync(path, copy)
    expect(await isServed(box)).toBe(false)
    await ok(box.run([...LOGIN, box.code(0)]))
    const later = readFileSync(path, 'utf8')
    rmSync(box.path('mfa-login/cache'), { recursive: true })
    await ok(box.run(['logout', '--all']))
    box.write(`mfa-login/cache/${basename(path)}`, later)
    expect(await isServed(box)).toBe(false)
    await ok(box.run([...LOGIN, box.code(1)]))
    const last = readFileSync(path, 'utf8')
    rmSync(box.path('mfa-login/cache'), { recursive: true })
    box.write(
      'config',
      `${box.read('config')}mfa_login_cache_encryption = keyring
`,
    )
    await ok(box.run(['logout', '--all'], unencrypted))
    box.write(`mfa-login/cache/${basename(path)}`, last)
    expect(await isServed(box)).toBe(false)
  })

  it.skipIf(notOnWindows('a keyring that stops'))(
    'fails while the keyring is locked, before it asks for a code',
    async () => {
      const { box, stop } = await encryptedSandbox()
      await ok(box.run([...LOGIN, box.code()]))
      await stop()
      await startKeyring(box, 'locked')
      const { code, stderr } = await box.run(SERVE)
      expect(stderr).toContain('The keyring is locked')
      expect(code).toBe(3)
      for (const path of cacheFiles(box)) rmSync(path)
      const login = box.terminal(`"${process.execPath}" "${PROGRAM}" login --profile work`)
      expect(await login.exit, login.screen).toBe(3)
      expect(login.screen).toContain('The keyring is locked')
      expect(login.screen).not.toContain('MFA code')
      expect(cacheFiles(box)).toEqual([])
      const doctor = await box.run(['doctor', '--profile', 'work', '--json'])
      const { findings } = JSON.parse(doctor.stdout) as { findings: object[] }
      expect(findings).toContainEqual(
        expect.objectContaining({ code: 'encryption-fails', severity: 'error' }),
      )
    },
  )

  it('encrypts a session once for many processes', async () => {
    const { box } = await encryptedSandbox()
    await ok(box.run([...LOGIN, box.code()], unencrypted))
    const [path = ''] = cacheFiles(box)
    const text = readFileSync(path, 'utf8')
    // In the first round the processes also wait for the key.
    for (let round = 0; round < 4; round += 1) {
      writeFileSync(path, text)
      const all = await Promise.all(Array.from({ length: 8 }, async () => serve(box)))
      expect(new Set(all.map(({ SessionToken }) => SessionToken)).size).toBe(1)
      expect(isOnDisk(box, all[0]!)).toBe(false)
    }
    expect(box.calls()).toEqual(['OK'])
  })

  it('creates one key for many processes', async () => {
    const { box } = await encryptedSandbox()
    box.write('code', box.code())
    box.write('config', `${box.read('config')}mfa_process = ${printing(box.path('code'))}\n`)
    const all = await Promise.all([0, 1, 2, 3].map(async () => serve(box)))
    expect(new Set(all.map(({ SessionToken }) => SessionToken)).size).toBe(1)
    expect(box.calls()).toEqual(['OK'])
  })
})

describe('cache encryption without a keyring', () => {
  const nowhere = {
    MFA_LOGIN_CACHE_ENCRYPTION: 'keyring',
    DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent',
  }

  it.runIf(process.platform === 'linux')('stores no session and spends no code', async () => {
    const box = await sandbox()
    await ok(box.run(['setup', '--profile', 'work', '--yes']))
    const { code, stderr } = await box.run([...LOGIN, box.code()], { env: nowhere })
    expect(stderr).toContain('There is no keyring to use here')
    expect(code).toBe(3)
    expect(box.calls()).toEqual([])
    expect(cacheFiles(box)).toEqual([])
  })

  it.runIf(process.platform === 'linux')(
    'does not ask for a key that it did not create',
    async () => {
      const box = await sandbox()
      await ok(box.run(['setup', '--profile', 'work', '--yes']))
      expect((await box.run([...LOGIN, box.code()], { env: nowhere })).code).toBe(3)
      const env = { ...nowhere, MFA_LOGIN_CACHE_ENCRYPTION: '' }
      expect((await ok(box.run(['logout', '--all'], { env }))).stderr).not.toContain('keyring')
      const { stderr } = await ok(box.run(['logout', '--all'], { env: nowhere }))
      expect(stderr).toContain(
        'Any key of encrypted sessions stays in the keyring: There is no keyring',
      )
    },
  )

  it('refuses to write a session to a section, and says what to do instead', async () => {
    const box = await sandbox()
    const before = box.read('credentials')
    for (const args of [
      [...LOGIN, box.code()],
      ['use', 'work', '--shell', 'bash'],
    ]) {
      const { code, stderr } = await box.run(args, { env: nowhere })
      expect(stderr).toContain('would write this one to [work-mfa] in plain text')
      expect(stderr).toContain('mfa-login setup --profile work')
      expect(code).toBe(3)
    }
    expect(box.read('credentials')).toBe(before)
  })

  it('refuses an unknown setting', async () => {
    const box = await sandbox()
    const env = { MFA_LOGIN_CACHE_ENCRYPTION: 'yes' }
    const { code, stderr } = await box.run([...SERVE], { env })
    expect(stderr).toContain('"yes", but the only value is keyring')
    expect(code).toBe(2)
  })
})
