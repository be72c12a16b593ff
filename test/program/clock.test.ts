/** Clocks that are wrong, and what is dated in the future: it is not believed. */
import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { setClockCommand } from '../../src/aws/clock.ts'
import { codeAt } from '../../src/local-aws/index.ts'
import { sentCode } from '../../src/mfa/token-code.ts'
import { lockKey } from '../../src/session/model/session.ts'
import { alterAnswers, setElement } from '../support/altering-server.ts'
import { launchIn, settle, writeIndexFor } from '../support/launcher.ts'
import { boxWithRoles } from '../support/roles.ts'
import { sandbox, type Sandbox } from '../support/sandbox.ts'

const SET_CLOCK = setClockCommand(process.platform)
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const SERVE = ['credential-process', '--profile', 'work']
const LOGIN = ['login', '--profile', 'work', '--token-code']

/** A machine whose clock is ahead of AWS's, behind it where `minutes` is negative. */
async function withClockAhead(minutes: number): Promise<Sandbox> {
  const box = await boxWithRoles()
  box.freshStep()
  box.aws.faults.clockOffsetMs = -minutes * MINUTE_MS
  return box
}

/** A code by AWS's clock, which a phone follows. */
const awsCode = (box: Sandbox): string =>
  codeAt(box.device, box.now() + box.aws.faults.clockOffsetMs)

const cacheFile = (box: Sandbox, ending: string): string => {
  const folder = box.path('mfa-login/cache')
  return `${folder}/${readdirSync(folder).find((name) => name.endsWith(ending)) ?? ''}`
}

describe('a login with a clock ahead of AWS’s', () => {
  it('by more than its session lasts fails, names the clock, and writes nothing', async () => {
    const box = await withClockAhead(13 * 60)
    const before = box.read('credentials')
    const { code, stdout, stderr } = await box.run([...LOGIN, awsCode(box)])
    expect(stderr).toContain('This machine’s clock is 13 h ahead of AWS’s')
    expect(stderr).toContain(`${SET_CLOCK}, then: mfa-login --profile work`)
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' })
    expect(box.read('credentials')).toBe(before)
    expect(
      readdirSync(box.path('mfa-login/cache')).filter((name) => /json|answer/.test(name)),
    ).toEqual([])
  })

  it('serves AWS tools no session that they take for expired', async () => {
    // With 10 minutes left by this machine's clock, most SDKs would ask again at once.
    const box = await withClockAhead(12 * 60 - 10)
    const process = `mfa_process = echo ${awsCode(box)}`
    box.write('config', `[profile work]\nmfa_serial = ${box.device.serialNumber}\n${process}\n`)
    const { code, stdout, stderr } = await box.run(SERVE)
    expect(stderr).toContain('This machine’s clock is 11 h 50 min ahead of AWS’s')
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' })
  })

  it('fails for a role, too, whose session has expired', async () => {
    const box = await withClockAhead(70)
    const { code, stdout, stderr } = await box.run([
      'login',
      '-p',
      'admin',
      '--token-code',
      awsCode(box),
    ])
    expect(stderr).toContain(
      'This machine’s clock is 1 h 10 min ahead of AWS’s: by this clock, the new session',
    )
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' })
  })

  test.each([
    [20, '20 min ahead of'],
    [-20, '20 min behind'],
  ])('or not by less: %i minutes are reported', async (minutes, skew) => {
    const box = await withClockAhead(minutes)
    const { code, stderr } = await box.run([...LOGIN, awsCode(box)])
    expect(stderr).toContain(`This machine’s clock is ${skew} AWS’s, so AWS refuses most tools.`)
    expect(stderr).toContain(`To set it: ${SET_CLOCK}`)
    expect(code).toBe(0)
  })

  it('is not told of a minute', async () => {
    const box = await withClockAhead(1)
    const { code, stderr } = await box.run([...LOGIN, awsCode(box)])
    expect(stderr).not.toContain('clock')
    expect(code).toBe(0)
  })
})

it('a session that has expired by AWS’s own clock is an error that names the clock', async () => {
  const box = await sandbox()
  box.freshStep(15_000)
  const past = new Date(box.now() - HOUR_MS).toISOString().replace(/\.\d+/, '')
  await alterAnswers(box, (_, answer) => setElement('Expiration', past)(answer))
  const { code, stdout, stderr } = await box.run([...LOGIN, box.code()])
  expect(stderr).toMatch(/the new session has expired by AWS’s own clock \(20[^)]+Z\)/)
  expect({ code, stdout }).toEqual({ code: 5, stdout: '' })
})

it('doctor names a clock that is ahead by more than a session lasts', async () => {
  const box = await withClockAhead(13 * 60)
  const { code, stdout } = await box.run(['doctor', '--profile', 'work', '--json'])
  const { findings } = JSON.parse(stdout) as { findings: Record<string, string>[] }
  const finding = findings.find((each) => each.code === 'clock-skew')
  expect(finding?.severity).toBe('error')
  expect(finding?.message).toContain('This machine’s clock is 13 h ahead of AWS’s')
  expect(finding?.remedy).toBe(SET_CLOCK)
  expect(code).toBe(1)
})

it('a wrong clock does not hinder the look-up of the device', async () => {
  const box = await withClockAhead(20)
  box.write('config', '')
  expect((await box.run([...LOGIN, awsCode(box)])).code).toBe(0)
  expect(box.calls('ListMFADevices')).toEqual(['SignatureDoesNotMatch', 'OK'])
})

/** What the launcher prints, with `echo ran` in place of Node. Windows has no launcher. */
function expectLaunch(box: Sandbox, output: string): void {
  if (process.platform === 'win32') return
  expect(launchIn(['sh'], ['/bin/echo', 'ran', ...SERVE], box.env)).toContain(output)
}

describe('what is dated in the future is not believed:', () => {
  it('a note of a failure', async () => {
    const box = await sandbox()
    box.freshStep()
    const failure = { at: box.now() + HOUR_MS, exit: 'cancelled', message: 'Canceled.' }
    for (const serial of [undefined, box.device.serialNumber])
      box.write(
        `mfa-login/cache/${lockKey(box.key.accessKeyId, serial)}.failed`,
        JSON.stringify(failure),
      )
    const { code, stderr } = await box.run([...LOGIN, box.code()])
    expect(code, stderr).toBe(0)
  })

  it('a note of a sent code', async () => {
    const box = await sandbox()
    box.freshStep(10_000)
    const name = lockKey(box.key.accessKeyId, box.device.serialNumber)
    const note = sentCode(box.device.serialNumber, box.code(), box.now() + HOUR_MS)
    box.write(`mfa-login/cache/${name}.sent`, JSON.stringify(note))
    const { code, stderr } = await box.run([...LOGIN, box.code()])
    expect(code, stderr).toBe(0)
  })

  it('a session, by the launcher, Node, and the whole program', async () => {
    const box = await sandbox()
    box.freshStep(10_000)
    expect((await box.run([...LOGIN, box.code()])).code).toBe(0)
    await settle()
    expect((await box.run(SERVE)).code).toBe(0)
    const file = cacheFile(box, '.json')
    const session = JSON.parse(readFileSync(file, 'utf8')) as { obtainedAt: string }
    const later = new Date(box.now() + HOUR_MS)
    writeFileSync(file, JSON.stringify({ ...session, obtainedAt: later.toISOString() }))
    for (const path of [file, cacheFile(box, '.answer')]) utimesSync(path, later, later)
    await settle()
    const [config, credentials] = [box.path('config'), box.path('credentials')]
    writeIndexFor({ config, credentials, cache: box.path('mfa-login/cache') }, 'work')
    expect(existsSync(cacheFile(box, '.index'))).toBe(true)
    expectLaunch(box, 'ran')
    expect(await box.run(SERVE)).toMatchObject({ code: 6, stdout: '' })
    expect((await box.run(['env', '--profile', 'work'])).code).toBe(6)
    const again = await box.run([...LOGIN.slice(0, 3)])
    expect(again.code, again.stderr).toBe(6)
  })

  it('config, credentials, index and cache, after which a change is seen', async () => {
    const box = await sandbox()
    box.freshStep(10_000)
    expect((await box.run([...LOGIN, box.code()])).code).toBe(0)
    const later = new Date(box.now() + 24 * HOUR_MS)
    const paths = [box.path('config'), box.path('credentials'), box.path('.')]
    for (const path of paths) utimesSync(path, later, later)
    await settle()
    expect((await box.run(SERVE)).code).toBe(0)
    const index = cacheFile(box, '.index')
    utimesSync(index, later, later)
    expectLaunch(box, 'SessionToken')
    writeFileSync(box.path('config'), '[profile work]\nmfa_serial = GAHT12345678\n')
    utimesSync(box.path('config'), later, later)
    expectLaunch(box, 'ran')
    expect(await box.run(SERVE)).toMatchObject({ code: 6, stdout: '' })
  })
})
