import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { beforeEach, expect, it, onTestFinished } from 'vitest'
import { Failure } from '../../../src/failure.ts'
import { converse } from '../../../src/platform/process/converse.ts'
import { run } from '../../../src/platform/process/processes.ts'
import { notOnWindows } from '../../support/not-on-windows.ts'

const LATE = new Failure('noCodeSource', 'late')
const limit = { milliseconds: 20_000, failure: LATE }
const env = process.env
const js = (script: string): string[] => [process.execPath, '-e', script]

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mfa-login-child-'))
  // Windows starts only files with such an ending.
  file = join(folder, 'file.exe')
  onTestFinished(async () => rm(folder, { recursive: true }))
})

it('waits for a program to end, and passes its stderr on at once', async () => {
  const command = js(`
    const { existsSync, readFileSync } = require('node:fs')
    readFileSync(0)
    console.log('out')
    console.error('err')
    setInterval(() => existsSync(process.env.F) && process.exit(3), 20)`)
  const onStderr = (): void => writeFileSync(file, '')
  const ended = await converse(command, { env: { ...env, F: file }, limit, onStderr })
  expect(ended).toEqual({ code: 3, stdout: 'out\n', stderr: 'err\n' })
})

it.each(['\n', '\r\n'])(
  'replies to whole lines that end with %j, even if they come in pieces or the program does not read',
  async (end) => {
    const script = `
      const write = (text, next) => process.stdout.write(text, next)
      const end = ${JSON.stringify(end)}
      write('OK he')
      setTimeout(() => write('llo' + end[0]), 100)
      setTimeout(() => write(end.slice(1)), 200)
      let count = 0
      require('node:readline').createInterface(process.stdin).on('line', (line) => {
        if (count++ === 0) write('got ' + line + end)
        else write(line + end + 'rest', () => process.exit())
      })`
    const lines: string[] = []
    const onLine = (line: string): string | undefined => {
      lines.push(line)
      return line === 'BYE' ? undefined : line.startsWith('got') ? 'BYE' : 'answer'
    }
    const { stdout } = await converse(js(script), { env, limit, onLine })
    expect(lines).toEqual(['OK hello', 'got answer', 'BYE'])
    expect(stdout).toBe(['OK hello', 'got answer', 'BYE', 'rest'].join(end))
  },
)

it('replies to a program that reads nothing', async () => {
  const unread = js(`fs.closeSync(0); console.log('x'); setTimeout(() => console.log('y'), 500)`)
  expect((await converse(unread, { env, limit, onLine: () => 'z'.repeat(100_000) })).code).toBe(0)
})

it('fails at once if a program cannot be started, and removes its listeners', async () => {
  writeFileSync(file, 'text')
  const listeners = process.listenerCount('SIGINT')
  const soon = { milliseconds: 300, failure: LATE }
  for (const program of ['/no/program', join(file, 'program'), file]) {
    const talk = converse([program], { env, limit: soon })
    await expect(talk).rejects.toThrow(/There is no command|cannot be started/)
    await expect(run([program], { env })).rejects.toThrow(Failure)
  }
  await pause(400)
  expect(process.listenerCount('SIGINT')).toBe(listeners)
})

it.skipIf(notOnWindows('environment size'))('names an environment that is too long', async () => {
  const long = { ...env, LONG: 'x'.repeat(10_000_000) }
  await expect(converse(js(''), { env: long, limit })).rejects.toThrow('E2BIG')
})

it.skipIf(notOnWindows('signals'))('has no exit code if a signal ended the program', async () => {
  const { code } = await converse(js('process.abort()'), { env, limit })
  expect(code).toBeUndefined()
})

it('distinguishes a program that does not exist from one that is not executable', async () => {
  writeFileSync(file, 'text')
  await expect(converse(['/nowhere/x'], { env, limit })).rejects.toMatchObject({ exit: 'notFound' })
  await expect(converse([file], { env, limit })).rejects.toMatchObject({ exit: 'notExecutable' })
})

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

const STAY = 'setInterval(() => 0, 1000)'
const CHILD = `child_process.spawn(process.execPath, ['-e', '${STAY}'], { stdio: 'inherit' })`

it.each([
  ['a program that ends on SIGTERM', STAY],
  [
    'a program that ignores SIGTERM',
    `process.on('SIGINT', () => 0).on('SIGTERM', () => 0); ${STAY}`,
  ],
  ['a program whose own child holds the pipes', `${CHILD}; ${STAY}`],
])('ends %s after its time limit', async (_, script) => {
  const short = { milliseconds: 6000, failure: LATE }
  const command = js(`fs.writeFileSync(process.env.F, String(process.pid)); ${script}`)
  const startedAt = Date.now()
  const talk = converse(command, { env: { ...env, F: file }, limit: short })
  await expect(talk).rejects.toBe(LATE)
  expect(Date.now() - startedAt).toBeLessThan(9000)
  expect(isAlive(Number(readFileSync(file, 'utf8')))).toBe(false)
})

it('removes its timer and listeners at the end', async () => {
  const before = process.listenerCount('SIGTERM')
  await converse(js(''), { env, limit: { milliseconds: 3000, failure: LATE } })
  await pause(3200)
  expect(process.listenerCount('SIGTERM')).toBe(before)
})

it('keeps only the beginning of endless output', async () => {
  const { stdout } = await converse(js(`process.stdout.write('x'.repeat(3e6))`), { env, limit })
  expect(stdout).toHaveLength(65_536)
})
