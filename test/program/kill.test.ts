import { readdirSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { once } from 'node:events'
import { expect, it } from 'vitest'
import { parseIni, profileKeys } from '../../src/profile/ini/ini-file.ts'
import { printing } from '../support/codes.ts'
import { notOnWindows } from '../support/not-on-windows.ts'
import { sandbox, type Sandbox } from '../support/sandbox.ts'

const KILLS = 200
const LANES = 4

it.skipIf(notOnWindows('many processes in Wine'))(
  '200 kills at random moments of a login damage no file',
  async () => {
    const kills = await Promise.all(
      Array.from({ length: LANES }, async () => lane(await prepared(), KILLS / LANES)),
    )
    expect(kills.flat()).toHaveLength(KILLS)
    // The test proves something only if some kills hit a running login.
    expect(kills.flat().filter((wasRunning) => wasRunning).length).toBeGreaterThan(KILLS / 4)
  },
  900_000,
)

const COMMENTS = '# mine\n[other]\nregion = x # home\n; end\n\n'

async function prepared(): Promise<Sandbox> {
  const box = await sandbox()
  box.write('credentials', COMMENTS + box.keysSection())
  box.write('config', `${COMMENTS}[profile work]\nmfa_process = ${printing(`${box.home}/code`)}\n`)
  return box
}

const LOGIN = ['login', '--profile', 'work', '--force']

async function lane(box: Sandbox, kills: number): Promise<boolean[]> {
  const killed: boolean[] = []
  let span = await timeOf(box)
  for (let i = 0; i < kills; i += 1) {
    box.device.usedSteps.clear()
    box.giveCode(box.code())
    // A new cache has no notes of sent codes, so the code can be used again; usedSteps is cleared above.
    const child = box.start(LOGIN, { env: { MFA_LOGIN_CACHE_DIR: `${box.home}/cache-${i}` } })
    const ended = once(child, 'close')
    await pause(Math.random() * span)
    const wasRunning = child.kill('SIGKILL') && child.exitCode === null
    killed.push(wasRunning)
    // The duration of a login depends on the load of the machine.
    span *= wasRunning ? 1.05 : 0.9
    await ended
    intact(box)
  }
  await cleanAfterwards(box)
  return killed
}

/** The duration of a whole login in milliseconds. */
async function timeOf(box: Sandbox): Promise<number> {
  box.freshStep()
  box.giveCode(box.code())
  const began = Date.now()
  const env = { MFA_LOGIN_CACHE_DIR: `${box.home}/cache-whole` }
  expect((await box.run(LOGIN, { env })).code).toBe(0)
  return Date.now() - began
}

function intact(box: Sandbox): void {
  for (const name of ['credentials', 'config']) {
    const text = box.read(name)
    expect(parseIni(text).problems).toEqual([])
    expect(text.startsWith(COMMENTS)).toBe(true)
  }
  const keys = profileKeys(parseIni(box.read('credentials')), 'credentials', 'work')
  expect(keys.get('aws_secret_access_key')).toBe(box.key.secretAccessKey)
  const session = profileKeys(parseIni(box.read('credentials')), 'credentials', 'work-mfa')
  expect([0, 4]).toContain(session.size)
}

async function cleanAfterwards(box: Sandbox): Promise<void> {
  box.device.usedSteps.clear()
  box.giveCode(box.code())
  const { code, stderr } = await box.run(LOGIN)
  expect(code, stderr).toBe(0)
  const left = readdirSync(box.path('')).filter((name) => name.includes('mfa-login-'))
  expect(left.filter((name) => !name.includes('.mfa-login-lock.'))).toEqual([])
}
