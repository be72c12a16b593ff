/** `--duration` of a login while there is a session. */
import { describe, expect, it } from 'vitest'
import { boxWithRoles } from '../support/roles.ts'
import { sandbox, type Sandbox } from '../support/sandbox.ts'

const LOGIN = ['--profile', 'work']
const HOUR = 3_600_000

interface Report {
  readonly expiration: string
  readonly isNew: boolean
}

async function loggedIn(...more: string[]): Promise<Sandbox> {
  const box = await sandbox()
  box.freshStep()
  const { code, stderr } = await box.run([...LOGIN, ...more, '--token-code', box.code()])
  expect(code, stderr).toBe(0)
  return box
}

async function loginAgain(box: Sandbox, ...more: string[]): Promise<Report> {
  const { code, stdout, stderr } = await box.run([...LOGIN, '--json', ...more])
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout) as Report
}

describe('login --duration', () => {
  it('10h gets a new session where three minutes are left', async () => {
    const box = await loggedIn('--duration', '10h')
    box.advance(10 * HOUR - 180_000)
    const again = await loginAgain(box, '--duration', '10h', '--token-code', box.code())
    expect(again.isNew).toBe(true)
    expect((Date.parse(again.expiration) - box.now()) / HOUR).toBeCloseTo(10, 1)
    expect(box.calls()).toEqual(['OK', 'OK'])
  })

  it('10h keeps a session with more than five hours left, and replaces it after that', async () => {
    const box = await loggedIn('--duration', '10h')
    box.advance(4.9 * HOUR)
    expect(await loginAgain(box, '--duration', '10h')).toMatchObject({ isNew: false })
    box.advance(0.2 * HOUR)
    const again = await loginAgain(box, '--duration', '10h', '--token-code', box.code())
    expect(again.isNew).toBe(true)
  })

  it('1h over a session of 12 h says what it keeps', async () => {
    const box = await loggedIn()
    const { code, stderr } = await box.run([...LOGIN, '--duration', '1h'])
    expect(code).toBe(0)
    expect(stderr).toMatch(
      /^The session in profile work-mfa is still valid until \S+ \S+ \S+ \((12 h|11 h 59 min)\); --duration 1h applies only to a new session: add --force\.$/m,
    )
    expect(box.calls()).toEqual(['OK'])
    const forced = ['--duration', '1h', '--force', '--token-code', box.code(1)]
    const again = await loginAgain(box, ...forced)
    expect((Date.parse(again.expiration) - box.now()) / HOUR).toBeCloseTo(1, 1)
  })

  it('20h over a session of 12 h gets a new one, whether the file or the cache has the session', async () => {
    const box = await loggedIn()
    const again = await loginAgain(box, '--duration', '20h', '--token-code', box.code(1))
    expect((Date.parse(again.expiration) - box.now()) / HOUR).toBeCloseTo(20, 1)
    box.write('credentials', box.keysSection())
    // The session of the cache is long enough.
    expect(await loginAgain(box, '--duration', '20h')).toEqual({ ...again, isNew: false })
  })

  it('of a role says nothing about the MFA session behind it', async () => {
    const box = await boxWithRoles()
    await box.run([...LOGIN, '--duration', '2h', '--token-code', box.code()])
    const { code, stderr } = await box.run(['--profile', 'admin', '--duration', '1h'])
    expect(code, stderr).toBe(0)
    expect(box.calls()).toEqual(['OK'])
  })
})

describe('a text that is no duration', () => {
  it.each(['1x', 'soon', '12H', '1.5h'])('%s is named as such', async (text) => {
    const box = await boxWithRoles()
    const message = `"${text}" is not a duration such as 12h, 45m, 1h30m or 43200.`
    for (const profile of ['work', 'admin']) {
      const { code, stderr } = await box.run(['--profile', profile, '--duration', text])
      expect(code).toBe(2)
      expect(stderr).toContain(`${message} Try: --duration `)
    }
    box.write(
      'config',
      box.read('config').replace('[profile admin]\n', `$&duration_seconds = ${text}\n`),
    )
    const { code, stderr } = await box.run(['--profile', 'admin'])
    expect(code).toBe(2)
    expect(stderr).toContain(`${message} Try: check duration_seconds in ${box.path('config')}:6`)
    expect(box.aws.requests).toEqual([])
  })

  it('is told from one that is too long or too short', async () => {
    const box = await boxWithRoles()
    for (const text of ['37h', '0h', '14m']) {
      const { code, stderr } = await box.run(['--profile', 'work', '--duration', text])
      expect(code).toBe(2)
      expect(stderr).toContain(`The duration "${text}" is not between 15m and 36h.`)
    }
  })
})
