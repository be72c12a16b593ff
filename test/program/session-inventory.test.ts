/** Every session that was written is known until it ends, wherever it is and whatever the cache has since. */
import { readdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import { createAccessKey } from '../../src/local-aws/index.ts'
import { boxWithRoles } from '../support/roles.ts'
import { freshCodes } from '../support/codes.ts'
import { keyIn, withCodes } from '../support/rotation.ts'
import { sandbox, type Sandbox } from '../support/sandbox.ts'

const cacheNames = (box: Sandbox, ending: string): string[] =>
  readdirSync(box.path('mfa-login/cache')).filter((name) => name.endsWith(ending))

function backupText(box: Sandbox): string {
  const names = readdirSync(box.path('.')).filter((name) => name.startsWith('credentials.'))
  return names.map((name) => box.read(name)).join('\n')
}

async function ok(box: Sandbox, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await box.run(args)
  expect(code, stderr).toBe(0)
  return stdout + stderr
}

/** `[day]` has a session that the cache has lost to a newer one. */
async function overwritten(): Promise<Sandbox> {
  const box = await withCodes()
  await ok(box, ['--profile', 'work', '--to', 'day'])
  await ok(box, ['--profile', 'work', '--force'])
  expect(keyIn(box, 'day').accessKeyId).not.toBe(keyIn(box, 'work-mfa').accessKeyId)
  return box
}

it('status shows a session of --to after --force got a new one, by a note without a secret', async () => {
  const box = await overwritten()
  const { sessions } = JSON.parse(await ok(box, ['status', '--json'])) as {
    sessions: Record<string, unknown>[]
  }
  const serialNumber = box.device.serialNumber
  expect(sessions).toMatchObject([
    { profile: 'day', source: 'work', serialNumber, isValid: true },
    { profile: 'work-mfa', source: 'work', serialNumber, isValid: true },
  ])
  const notes = cacheNames(box, '.written')
  expect(notes).toHaveLength(2)
  const text = notes.map((name) => box.read(`mfa-login/cache/${name}`)).join('\n')
  for (const name of ['day', 'work-mfa']) {
    const { accessKeyId, secretAccessKey } = keyIn(box, name)
    expect(text).toContain(accessKeyId)
    expect(text).not.toContain(secretAccessKey)
    expect(text).not.toContain(/aws_session_token = (.*)/.exec(box.read('credentials'))![1]!)
  }
})

it('logout of a profile removes a session of --to after --force got a new one', async () => {
  const box = await overwritten()
  const args = ['logout', '--profile', 'work']
  expect(await ok(box, args)).toContain('Logged out of day, work-mfa.')
  expect(box.read('credentials')).toBe(box.keysSection())
  expect(cacheNames(box, '.written')).toEqual([])
})

it('logout of the profile of --to leaves the newer session', async () => {
  const box = await overwritten()
  expect(await ok(box, ['logout', '--profile', 'day'])).toContain('Logged out of day.')
  expect(keyIn(box, 'day').accessKeyId).toBeUndefined()
  expect(keyIn(box, 'work-mfa').accessKeyId).toMatch(/^ASIA/)
  expect(cacheNames(box, '.written')).toHaveLength(1)
  expect(await ok(box, ['credential-process', '--profile', 'work'])).toContain('SessionToken')
})

it('logout --all finds a session by its access key ID in a section to which a person copied it', async () => {
  const box = await overwritten()
  const [, section = ''] = /\[day\]\n([^[]*)/.exec(box.read('credentials'))!
  const copy = section.replace(/x_security_token_expires.*\n/, '').trim()
  box.write('credentials', `${box.read('credentials')}\n[copy]\n${copy}\nregion = x\n`)
  expect(await ok(box, ['logout', '--all'])).toContain('Logged out of copy, day, work-mfa.')
  expect(box.read('credentials')).not.toContain('ASIA')
  expect(box.read('credentials')).toContain('[copy]\nregion = x\n')
})

it('logout removes sessions of --to from backups, and says so only then', async () => {
  const box = await withCodes()
  await ok(box, ['--profile', 'work', '--to', 'day'])
  await ok(box, ['setup', '--profile', 'work', '--yes'])
  await ok(box, ['--profile', 'work', '--to', 'night', '--force'])
  const { accessKeyId = '' } = keyIn(box, 'day')
  expect(backupText(box)).toContain(accessKeyId)
  expect(await ok(box, ['logout', '--profile', 'work'])).toContain('Also removed from backups: ')
  expect(backupText(box)).not.toMatch(/ASIA|aws_session_token/)
  expect(backupText(box)).toContain(box.keysSection())
  expect(await ok(box, ['logout', '--all'])).not.toContain('Also removed from backups: ')
})

it('a note of a session stays as long as a backup that cannot be changed may have it', async () => {
  const box = await sandbox()
  await ok(box, ['--profile', 'work', '--to', 'day', '--token-code', box.code()])
  const backup = 'credentials.mfa-login-backup-20260101T000000Z'
  const text = box.read('credentials')
  box.write(backup, `${text}damaged\n`)
  expect(await ok(box, ['logout', '--all'])).toContain(
    `the backup ${box.path(backup)}, so delete it: `,
  )
  expect(cacheNames(box, '.written')).toHaveLength(1)
  box.write(backup, text)
  expect(await ok(box, ['logout', '--all'])).toContain(
    `Also removed from backups: ${box.path(backup)}`,
  )
  expect(box.read(backup)).toBe(box.keysSection())
  expect(cacheNames(box, '.written')).toEqual([])
})

it('keys rotate leaves no session of the old key, in sections, backups or the cache', async () => {
  const box = await boxWithRoles()
  box.write('config', box.read('config').replace('mfa_serial', `${freshCodes(box)}mfa_serial`))
  for (const args of [['work'], ['admin'], ['work', '--to', 'day', '--force']])
    await ok(box, ['--profile', ...args])
  const backup = 'credentials.mfa-login-backup-20260101T000000Z'
  box.write(backup, box.read('credentials'))
  const old = ['work-mfa', 'day', 'admin-mfa'].map((name) => keyIn(box, name).accessKeyId)
  expect(new Set(old).size).toBe(3)
  expect(await ok(box, ['keys', 'rotate', '--profile', 'work', '--yes'])).toContain(
    'Removed the old key’s session from profile admin-mfa.',
  )
  const ids = ['work-mfa', 'day', 'admin-mfa'].map((name) => keyIn(box, name).accessKeyId)
  expect(ids).toEqual([expect.stringMatching(/^ASIA/), ids[0], undefined])
  expect(old).not.toContain(ids[0])
  expect(box.read(backup)).not.toContain('ASIA')
  const left = cacheNames(box, '').map((name) => box.read(`mfa-login/cache/${name}`))
  for (const id of old) expect(left.join('\n')).not.toContain(id)
  expect(await ok(box, ['logout', '--all'])).toContain('Logged out of day, work-mfa.')
  expect(box.read('credentials')).toBe(box.keysSection())
})

it('login does not call a session of another key valid', async () => {
  const box = await withCodes()
  await ok(box, ['--profile', 'work'])
  const { accessKeyId } = keyIn(box, 'work-mfa')
  await ok(box, ['--profile', 'work', '--to', 'day', '--force'])
  const [key] = box.user.keys.splice(0, 1, createAccessKey())
  box.write(
    'credentials',
    box
      .read('credentials')
      .replace(key!.accessKeyId, box.key.accessKeyId)
      .replace(key!.secretAccessKey, box.key.secretAccessKey),
  )
  expect(await ok(box, ['--profile', 'work'])).toContain('New session in profile work-mfa')
  expect(keyIn(box, 'work-mfa').accessKeyId).not.toBe(accessKeyId)
})

it('logout names another credentials file that has a session, and knows it there afterwards', async () => {
  const box = await sandbox()
  const other = { env: { AWS_SHARED_CREDENTIALS_FILE: box.path('other') } }
  box.write('other', box.keysSection())
  const login = ['--profile', 'work', '--to', 'day', '--token-code', box.code()]
  expect((await box.run(login, other)).code).toBe(0)
  const [, path, command] =
    /^(.*) still has a session\. To remove it: (.*)$/m.exec(await ok(box, ['logout', '--all'])) ??
    []
  expect(path).toBe(box.path('other'))
  // Each shell sets the variable in its own words.
  expect(command).toContain('AWS_SHARED_CREDENTIALS_FILE')
  expect(command).toContain(box.path('other'))
  expect(command).toMatch(/mfa-login logout --all$/)
  expect((await box.run(['logout', '--all'], other)).stderr).toBe('Logged out of day.\n')
  expect(box.read('other')).toBe(box.keysSection())
  expect(cacheNames(box, '.written')).toEqual([])
})
