import { readdirSync, utimesSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { PROGRAM, sandbox } from '../support/sandbox.ts'
import { textOn } from '../support/session.ts'

it('status lists sessions without secrets, logout removes them and restores the files byte for byte', async () => {
  const box = await sandbox()
  const foreign =
    '\n[saml]\naws_access_key_id = ASIA9\naws_secret_access_key = s\naws_session_token = t\nx_security_token_expires = 2099-01-01T00:00:00Z\n'
  box.write('credentials', box.keysSection() + foreign)
  const before = box.read('credentials')
  const none = await box.run(['status', '--profile', 'work'])
  expect(none).toMatchObject({ code: 1, stdout: '' })
  expect((await box.run(['status'])).code).toBe(0)

  await box.run(['--profile', 'work', '--token-code', box.code()])
  const text = await box.run(['status'])
  expect(text.stdout).toMatch(
    /^PROFILE +ACCOUNT +ROLE +TIME +EXPIRES +PLACE\nwork-mfa +123456789012 +- +12 h left +\d{4}-\d\d-\d\d \d\d:\d\d [A-Z]\S* +file\n$/,
  )
  for (const name of ['work', 'work-mfa']) {
    const { code, stdout } = await box.run(['status', '--json', '--profile', name])
    expect(code).toBe(0)
    const { sessions } = JSON.parse(stdout) as { sessions: Record<string, unknown>[] }
    expect(sessions).toHaveLength(1)
    expect(sessions[0]).toMatchObject({ profile: 'work-mfa', source: 'work', isValid: true })
    expect(Object.keys(sessions[0]!).join()).not.toMatch(/secret|token|cached/i)
  }

  expect((await box.run(['logout', '--profile', 'work'])).stderr).toContain(
    'Logged out of work-mfa.',
  )
  expect(box.read('credentials')).toBe(before)
  expect((await box.run(['status', '--profile', 'work'])).code).toBe(1)
  expect((await box.run(['credential-process', '--profile', 'work'])).code).toBe(6)
})

it('status shows an expired session as expired, with exit code 1', async () => {
  const box = await sandbox()
  const expired =
    '[work-mfa]\naws_access_key_id = ASIA9\naws_secret_access_key = s\naws_session_token = t\nx_security_token_expires = 2020-01-01T00:00:00Z\n'
  box.write('credentials', box.keysSection() + expired)
  const { code, stdout } = await box.run(['status', '--profile', 'work'])
  expect(stdout).toContain('expired')
  expect(code).toBe(1)
})

it('logout --all keeps long-term keys and sessions of other tools', async () => {
  const box = await sandbox()
  box.freshStep()
  await box.run(['--profile', 'work', '--token-code', box.code()])
  const cache = readdirSync(box.path('mfa-login/cache'))
  const session = cache.find((name) => name.endsWith('.json'))!
  for (const name of ['work.index', 'work.shortcut'])
    box.write(`mfa-login/cache/${name}`, `${session}\n`)
  expect((await box.run(['logout', '--all'])).code).toBe(0)
  const left = readdirSync(box.path('mfa-login/cache'))
  expect(left.filter((name) => !name.endsWith('.sent'))).toEqual([])
  expect(box.read('credentials')).toBe(box.keysSection())
  expect((await box.run(['logout', '--all'])).stderr).toContain('There is no session.')
  expect((await box.run(['logout', '--all', '--profile', 'x'])).code).toBe(2)
})

it('logout removes sessions from backups, which setup --undo can still use', async () => {
  const box = await sandbox()
  const saml =
    '[saml]\naws_access_key_id = ASIA9\naws_secret_access_key = s\naws_session_token = t\nx_security_token_expires = 2099-01-01T00:00:00Z\n'
  const old = `${box.keysSection('old-long-term')}[old]\naws_access_key_id = ASIA8\naws_secret_access_key = s\naws_session_token = old token\nexpiration = 2099-01-01 00:00:00\n`
  box.write('credentials', `${box.keysSection()}${saml}${old}`)
  await box.run(['--profile', 'work', '--token-code', box.code()])
  const token = /\[work-mfa\][^]*aws_session_token = (.*)/.exec(box.read('credentials'))![1]!
  expect((await box.run(['setup', '--profile', 'work', '--yes'])).code).toBe(0)
  const [backup = ''] = readdirSync(box.path('.')).filter((name) => name.startsWith('credentials.'))
  expect(box.read(backup)).toContain(token)

  const other = await box.run(['logout', '--profile', 'saml'])
  expect(other.stderr).toBe('There is no session of profile saml.\n')
  expect(box.read(backup)).toContain(token)
  const { stderr } = await box.run(['logout', '--profile', 'work'])
  expect(stderr).toBe(
    `Logged out of work, work-mfa.\nAlso removed from backups: ${box.path(backup)}\n`,
  )
  const all = (): string => [box.read(backup), box.read('credentials')].join('')
  expect(all()).not.toContain(token)
  expect(box.read(backup)).toContain('old token')
  expect((await box.run(['logout', '--all'])).stderr).toContain(box.path(backup))
  expect(box.read(backup)).not.toContain('old token')
  expect(box.read(backup)).toContain(box.keysSection() + saml)
  expect((await box.run(['logout', '--all'])).stderr).toBe('There is no session.\n')

  expect((await box.run(['setup', '--profile', 'work', '--undo', '--yes'])).code).toBe(0)
  expect(box.read('credentials')).toContain(box.keysSection())
})

it('logout names a backup that it cannot read', async () => {
  const box = await sandbox()
  box.write('credentials.mfa-login-backup-0', 'aws_session_token = x\n')
  const { code, stderr } = await box.run(['logout', '--profile', 'work'])
  expect(stderr).toContain(
    `the backup ${box.path('credentials.mfa-login-backup-0')}, so delete it: `,
  )
  expect(code).toBe(0)
})

it('logout removes temporary files of killed logins but not of running ones', async () => {
  const box = await sandbox()
  const half = (name: string, pid: number) => `${name}.mfa-login-${pid}-0123abcd`
  // No process has this ID: the maximum is 2^22 on Linux (proc(5), pid_max) and 99999 on macOS.
  const gone = 4_194_305
  const [left, busy, old] = [
    [half('credentials', gone), half('mfa-login/cache/x.answer', gone)],
    half('mfa-login/cache/y.json', process.pid),
    half('mfa-login/cache/z.json', process.pid),
  ]
  for (const name of [...left, busy, old]) box.write(name, 'aws_session_token = t')
  box.write('credentials.mfa-login-backup-20260101T000000Z', box.read('credentials'))
  utimesSync(box.path(old), new Date(0), Date.now() / 1000 - 120)
  expect((await box.run(['logout', '--profile', 'work'])).code).toBe(0)
  const names = readdirSync(box.path(''), { recursive: true, encoding: 'utf8' }).map((name) =>
    name.replaceAll('\\', '/'),
  )
  expect(names).toEqual(
    expect.arrayContaining(['credentials', 'credentials.mfa-login-backup-20260101T000000Z', busy]),
  )
  for (const name of [...left, old]) expect(names).not.toContain(name)
})

it('status shows times of the time zone, and marks sessions that are only in the cache', async () => {
  const box = await sandbox()
  expect((await box.run(['--profile', 'work', '--token-code', box.code()])).code).toBe(0)
  box.write('credentials', box.keysSection())
  const seoul = await box.run(['status'], { env: { TZ: 'Asia/Seoul' } })
  const line = /\nwork +123456789012 +- +12 h left +(\S+ \S+) GMT\+9 +cache\n$/
  expect(seoul.stdout).toMatch(line)
  const { stdout } = await box.run(['status', '--json'], { env: { TZ: 'Asia/Seoul' } })
  const [session] = (JSON.parse(stdout) as { sessions: Record<string, string>[] }).sessions
  expect(session).toMatchObject({ profile: 'work', place: 'cache' })
  expect(session!.expiration).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  const [, local = ''] = line.exec(seoul.stdout) ?? []
  const minute = new Date(Date.parse(session!.expiration!) + 9 * 3_600_000).toISOString()
  expect(local).toBe(minute.slice(0, 16).replace('T', ' '))
})

describe('logout at a terminal without a default profile', () => {
  it('asks for nothing where there is no session', async () => {
    const box = await sandbox()
    const logout = box.terminal(`${process.execPath} ${PROGRAM} logout`)
    expect(await logout.exit).toBe(0)
    expect(await textOn(logout)).toBe('There is no session.\r\n')
  })

  it('offers the profiles with a session', async () => {
    const box = await sandbox()
    box.write('credentials', `${box.keysSection()}${box.keysSection('other')}`)
    await box.run(['--profile', 'work', '--token-code', box.code()])
    const logout = box.terminal(`${process.execPath} ${PROGRAM} logout`)
    await logout.answer('Which profile?', '\r')
    expect(await logout.exit).toBe(0)
    expect(logout.screen).not.toContain('other')
    expect(await textOn(logout)).toContain('Logged out of work-mfa.\r\n')
  })
})

it('status and logout name both profiles of a session that a login wrote before setup', async () => {
  const box = await sandbox()
  await box.run(['--profile', 'work', '--token-code', box.code()])
  const profiles = async (): Promise<string[]> => {
    const { stdout } = await box.run(['status', '--json'])
    const { sessions } = JSON.parse(stdout) as { sessions: { profile: string }[] }
    return sessions.map(({ profile }) => profile)
  }
  expect(await profiles()).toEqual(['work-mfa'])
  await box.run(['setup', '--profile', 'work', '--yes'])
  expect(await profiles()).toEqual(['work', 'work-mfa'])
  expect((await box.run(['logout', '--profile', 'work'])).stderr).toMatch(
    /^Logged out of work, work-mfa\.$/m,
  )
  expect(await profiles()).toEqual([])
})
