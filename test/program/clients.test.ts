/** The clients of docs/clients.md with every way to give them a session. A client that is not installed is skipped. */
import { spawn } from 'node:child_process'
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { notOnWindows } from '../support/not-on-windows.ts'
import { printing } from '../support/codes.ts'
import { CLIENTS, MODES, type Ask, type Client, type Mode } from '../support/clients.ts'
import { outputOf } from '../support/programs.ts'
import { outcomeOf, sandbox, type Outcome, type Sandbox } from '../support/sandbox.ts'

const CREDENTIAL_PROCESS = MODES.find(({ name }) => name === 'credential_process')!
const BARE: Mode = { name: 'bare', isWired: false, through: [], env: { AWS_PROFILE: 'work' } }

const folder = mkdtempSync(join(tmpdir(), 'mfa-login-clients-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function isTooOld(version: string, { since }: Client, { name }: Mode): boolean {
  const first = since?.[name] ?? ''
  return version.localeCompare(first, 'en', { numeric: true }) < 0
}

async function wire(box: Sandbox, { isWired }: Mode): Promise<void> {
  if (!isWired) return
  const words = ['setup', '--profile', 'work', '--serial', box.device.serialNumber, '--yes']
  expect((await box.run(words)).code).toBe(0)
}

async function logIn(box: Sandbox, tokenCode: string): Promise<void> {
  const { code, stderr } = await box.run(['--profile', 'work', '--token-code', tokenCode])
  expect(code, stderr).toBe(0)
}

async function loggedIn(mode: Mode): Promise<Sandbox> {
  const box = await sandbox()
  await wire(box, mode)
  await logIn(box, box.code())
  return box
}

/** Runs without a terminal, so that nobody can be asked for a code. */
function run(box: Sandbox, { words }: Ask, { through, env }: Mode): Promise<Outcome> {
  const [program = '', ...args] = [...through, ...words]
  return outcomeOf(spawn(program, args, { env: { ...box.env, ...env }, detached: true }))
}

function cachedSession(box: Sandbox): { path: string; content: { accessKeyId: string } } {
  const cache = box.path('mfa-login/cache')
  const [name = '', ...more] = readdirSync(cache).filter((each) => each.endsWith('.json'))
  expect(more).toEqual([])
  const path = `${cache}/${name}`
  return { path, content: JSON.parse(readFileSync(path, 'utf8')) as { accessKeyId: string } }
}

const sessionKey = (box: Sandbox): string => cachedSession(box).content.accessKeyId

/** The calls that AWS got, with their outcomes and keys. */
const calls = (box: Sandbox): string[] =>
  box.aws.requests.map((each) => `${each.action} ${each.outcome} ${each.accessKeyId ?? ''}`)

/** The client succeeds, and it made all calls with the session. */
async function expectServed(box: Sandbox, ask: Ask, mode: Mode): Promise<void> {
  const before = box.aws.requests.length
  const { code, stdout, stderr } = await run(box, ask, mode)
  expect(code, stderr).toBe(0)
  expect(stdout).toContain(ask.shows)
  const ofClient = calls(box)
    .slice(before)
    .filter((call) => !call.startsWith('GetSessionToken '))
  expect([...new Set(ofClient)]).toEqual(ask.calls.map((call) => `${call} ${sessionKey(box)}`))
}

for (const client of CLIENTS) {
  const version = outputOf(...client.version)?.split('\n')[0]
  const tooOld = (mode: Mode): boolean => isTooOld(version ?? '', client, mode)
  console.info(`${client.name}: ${version ?? 'not installed, skipped'}`)
  /** The call that the policy allows only with MFA. */
  const last = (box: Sandbox): Ask => client.asks(box, folder).at(-1)!

  describe.skipIf(version === undefined)(client.name, () => {
    // A compiler with an empty cache takes minutes.
    beforeAll(() => client.build?.(folder), 300_000)

    it.each(MODES.filter((mode) => !tooOld(mode)))(
      'gets the session through $name',
      async (mode) => {
        const box = await loggedIn(mode)
        for (const ask of client.asks(box, folder)) await expectServed(box, ask, mode)
      },
    )

    it.each(MODES.filter(tooOld))('is too old for $name', async (mode) => {
      const box = await loggedIn(mode)
      const before = calls(box)
      expect((await run(box, last(box), mode)).code).not.toBe(0)
      expect(calls(box)).toEqual(before)
    })

    it('is denied with the long-term key', async () => {
      const box = await sandbox()
      const ask = last(box)
      expect((await run(box, ask, BARE)).code).not.toBe(0)
      const [action = ''] = ask.calls.at(-1)!.split(' ')
      expect(calls(box).at(-1)).toBe(`${action} AccessDenied ${box.key.accessKeyId}`)
    })

    it('gets a new session through credential_process when the old one has expired', async () => {
      const box = await sandbox()
      appendFileSync(box.path('config'), `mfa_process = ${printing(`${box.home}/code`)}\n`)
      await wire(box, CREDENTIAL_PROCESS)
      box.freshStep()
      await logIn(box, box.code(-1))
      const { path, content } = cachedSession(box)
      writeFileSync(path, JSON.stringify({ ...content, expiration: '2020-01-01T00:00:00Z' }))
      box.giveCode(box.code())
      await expectServed(box, last(box), CREDENTIAL_PROCESS)
      expect(sessionKey(box)).not.toBe(content.accessKeyId)
      expect(box.calls()).toEqual(['OK', 'OK'])
    })

    it.skipIf(notOnWindows('POSIX shell'))(
      'lets credential_process ask for a code on the terminal',
      async () => {
        const box = await sandbox()
        await wire(box, CREDENTIAL_PROCESS)
        const ask = last(box)
        const client = box.terminal(
          `AWS_PROFILE=work ${ask.words.map((word) => `'${word}'`).join(' ')}`,
        )
        await client.answer('MFA code for work', `${box.code()}\r`)
        await client.waitFor(ask.shows)
        expect(await client.exit).toBe(0)
      },
    )

    it('fails through credential_process if a code is needed and nobody can be asked', async () => {
      const box = await sandbox()
      await wire(box, CREDENTIAL_PROCESS)
      const { code, stdout, stderr } = await run(box, last(box), CREDENTIAL_PROCESS)
      expect(code).not.toBe(0)
      const isShown = `${stdout}${stderr}`.includes('Try: mfa-login --profile work in a terminal')
      expect(isShown, stderr).toBe(client.isSilent !== true)
      expect(calls(box)).toEqual([])
    })
  })
}

it('docs/clients.md lists the clients and modes of these tests', () => {
  const text = readFileSync(new URL('../../docs/clients.md', import.meta.url), 'utf8')
  const [header, , ...rows] = text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').slice(1, -1))
    .map(([client = '', , ...cells]) => [client, ...cells].map((cell) => cell.trim()))
  expect(header).toEqual(['Client', ...MODES.map(({ name }) => `\`${name}\``)])
  const cellOf = ({ since }: Client, { name }: Mode): string =>
    since?.[name] === undefined ? 'yes' : `from ${since[name]}`
  expect(rows).toEqual(
    CLIENTS.map((client) => [client.name, ...MODES.map((mode) => cellOf(client, mode))]),
  )
})
