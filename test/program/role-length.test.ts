import { describe, expect, it } from 'vitest'
import { boxWithRoles } from '../support/roles.ts'
import type { Sandbox } from '../support/sandbox.ts'
import { NOTHING } from '../support/session.ts'

const PRINT_END = ['--', process.execPath, '-p', 'process.env.AWS_SESSION_EXPIRATION']
const secondsLeft = (box: Sandbox, text: string): number =>
  (Date.parse(text.trim()) - box.now()) / 1000

async function loggedIn(): Promise<Sandbox> {
  const box = await boxWithRoles()
  const { code, stderr } = await box.run(['--profile', 'work', '--token-code', box.code()])
  expect(code, stderr).toBe(0)
  return box
}

interface Report {
  readonly expiration: string
  readonly isNew: boolean
}

async function login(box: Sandbox, ...more: string[]): Promise<Report> {
  const { code, stdout, stderr } = await box.run(['--profile', 'admin', '--json', ...more])
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout) as Report
}

function configure(box: Sandbox, line: string): void {
  box.write('config', box.read('config').replace('[profile admin]\n', `$&${line}\n`))
}

describe('a new length of a role session', () => {
  it('with --duration up to an hour needs no code, and the session is kept for the same duration', async () => {
    const box = await loggedIn()
    expect(secondsLeft(box, (await login(box)).expiration)).toBeLessThanOrEqual(3600)
    const half = await login(box, '--duration', '30m')
    expect(half.isNew).toBe(true)
    expect(secondsLeft(box, half.expiration)).toBeLessThanOrEqual(1800)
    expect(await login(box, '--duration', '30m')).toEqual({ ...half, isNew: false })
    // Without --duration, the current session is kept.
    expect(await login(box)).toEqual({ ...half, isNew: false })
    const hour = await login(box, '--duration', '1h')
    expect(secondsLeft(box, hour.expiration)).toBeGreaterThan(3500)
    expect(box.calls('AssumeRole')).toEqual(['OK', 'OK', 'OK'])
    expect(box.calls()).toEqual(['OK'])
  })

  it('with --duration over an hour needs a code, and the session is kept for a shorter duration, which is said', async () => {
    const box = await loggedIn()
    await login(box)
    const two = await login(box, '--duration', '2h', '--token-code', box.code(1))
    expect(two.isNew).toBe(true)
    expect(secondsLeft(box, two.expiration)).toBeGreaterThan(7100)
    expect(await login(box, '--duration', '2h')).toEqual({ ...two, isNew: false })
    const { stderr } = await box.run(['--profile', 'admin', '--duration', '30m'])
    expect(stderr).toContain('--duration 30m applies only to a new session: add --force.')
    expect(box.calls('AssumeRole')).toEqual(['OK', 'OK'])
    expect(box.calls()).toEqual(['OK'])
  })

  it('with duration_seconds makes a new session, and a longer one is kept for a shorter setting', async () => {
    const box = await loggedIn()
    configure(box, 'duration_seconds = 900')
    await login(box)
    box.write('config', box.read('config').replace('= 900', '= 3600'))
    const { code, stdout, stderr } = await box.run(['exec', '-p', 'admin', ...PRINT_END])
    expect(code, stderr).toBe(0)
    expect(secondsLeft(box, stdout)).toBeGreaterThan(3500)
    const hour = await login(box)
    expect(secondsLeft(box, hour.expiration)).toBeGreaterThan(3500)
    box.write('config', box.read('config').replace('= 3600', '= 1800'))
    expect(await login(box)).toEqual({ ...hour, isNew: false })
    expect(box.calls('AssumeRole')).toEqual(['OK', 'OK'])
    expect(box.calls()).toEqual(['OK'])
  })

  it('does not matter to credential-process, which AWS tools run again later', async () => {
    const box = await loggedIn()
    await login(box)
    configure(box, 'duration_seconds = 7200')
    expect((await box.run(['credential-process', '--profile', 'admin'])).code).toBe(0)
    expect(box.calls('AssumeRole')).toEqual(['OK'])
  })

  it('does not matter to credential-process if it loads the whole program', async () => {
    const box = await loggedIn()
    const { expiration } = await login(box, '--duration', '30m')
    configure(box, 'duration_seconds = 7200')
    const args = ['credential-process', '--profile', 'admin', '--serial', box.device.serialNumber]
    const { code, stdout, stderr } = await box.run(args)
    expect(code, stderr).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ Expiration: expiration })
    expect(box.calls('AssumeRole')).toEqual(['OK'])
  })
})

describe('--min-ttl', () => {
  it.each([
    ['exec', '-p', 'far', '--min-ttl', '2h', '--', ...NOTHING],
    ['exec', '-p', 'far', '--min-ttl', '2h', '--server', '--', ...NOTHING],
    ['env', '-p', 'far', '--min-ttl', '2h'],
    ['credential-process', '--profile', 'far', '--min-ttl', '2h'],
  ])('longer than a session lasts is refused: %s %s %s %s %s', async (...words) => {
    const box = await loggedIn()
    const { code, stdout, stderr } = await box.run(words)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('A session of the profile far lasts 1 h, so none has 2 h left.')
    expect(stderr).toMatch(/Try: mfa-login exec --profile far --server/)
    expect(box.calls('AssumeRole')).toEqual([])
  })

  it('longer than the sessions of a user is refused without asking for a code', async () => {
    const box = await boxWithRoles()
    const words = ['exec', '-p', 'work', '--min-ttl', '13h', '--', ...NOTHING]
    const { code, stderr } = await box.run(words)
    expect(code).toBe(2)
    expect(stderr).toContain('A session of the profile work lasts 12 h')
    // A session that was created with a longer duration is enough.
    await box.run(['--profile', 'work', '--duration', '20h', '--token-code', box.code()])
    expect((await box.run(words)).code).toBe(0)
  })

  it('is by default at most half the length of a session', async () => {
    const box = await loggedIn()
    configure(box, 'duration_seconds = 900')
    for (const words of [
      ['exec', '-p', 'admin', '--', ...NOTHING],
      ['env', '-p', 'admin'],
      ['credential-process', '--profile', 'admin'],
    ]) {
      expect((await box.run(words)).code).toBe(0)
    }
    expect(box.calls('AssumeRole')).toEqual(['OK'])
    const asked = await box.run(['env', '-p', 'admin', '--min-ttl', '15m'])
    // A session of 15 minutes never has 15 minutes left.
    expect(asked.code).toBe(2)
    expect(box.calls('AssumeRole')).toEqual(['OK'])
  })
})
