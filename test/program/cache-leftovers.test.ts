/** What logout and new sessions remove from the cache folder. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { expect, it, test } from 'vitest'
import { sha256 } from '../../src/session/model/digest.ts'
import { cacheFileName } from '../../src/session/model/session.ts'
import { sandbox, type Sandbox } from '../support/sandbox.ts'

const CACHE = 'mfa-login/cache'
const names = (box: Sandbox): string[] => readdirSync(box.path(CACHE)).sort()
const digest = (text: string): string => sha256(text).slice(0, 40)

/** With the code of a step after the last one. */
async function logIn(box: Sandbox, step: -1 | 0 | 1): Promise<void> {
  const args = ['--profile', 'work', '--force', '--token-code', box.code(step)]
  const outcome = await box.run(args)
  expect(outcome.code, outcome.stderr).toBe(0)
}

async function loggedIn(): Promise<Sandbox> {
  const box = await sandbox()
  box.freshStep()
  await logIn(box, -1)
  return box
}

const PARTS = { secretAccessKey: 'a secret', sessionToken: 'a token', version: 1 }

/** Writes a session with its answer and an index, and returns the name of its file. */
function session(box: Sandbox, profile: string, expiration: string): string {
  const entry = {
    accessKeyId: `ASIA${profile}`,
    expiration,
    profile,
    serialNumber: 'GAHT12345678',
    sourceAccessKeyId: `AKIA${profile}`,
  }
  const name = cacheFileName(entry)
  box.write(`${CACHE}/${name}`, JSON.stringify({ ...entry, ...PARTS }))
  box.write(`${CACHE}/${name.replace('.json', '.answer')}`, '1\n{"SessionToken": "a token"}\n')
  box.write(`${CACHE}/${profile}.index`, `${name}\n${profile}\n/c\n/d\nabc\n`)
  return name
}

it('logout --all removes whatever can hold a session from the cache, readable or not', async () => {
  const box = await loggedIn()
  const real = names(box).find((name) => name.endsWith('.json'))!
  const text = box.read(`${CACHE}/${real}`)
  const newer = text.replace('"version": 1', '"version": 3')
  const files = {
    [`${digest('truncated')}.json`]: text.slice(0, 200),
    [`${digest('truncated')}.answer`]: '1\n{"SessionToken": "x"}\n',
    [`${digest('newer')}.json`]: newer,
    [`${digest('empty')}.json`]: '',
    [`${digest('other')}.json`]: '{"token": "of another format"}',
    [`${digest('alone')}.answer`]: '1\n{"SessionToken": "x"}\n',
    'renamed.json': text,
    'work.index': `${real}\nwork\n`,
    'work.shortcut': `${real}\n`,
    [`${digest('note')}.failed`]: '{}',
    [`${digest('note')}.next`]: '1',
  }
  for (const [name, content] of Object.entries(files)) box.write(`${CACHE}/${name}`, content)
  const binary = box.path(`${CACHE}/${digest('binary')}.json`)
  writeFileSync(binary, Buffer.from([0xff, 0xfe, 0x00]))
  box.write(`${CACHE}/package.json`, '{"name": "of another tool"}')
  const { code, stderr } = await box.run(['logout', '--all'])
  expect(code, stderr).toBe(0)
  expect(stderr).toContain('Also removed from the cache: 7 files that no command could use.\n')
  expect(stderr).toContain('Logged out of work-mfa.\n')
  expect(names(box)).toEqual([expect.stringMatching(/\.sent$/), 'package.json'].sort())
  expect((await box.run(['logout', '--all'])).stderr).toBe('There is no session.\n')
})

it('logout --all leaves the files of others in the cache, and what is no file', async () => {
  const box = await loggedIn()
  const others = {
    'other-tool.json': '',
    'notes.answer': 'a note',
    'todo.json': '[]',
    'search.index': 'of another tool',
    'apt.failed': '1',
    'page.next': '2',
  }
  for (const [name, text] of Object.entries(others)) box.write(`${CACHE}/${name}`, text)
  const folders = ['x.json', 'y.answer', 'x.index', 'z.failed'].concat(
    ['json', 'answer'].map((ending) => `${digest(ending)}.${ending}`),
  )
  for (const name of folders) mkdirSync(box.path(`${CACHE}/${name}`))
  // Beside files of sessions that go.
  box.write(`${CACHE}/${digest('answer')}.json`, '')
  box.write(`${CACHE}/${digest('json')}.answer`, '')
  const pipe = `${digest('pipe')}.json`
  if (process.platform !== 'win32') execFileSync('mkfifo', [box.path(`${CACHE}/${pipe}`)])
  const { code, stderr } = await box.run(['logout', '--all'])
  expect(stderr).not.toContain('defect')
  expect(code, stderr).toBe(0)
  expect(stderr).toContain('Logged out of work-mfa.\n')
  const kept = [...Object.keys(others), ...folders, ...(process.platform === 'win32' ? [] : [pipe])]
  expect(names(box).filter((name) => !name.endsWith('.sent'))).toEqual(kept.sort())
  expect(await box.run(['logout', '--all'])).toMatchObject({
    code: 0,
    stderr: 'There is no session.\n',
  })
})

test.each([
  ['truncated', (text: string) => text.slice(0, 100)],
  ['of a newer version', (text: string) => text.replace('"version": 1', '"version": 3')],
])('logout of a profile removes its session where the file is %s', async (_, damage) => {
  const box = await loggedIn()
  box.write('config', `${box.read('config')}mfa_serial = ${box.device.serialNumber}\n`)
  const [file = ''] = names(box).filter((name) => name.endsWith('.json'))
  box.write(`${CACHE}/${file}`, damage(box.read(`${CACHE}/${file}`)))
  box.write('credentials', box.keysSection())
  expect((await box.run(['status'])).code).toBe(0)
  const { code, stderr } = await box.run(['logout', '--profile', 'work'])
  expect(code).toBe(0)
  expect(stderr).toBe('Also removed from the cache: 1 file that no command could use.\n')
  expect(names(box).filter((name) => /json|answer/.test(name))).toEqual([])
  expect((await box.run(['credential-process', '--profile', 'work'])).code).toBe(6)
})

it('a new session removes those that have ended, with their answers and indexes, and no other', async () => {
  const box = await sandbox()
  box.freshStep()
  const ended = session(box, 'ended', new Date(box.now() - 1000).toISOString())
  const alive = session(box, 'alive', new Date(box.now() + 60_000).toISOString())
  const failure = (at: number): string => JSON.stringify({ at, exit: 'cancelled', message: 'No.' })
  const kept = {
    [`${digest('damaged')}.json`]: '{',
    [`${digest('new')}.failed`]: failure(box.now()),
    [`${digest('device')}.sent`]: '{"digest": "x", "sentAt": 1}',
    'of-others.index': 'x',
  }
  const useless = {
    [`${digest('alone')}.answer`]: '1\n{}\n',
    [`${digest('old')}.failed`]: failure(1),
  }
  for (const [name, text] of Object.entries({ ...kept, ...useless }))
    box.write(`${CACHE}/${name}`, text)
  const filesOf = (name: string, profile: string): string[] => [
    name,
    name.replace('.json', '.answer'),
    `${profile}.index`,
  ]
  await logIn(box, 0)
  const left = names(box)
  expect(left).toEqual(expect.arrayContaining([...filesOf(alive, 'alive'), ...Object.keys(kept)]))
  const gone = [...filesOf(ended, 'ended'), ...Object.keys(useless)]
  expect(left.filter((name) => gone.includes(name))).toEqual([])
})

it('a note of an ended session goes once the session is out of the credentials file', async () => {
  const box = await loggedIn()
  const [note = ''] = names(box).filter((name) => name.endsWith('.written'))
  const ended = box
    .read(`${CACHE}/${note}`)
    .replace(/"expiration":"[^"]*"/, '"expiration":"2020-01-01T00:00:00Z"')
  box.write(`${CACHE}/${note}`, ended)
  box.write(
    'credentials',
    box
      .read('credentials')
      .replace('[work-mfa]', '[day]')
      .replace(/= 20.*Z\n/, '= 2020-01-01T00:00:00Z\n'),
  )
  await logIn(box, 0)
  expect((await box.run(['status'])).stdout).toMatch(/^day .*expired/m)
  box.write('credentials', box.keysSection())
  await logIn(box, 1)
  expect(names(box)).not.toContain(note)
})
