import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { createAccessKey } from '../../src/local-aws/index.ts'
import { notOnWindows } from '../support/not-on-windows.ts'
import { expectPrivate } from '../support/private.ts'
import { PROGRAM, sandbox, type Outcome, type Sandbox } from '../support/sandbox.ts'
import { hasKeyring, hasOtherReader, inKeyring, startKeyring } from '../support/keyring.ts'

const STORE = ['keys', 'store', '--profile', 'work']
const LOGIN = ['login', '--profile', 'work', '--token-code']

async function withKeyring(): Promise<Sandbox> {
  const box = await sandbox()
  await startKeyring(box)
  return box
}

async function ok(run: Promise<Outcome>): Promise<Outcome> {
  const outcome = await run
  expect(outcome.code, outcome.stderr).toBe(0)
  return outcome
}

/** The text of every file under `.aws`; the keyring is elsewhere. */
function textsIn(box: Sandbox): string {
  const names = readdirSync(box.path('.'), { recursive: true, withFileTypes: true })
  const files = names.filter((entry) => entry.isFile())
  return files
    .map(({ parentPath, name }) => readFileSync(`${parentPath}/${name}`, 'utf8'))
    .join('\n')
}

describe.skipIf(!hasKeyring)('keys with a Secret Service', () => {
  it('are moved to the keyring, where a login finds them, and back', async () => {
    const box = await withKeyring()
    const before = `# mine\n${box.keysSection()}region = x\n\n[other]\nregion = y\n`
    box.write('credentials', before)
    const { accessKeyId, secretAccessKey } = box.key
    const { stdout, stderr } = await ok(box.run(STORE))
    expect(stdout).toBe('')
    expect(stderr).toContain(`…${accessKeyId.slice(-4)}`)
    expect(stderr).not.toContain(secretAccessKey)
    expect(box.read('credentials')).toBe(
      `# mine\n[work]\nregion = x\nmfa_login_access_key_id = ${accessKeyId}\n\n[other]\nregion = y\n`,
    )
    expect(textsIn(box)).not.toContain(secretAccessKey)
    await ok(box.run([...LOGIN, box.code()]))
    expect(box.read('credentials')).toContain('[work-mfa]\naws_access_key_id = ASIA')
    expect((await ok(box.run(STORE))).stderr).toContain('already')
    await ok(box.run([...STORE, '--restore']))
    expect(box.read('credentials')).toContain(`aws_secret_access_key = ${secretAccessKey}`)
    expect(box.read('credentials')).not.toContain('mfa_login_access_key_id')
    await ok(box.run([...STORE, '--restore']))
  })

  it.skipIf(!hasOtherReader)(
    'are in the keyring for other programs too, until they are restored',
    async () => {
      const box = await withKeyring()
      const { accessKeyId, secretAccessKey } = box.key
      expect(inKeyring(box, accessKeyId)).toBeUndefined()
      await ok(box.run(STORE))
      expect(inKeyring(box, accessKeyId)).toBe(secretAccessKey)
      await ok(box.run([...STORE, '--restore']))
      expect(inKeyring(box, accessKeyId)).toBeUndefined()
    },
  )

  it('are not read when credential-process answers from the cache, and setup moves the marker', async () => {
    const box = await sandbox()
    const stop = await startKeyring(box)
    await ok(box.run(STORE))
    await ok(box.run(['setup', '--profile', 'work', '--yes']))
    expect(box.read('credentials').trim()).toBe(
      `[work-long-term]\nmfa_login_access_key_id = ${box.key.accessKeyId}`,
    )
    await ok(box.run([...LOGIN, box.code()]))
    await stop()
    const served = await ok(box.run(['credential-process', '--profile', 'work']))
    expect(JSON.parse(served.stdout)).toMatchObject({ Version: 1 })
    await ok(box.run(['setup', '--profile', 'work', '--undo', '--yes']))
    expect(box.read('credentials').trim()).toBe(
      `[work]\nmfa_login_access_key_id = ${box.key.accessKeyId}`,
    )
  })

  it.skipIf(notOnWindows('POSIX shell'))(
    'are not read when the launcher answers for an imported profile',
    async () => {
      const box = await sandbox()
      const stop = await startKeyring(box)
      await ok(box.run(STORE))
      box.write('config', '[profile work]\ncredential_process = aws-vault export work\n')
      await ok(box.run(['import', '--yes']))
      await ok(box.run([...LOGIN, box.code()]))
      await new Promise((resolve) => setTimeout(resolve, 2100))
      const { stdout } = await ok(box.run(['credential-process', '--profile', 'work']))
      await stop()
      const [, line = ''] = /credential_process = (.*)/.exec(box.read('config')) ?? []
      expect(line).toContain('mfa-login-credentials')
      // Names a Node that does not exist, so that the launcher must answer alone.
      const alone = line.replace(process.execPath, '/nonexistent/node')
      expect(execFileSync('/bin/sh', ['-c', alone], { env: box.env, encoding: 'utf8' })).toBe(
        stdout,
      )
      expect(textsIn(box)).not.toContain(box.key.secretAccessKey)
    },
  )

  it('are moved from every section with the same key and secret', async () => {
    const box = await withKeyring()
    const { accessKeyId } = box.key
    const stale = `[stale]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = other\n`
    box.write('credentials', `${box.keysSection()}\n${box.keysSection('same')}\n${stale}`)
    await ok(box.run(STORE))
    const marker = `mfa_login_access_key_id = ${accessKeyId}\n`
    expect(box.read('credentials')).toBe(`[work]\n${marker}\n[same]\n${marker}\n${stale}`)
    const { stdout } = await ok(box.run(['keys', 'list', '--json']))
    const row = (profile: string, place: string) => ({
      profile,
      accessKeyId,
      place,
      file: box.path('credentials'),
    })
    expect(JSON.parse(stdout)).toEqual({
      keys: [row('same', 'keyring'), row('stale', 'file'), row('work', 'keyring')],
    })
    await ok(box.run(['keys', 'remove', '--profile', 'same', '--yes']))
    await ok(box.run([...LOGIN, box.code()]))
  })

  it('are removed from backups too, which setup --undo can still use', async () => {
    const box = await withKeyring()
    const { accessKeyId, secretAccessKey } = box.key
    await ok(box.run(['setup', '--profile', 'work', '--yes']))
    const [name = ''] = readdirSync(box.path('.')).filter((each) => each.startsWith('credentials.'))
    box.write('credentials.mfa-login-backup-0', `# ${secretAccessKey}\n${box.keysSection()}`)
    const { stderr } = await ok(box.run(STORE))
    expect(stderr).toContain(`The backups now say so too: ${box.path(name)}\n`)
    expect(stderr).toContain(
      `contain the secret, so delete them: ${box.path('credentials.mfa-login-backup-0')}\n`,
    )
    rmSync(box.path('credentials.mfa-login-backup-0'))
    expect(textsIn(box)).not.toContain(secretAccessKey)
    expectPrivate(box.path(name))
    await ok(box.run(['setup', '--profile', 'work', '--undo', '--yes']))
    const marked = `[work]\nmfa_login_access_key_id = ${accessKeyId}\n`
    expect(box.read('credentials').trimStart()).toBe(marked)
    expect(box.read(name)).toBe(marked)
    box.write('credentials', box.read(name))
    await ok(box.run([...LOGIN, box.code()]))
  })

  it('are removed from a backup that appears later', async () => {
    const box = await withKeyring()
    await ok(box.run(STORE))
    box.write('config.mfa-login-backup-0', box.keysSection('profile work'))
    await ok(box.run(STORE))
    expect(textsIn(box)).not.toContain(box.key.secretAccessKey)
  })

  it('can come from stdin, as JSON or as two lines', async () => {
    const box = await withKeyring()
    const { accessKeyId, secretAccessKey } = box.key
    const AccessKey = {
      UserName: 'alice',
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
    }
    for (const input of [
      JSON.stringify({ AccessKey }, undefined, 4),
      `${accessKeyId}\r\n${secretAccessKey}\r\n`,
    ]) {
      box.write('credentials', '')
      await ok(box.run([...STORE, '--stdin'], { input }))
      expect(box.read('credentials')).toBe(`[work]\nmfa_login_access_key_id = ${accessKeyId}\n`)
      expect((await box.run(['device', 'list', '--profile', 'work'])).stdout).toContain('mfa/alice')
      await ok(box.run(['keys', 'remove', '--profile', 'work', '--yes']))
      expect(box.read('credentials')).toBe('')
    }
    const bad = await box.run([...STORE, '--stdin'], { input: `${accessKeyId}\n"hunter2"\n` })
    expect(bad.code).toBe(2)
    expect(bad.stderr).not.toContain('hunter2')
  })

  it('go to a section of their own beside a session, and do not replace another key', async () => {
    const box = await withKeyring()
    box.write('credentials', '[work]\naws_access_key_id = ASIA\naws_session_token = x\n')
    const input = `${box.key.accessKeyId}\n${box.key.secretAccessKey}\n`
    await ok(box.run([...STORE, '--stdin'], { input }))
    expect(box.read('credentials')).toContain('[work-long-term]\nmfa_login_access_key_id')
    const other = createAccessKey()
    const refused = await box.run([...STORE, '--stdin'], {
      input: `${other.accessKeyId}\n${other.secretAccessKey}\n`,
    })
    expect(refused.stderr).toContain('has another access key')
    expect(refused.code).toBe(3)
  })

  it('can be typed, and the secret is not shown', async () => {
    const box = await withKeyring()
    box.write('credentials', '')
    const { accessKeyId, secretAccessKey } = box.key
    const run = box.terminal([process.execPath, PROGRAM, ...STORE].join(' '))
    await run.answer('Access key ID for work', `${accessKeyId}\r`)
    await run.answer('Secret access key', `${secretAccessKey}\r`)
    expect(await run.exit, run.screen).toBe(0)
    expect(run.screen).not.toContain(secretAccessKey)
    expect((await box.run(['device', 'list', '--profile', 'work'])).stdout).toContain('mfa/alice')
  })

  it('are removed after a question', async () => {
    const box = await withKeyring()
    await ok(box.run(STORE))
    const remove = [process.execPath, PROGRAM, 'keys', 'remove', '--profile', 'work'].join(' ')
    const no = box.terminal(remove)
    await no.answer('Remove the keys', 'n')
    expect(await no.exit).toBe(130)
    const yes = box.terminal(remove)
    await yes.answer('Remove the keys', 'y')
    expect(await yes.exit).toBe(0)
    expect(box.read('credentials')).toBe('')
    box.write('credentials', `[work]\nmfa_login_access_key_id = ${box.key.accessKeyId}\n`)
    const { code, stderr } = await box.run([...LOGIN, box.code()])
    expect(stderr).toContain('[work] says that the keyring holds the access key')
    expect(stderr).toContain('keys store --profile work')
    expect(code).toBe(3)
  })

  it.skipIf(notOnWindows('a keyring that stops'))(
    'stay where they are while the keyring is locked',
    async () => {
      const box = await sandbox()
      const stop = await startKeyring(box)
      await ok(box.run(STORE))
      const marked = box.read('credentials').replace('[work]', '[marked]')
      box.user.keys.unshift(createAccessKey())
      box.write('credentials', `${box.keysSection()}\n${marked}`)
      const before = box.read('credentials')
      await stop()
      await startKeyring(box, 'locked')
      const stored = await box.run(STORE)
      expect(stored.stderr).toContain('The keyring is locked')
      expect(stored.stderr).toContain('The keys stay in [work] of ')
      expect(stored.code).toBe(3)
      const login = await box.run(['login', '--profile', 'marked', '--token-code', box.code()])
      expect(login.stderr).toContain('The keyring is locked')
      expect(login.stderr).toContain('unlock it')
      expect(box.read('credentials')).toBe(before)
      expect(box.calls()).toEqual([])
    },
  )

  it.skipIf(notOnWindows('a keyring that stops'))(
    'that are in a locked keyring fail before a code is asked for',
    async () => {
      const box = await sandbox()
      const stop = await startKeyring(box)
      await ok(box.run(STORE))
      box.write('config', `[profile work]\nmfa_serial = ${box.device.serialNumber}\n`)
      await stop()
      await startKeyring(box, 'locked')
      const login = box.terminal(`"${process.execPath}" "${PROGRAM}" login --profile work`)
      expect(await login.exit, login.screen).toBe(3)
      expect(login.screen).toContain('The keyring is locked')
      expect(login.screen).not.toContain('MFA code')
    },
  )
})

describe('keys without a keyring', () => {
  const nowhere = { env: { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent' } }

  it.runIf(process.platform === 'linux')('stay in the file, and keys store says why', async () => {
    const box = await sandbox()
    const before = box.read('credentials')
    const { code, stderr } = await box.run(STORE, nowhere)
    expect(stderr).toContain('There is no keyring to use here: no Secret Service is running.')
    expect(stderr).not.toContain('DBus')
    const debug = await box.run([...STORE, '--debug'], nowhere)
    expect(debug.stderr).toContain('DBus')
    expect(stderr).toContain('The keys stay in [work] of ')
    expect(code).toBe(3)
    expect(box.read('credentials')).toBe(before)
  })

  it.runIf(process.platform === 'linux')(
    'that a marker names are explained by the doctor',
    async () => {
      const box = await sandbox()
      box.write('credentials', '[work]\nmfa_login_access_key_id = AKIAIOSFODNN7EXAMPLE\n')
      const { stdout } = await box.run(['doctor', '--json', '--profile', 'work'], nowhere)
      const { findings } = JSON.parse(stdout) as { findings: { code: string; message: string }[] }
      expect(findings[0]).toMatchObject({ code: 'keyring-silent', severity: 'error' })
      expect(findings[0]!.message).toContain('There is no keyring to use here')
    },
  )

  it('can be listed and removed from the file', async () => {
    const box = await sandbox()
    const listed = await box.run(['keys', 'list'])
    expect(listed.stdout).toContain(box.key.accessKeyId)
    expect(listed.stdout).not.toContain(box.key.secretAccessKey)
    box.write('credentials.mfa-login-backup-0', box.keysSection())
    const { stderr } = await ok(box.run(['keys', 'remove', '--profile', 'work', '--yes']))
    expect(stderr).toContain('removed from this machine')
    expect(stderr).toContain(
      `contain the secret, so delete them: ${box.path('credentials.mfa-login-backup-0')}\n`,
    )
    expect(box.read('credentials')).toBe('')
    expect((await ok(box.run(['keys', 'list']))).stderr).toContain('There are no long-term keys')
  })

  test.each<[string[], number, string]>([
    [[...STORE, '--stdin', '--restore'], 2, 'cannot be used together'],
    [['keys', 'store', '--profile', 'nobody'], 3, 'no terminal to ask at'],
    [['keys', 'store', '--profile', 'nobody', '--restore'], 3, 'no keys of the profile nobody'],
    [['keys', 'remove', '--profile', 'nobody'], 3, 'no long-term keys for the profile nobody'],
    [['keys', 'remove', '--profile', 'work'], 2, 'keys remove --yes --profile work'],
    [['keys'], 2, 'Usage: mfa-login keys COMMAND'],
  ])('fail for %j with exit code %i', async (args, exit, words) => {
    const box = await sandbox()
    const { code, stderr } = await box.run(args)
    expect(stderr).toContain(words)
    expect(code).toBe(exit)
  })
})
