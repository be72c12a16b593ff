import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { Failure } from '../../../src/failure.ts'
import { run, converse } from '../../../src/platform/process/child.ts'

const LATE = new Failure('noCodeSource', 'late')
const limit = { milliseconds: 20_000, failure: LATE }
const env = { PATH: process.env.PATH }
const sh = (script: string): string[] => ['/bin/sh', '-c', script]

it('hears a program out, and what it says meanwhile at once', async () => {
  const began = Date.now()
  let spoke = Infinity
  const onStderr = (): void => void (spoke = Math.min(spoke, Date.now() - began))
  const command = sh('cat; echo out; echo err >&2; sleep 1; exit 3')
  const ended = await converse(command, { env, limit, onStderr })
  expect(ended).toEqual({ code: 3, stdout: 'out\n', stderr: 'err\n' })
  expect(spoke).toBeLessThan(900)
})

it('replies to whole lines, also where they come in pieces, and to one that leaves at once', async () => {
  const script =
    'printf "OK he"; sleep 0.2; echo llo; read a; echo "got $a"; read b; echo "$b"; printf rest'
  const heard: string[] = []
  const onLine = (line: string): string | undefined => {
    heard.push(line)
    return line === 'BYE' ? undefined : line.startsWith('got') ? 'BYE' : 'answer'
  }
  const { stdout } = await converse(sh(script), { env, limit, onLine })
  expect(heard).toEqual(['OK hello', 'got answer', 'BYE'])
  expect(stdout).toBe('OK hello\ngot answer\nBYE\nrest')
  const deaf = sh('exec 0<&-; echo x; sleep 0.5; echo y')
  expect((await converse(deaf, { env, limit, onLine: () => 'z'.repeat(100_000) })).code).toBe(0)
})

it('says at once that a program cannot be started, and leaves nothing behind', async () => {
  const listeners = process.listenerCount('SIGINT')
  const soon = { milliseconds: 300, failure: LATE }
  for (const program of ['/no/program', '/etc/passwd/program', '/etc/passwd']) {
    const talk = converse([program], { env, limit: soon })
    await expect(talk).rejects.toThrow(/There is no command|cannot be started/)
    await expect(run([program], { env })).rejects.toThrow(Failure)
  }
  const long = { ...env, LONG: 'x'.repeat(10_000_000) }
  await expect(converse(['/bin/true'], { env: long, limit: soon })).rejects.toThrow('E2BIG')
  await pause(400)
  expect(process.listenerCount('SIGINT')).toBe(listeners)
})

it('says where a signal ended it', async () => {
  expect((await converse(sh('kill -ABRT $$'), { env, limit })).code).toBeUndefined()
})

it('says where it is not there or cannot be started', async () => {
  await expect(converse(['/nowhere/x'], { env, limit })).rejects.toMatchObject({ exit: 'notFound' })
  await expect(converse(['/etc/passwd'], { env, limit })).rejects.toMatchObject({
    exit: 'notExecutable',
  })
})

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

it.each([
  ['one that ends when told', 'echo $$ > $F; exec sleep 60'],
  ['one that does not', 'trap "" TERM; echo $$ > $F; while :; do sleep 0.1; done'],
  ['one whose own child holds the pipes', 'sleep 3 & echo $$ > $F; wait'],
])('ends %s after its time', async (_, script) => {
  const folder = await mkdtemp(`${tmpdir()}/mfa-login-child-`)
  onTestFinished(async () => rm(folder, { recursive: true }))
  const short = { milliseconds: 500, failure: LATE }
  const began = Date.now()
  const talk = converse(sh(script), { env: { ...env, F: `${folder}/pid` }, limit: short })
  await expect(talk).rejects.toBe(LATE)
  expect(Date.now() - began).toBeLessThan(2500)
  expect(isAlive(Number(readFileSync(`${folder}/pid`, 'utf8')))).toBe(false)
})

it('lets go of time and signals afterwards', async () => {
  const before = process.listenerCount('SIGTERM')
  await converse(sh('exit 0'), { env, limit: { milliseconds: 200, failure: LATE } })
  await pause(400)
  expect(process.listenerCount('SIGTERM')).toBe(before)
})

it('keeps a program gone wild from filling the memory', async () => {
  const { stdout } = await converse(sh('head -c 3000000 /dev/zero | tr "\\0" x'), { env, limit })
  expect(stdout).toHaveLength(65_536)
})
