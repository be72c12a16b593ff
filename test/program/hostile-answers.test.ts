/** Answers in AWS's form that hold what AWS never sends. */
import { existsSync, readdirSync } from 'node:fs'
import { connect } from 'node:net'
import { describe, expect, it, test } from 'vitest'
import { notOnWindows } from '../support/not-on-windows.ts'
import { alterAnswers, setElement } from '../support/altering-server.ts'
import { expectAsBefore, withCodes } from '../support/rotation.ts'
import { outcomeOf, sandbox, type Sandbox } from '../support/sandbox.ts'

const HOUR_MS = 3_600_000
const inTime = (milliseconds: number) => (box: Sandbox) =>
  new Date(box.now() + milliseconds).toISOString().replace(/\.\d+/, '')

async function filesIn(box: Sandbox): Promise<string[]> {
  const names = readdirSync(box.home, { recursive: true }).map(String)
  return Promise.resolve(names.filter((name) => /\.(json|answer)$|pwned|^x/.test(name)).sort())
}

describe('a session', () => {
  test.each<[string, string, string | ((box: Sandbox) => string)]>([
    ['a command in the secret', 'SecretAccessKey', '$(touch${IFS}pwned)'],
    ['a command in the token', 'SessionToken', '`touch${IFS}pwned`'],
    ['a second command in the token', 'SessionToken', 'a;touch${IFS}pwned'],
    ['a variable of cmd in the secret', 'SecretAccessKey', '%PATH%'],
    ['a second command of cmd in the token', 'SessionToken', 'a"&calc'],
    ['a blank in the token', 'SessionToken', 'a b9'],
    ['a second line in the token', 'SessionToken', 'a\nAWS_PROFILE=admin'],
    ['a path in the access key ID', 'AccessKeyId', '../../../../pwned'],
    ['a short access key ID', 'AccessKeyId', 'ASIA'],
    ['an expiration in the past', 'Expiration', inTime(-1000)],
    ['an expiration more than an hour later than requested', 'Expiration', inTime(14 * HOUR_MS)],
    ['an expiration that is no date', 'Expiration', 'tomorrow'],
  ])('with %s is refused and stored nowhere', async (_, element, value) => {
    const box = await sandbox()
    box.freshStep(15_000)
    const text = typeof value === 'string' ? value : value(box)
    await alterAnswers(box, (operation, answer) =>
      operation === 'GetSessionToken' ? setElement(element, text)(answer) : answer,
    )
    const before = box.read('credentials')
    const { code, stdout, stderr } = await box.run(['-p', 'work', '--token-code', box.code()])
    expect(stderr).toMatch(
      /^mfa-login: AWS gave no usable answer, and the code may be spent: .+\n$/,
    )
    expect(stderr).toMatch(/is a proxy (or a captive portal )?in between\?/)
    expect({ code, stdout }).toEqual({ code: 5, stdout: '' })
    expect(stderr).not.toContain(text)
    expect(box.calls()).toEqual(['OK'])
    expect(box.read('credentials')).toBe(before)
    expect(await filesIn(box)).toEqual([])
  })

  it('that ends up to an hour later than requested is taken', async () => {
    const box = await sandbox()
    box.freshStep(15_000)
    await alterAnswers(box, (_, answer) =>
      setElement('Expiration', inTime(12.9 * HOUR_MS)(box))(answer),
    )
    const { code, stderr } = await box.run(['-p', 'work', '--token-code', box.code()])
    expect(code, stderr).toBe(0)
  })
})

test.each(['../../x', '/etc/x'])(
  'a new access key with the ID %s becomes no path, and AWS’s new key is deleted',
  async (id) => {
    const box = await withCodes()
    const old = box.key
    await alterAnswers(box, (operation, answer) =>
      operation === 'CreateAccessKey' ? setElement('AccessKeyId', id)(answer) : answer,
    )
    const { code, stderr } = await box.run(['keys', 'rotate', '-p', 'work', '--yes'])
    expect(stderr).toMatch(/Deleted: …\w{4}, a new key whose secret was lost/)
    expect(stderr).toContain('AWS gave no usable answer: the answer has no access key ID')
    expect(code).toBe(5)
    expectAsBefore(box, old)
    expect((await filesIn(box)).filter((name) => !/cache[/\\]/.test(name))).toEqual([])
    expect(existsSync(`${box.home}/x.json`)).toBe(false)
  },
)

it('a list of keys with a path for an ID is refused before a key is created', async () => {
  const box = await withCodes()
  const old = box.key
  await alterAnswers(box, (operation, answer) =>
    operation === 'ListAccessKeys' ? setElement('AccessKeyId', '../../x')(answer) : answer,
  )
  const { code, stderr } = await box.run(['keys', 'rotate', '-p', 'work', '--yes'])
  expect(stderr).toContain('has no access key ID that AWS could have sent')
  expect(code).toBe(5)
  expect(box.calls('CreateAccessKey')).toEqual([])
  expectAsBefore(box, old)
})

it.skipIf(notOnWindows('signals'))('SIGUSR1 does not open Node’s inspector', async () => {
  const box = await sandbox()
  box.freshStep(15_000)
  const port = 20_000 + (process.pid % 20_000)
  const env = { NODE_OPTIONS: `--inspect-port=${port}` }
  const child = box.start(['-p', 'work', '--token-code', '-', '--debug'], { env })
  const ended = outcomeOf(child)
  await new Promise<void>((resolve) => {
    child.stderr.on('data', (text: string) => text.includes('from stdin') && resolve())
  })
  child.kill('SIGUSR1')
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(await connects(port)).toBe(false)
  child.stdin.end(`${box.code()}\n`)
  const { code, stderr } = await ended
  expect(code, stderr).toBe(0)
  expect(stderr).not.toContain('Debugger listening')
})

async function connects(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  return new Promise((resolve) => {
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false))
  }).finally(() => socket.destroy()) as Promise<boolean>
}
