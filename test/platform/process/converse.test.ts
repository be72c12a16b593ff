import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { Failure } from '../../../src/failure.ts'
import { converse } from '../../../src/platform/process/converse.ts'
import { run } from '../../../src/platform/process/processes.ts'

const LATE = new Failure('noCodeSource', 'late')
const limit = { milliseconds: 20_000, failure: LATE }
const env = { PATH: process.env.PATH }
const sh = (script: string): string[] => ['/bin/sh', '-c', script]

it('waits for a program to end, and passes its stderr on at once', async () => {
  const startedAt = Date.now()
  let firstStderrAt = Infinity
  const onStderr = (): void =>
    void (firstStderrAt = Math.min(firstStderrAt, Date.now() - startedAt))
  const command = sh('cat; echo out; echo err >&2; sleep 1; exit 3')
  const ended = await converse(command, { env, limit, onStderr })
  expect(ended).toEqual({ code: 3, stdout: 'out\n', stderr: 'err\n' })
  expect(firstStderrAt).toBeLessThan(900)
})

it('replies to whole lines, even if they come in pieces or the program does not read', async () => {
  const script =
    'printf "OK he"; sleep 0.2; echo llo; read a; echo "got $a"; read b; echo "$b"; printf rest'
  const lines: string[] = []
  const onLine = (line: string): string | undefined => {
    lines.push(line)
    return line === 'BYE' ? undefined : line.startsWith('got') ? 'BYE' : 'answer'
  }
  const { stdout } = await converse(sh(script), { env, limit, onLine })
  expect(lines).toEqual(['OK hello', 'got answer', 'BYE'])
  expect(stdout).toBe('OK hello\ngot answer\nBYE\nrest')
  const unread = sh('exec 0<&-; echo x; sleep 0.5; echo y')
  expect((await converse(unread, { env, limit, onLine: () => 'z'.repeat(100_000) })).code).toBe(0)
})

it('fails at once if a program cannot be started, and removes its listeners', async () => {
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

it('has no exit code if a signal ended the program', async () => {
  expect((await converse(sh('kill -ABRT $$'), { env, limit })).code).toBeUndefined()
})

it('distinguishes a program that does not exist from one that is not executable', async () => {
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
  ['a program that ends on SIGTERM', 'echo $$ > $F; exec sleep 60'],
  ['a program that ignores SIGTERM', 'trap "" TERM; echo $$ > $F; while :; do sleep 0.1; done'],
  ['a program whose own child holds the pipes', 'sleep 3 & echo $$ > $F; wait'],
])('ends %s after its time limit', async (_, script) => {
  const folder = await mkdtemp(`${tmpdir()}/mfa-login-child-`)
  onTestFinished(async () => rm(folder, { recursive: true }))
  const short = { milliseconds: 500, failure: LATE }
  const startedAt = Date.now()
  const talk = converse(sh(script), { env: { ...env, F: `${folder}/pid` }, limit: short })
  await expect(talk).rejects.toBe(LATE)
  expect(Date.now() - startedAt).toBeLessThan(2500)
  expect(isAlive(Number(readFileSync(`${folder}/pid`, 'utf8')))).toBe(false)
})

it('removes its timer and listeners at the end', async () => {
  const before = process.listenerCount('SIGTERM')
  await converse(sh('exit 0'), { env, limit: { milliseconds: 200, failure: LATE } })
  await pause(400)
  expect(process.listenerCount('SIGTERM')).toBe(before)
})

it('keeps only the beginning of endless output', async () => {
  const { stdout } = await converse(sh('head -c 3000000 /dev/zero | tr "\\0" x'), { env, limit })
  expect(stdout).toHaveLength(65_536)
})
