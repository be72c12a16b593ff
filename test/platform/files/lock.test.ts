import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'rolldown'
import { beforeAll, beforeEach, expect, it } from 'vitest'
import type { LockHolder } from '../../../src/context.ts'
import { createFiles } from '../../../src/platform/files/files.ts'
import { withLock } from '../../../src/platform/files/lock.ts'
import { notOnWindows } from '../../support/not-on-windows.ts'
import { debug } from '../../support/platform.ts'

const WORKER = join(mkdtempSync(join(tmpdir(), 'lock-worker-')), 'worker.mjs')
let folder: string
let lock: string

beforeAll(async () => {
  const input = fileURLToPath(new URL('./lock-worker.ts', import.meta.url))
  await build({ input, platform: 'node', output: { file: WORKER, codeSplitting: false } })
})

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-test-'))
  lock = join(folder, 'the-lock')
})

it('the lock loses no update of concurrent processes', async () => {
  const counter = join(folder, 'counter')
  writeFileSync(counter, '0')
  const workers = Array.from({ length: 8 }, () =>
    spawn(process.execPath, [WORKER, 'add', lock, counter, '20']),
  )
  await Promise.all(workers.map(async (worker) => once(worker, 'close')))
  expect(readFileSync(counter, 'utf8')).toBe('160')
  expect(readdirSync(folder)).toEqual(['counter'])
})

it('the lock of a killed process is free at once', async () => {
  const holder = spawn(process.execPath, [WORKER, 'hold', lock])
  await once(holder.stdout, 'data')
  holder.kill('SIGKILL')
  await once(holder, 'close')
  const startedAt = Date.now()
  expect(await withLock(lock, () => Promise.resolve('mine'))).toBe('mine')
  expect(Date.now() - startedAt).toBeLessThan(1000)
  expect(readdirSync(folder)).toEqual([])
})

it('a waiting process returns an early answer without taking the lock', async () => {
  const holder = spawn(process.execPath, [WORKER, 'hold', lock])
  await once(holder.stdout, 'data')
  let looks = 0
  const early = (): Promise<string | undefined> =>
    Promise.resolve(++looks > 2 ? 'found' : undefined)
  expect(await withLock(lock, () => Promise.resolve('made'), { early })).toBe('found')
  holder.kill('SIGKILL')
})

it('after two seconds a waiting process reports the lock and its holder, once', async () => {
  const holder = spawn(process.execPath, [WORKER, 'hold', lock])
  await once(holder.stdout, 'data')
  const startedAt = Date.now()
  const reports: LockHolder[] = []
  const early = (): Promise<string | undefined> =>
    Promise.resolve(Date.now() - startedAt > 2500 ? 'enough' : undefined)
  const onWait = (report: LockHolder): void => void reports.push(report)
  expect(await withLock(lock, () => Promise.resolve('made'), { early, onWait })).toBe('enough')
  expect(reports).toEqual([{ lock, pid: holder.pid, isOnThisMachine: true, isStopped: false }])
  holder.kill('SIGKILL')
})

it.skipIf(notOnWindows('signals'))(
  'a waiting process reports once more when the holder is stopped',
  async () => {
    const holder = spawn(process.execPath, [WORKER, 'hold', lock])
    await once(holder.stdout, 'data')
    const reports: LockHolder[] = []
    const early = (): Promise<string | undefined> =>
      Promise.resolve(reports.length > 1 ? 'enough' : undefined)
    const onWait = (report: LockHolder): void => {
      reports.push(report)
      holder.kill('SIGSTOP')
    }
    expect(await withLock(lock, () => Promise.resolve('made'), { early, onWait })).toBe('enough')
    expect(reports.map(({ isStopped }) => isStopped)).toEqual([false, true])
    holder.kill('SIGKILL')
  },
)

async function expectRefused(put: () => void): Promise<void> {
  put()
  const before = readdirSync(folder, { recursive: true })
  await expect(withLock(lock, () => Promise.resolve('took'))).rejects.toThrow(
    `Cannot take the lock ${lock}: something else has this name.`,
  )
  expect(readdirSync(folder, { recursive: true })).toEqual(before)
}

it.skipIf(notOnWindows('links under Wine')).each(['nowhere', '.'])(
  'a symbolic link to %j in place of the lock is refused, not waited for, and stays',
  async (target) => expectRefused(() => symlinkSync(target, lock)),
)

it.each<[string, () => void]>([
  ['a file', () => writeFileSync(lock, 'mine')],
  [
    'a folder with files of others',
    () => {
      mkdirSync(lock)
      writeFileSync(join(lock, 'mine'), 'mine')
      utimesSync(join(lock, 'mine'), 1, 1)
    },
  ],
])('%s in place of the lock is refused, not waited for, and stays', async (_, put) => {
  await expectRefused(put)
})

function foreignOwner(owner: object, ageSeconds: number): void {
  mkdirSync(lock)
  const file = join(lock, '1-abcdefabcdef')
  writeFileSync(file, JSON.stringify(owner))
  const time = Date.now() / 1000 - ageSeconds
  utimesSync(file, time, time)
}

it('the lock of another machine is respected until it has no heartbeat for a long time', async () => {
  const elsewhere = { machine: 'elsewhere', pid: process.pid, started: '1' }
  foreignOwner(elsewhere, 1)
  let looks = 0
  const giveUp = (): Promise<string | undefined> =>
    Promise.resolve(++looks > 5 ? 'waited' : undefined)
  expect(await withLock(lock, () => Promise.resolve('took'), { early: giveUp })).toBe('waited')
  const silent = join(lock, '1-abcdefabcdef')
  utimesSync(silent, 1, 1)
  expect(await withLock(lock, () => Promise.resolve('took'))).toBe('took')
})

it('a heartbeat that is dated in the future is believed while it changes only', async () => {
  const elsewhere = { machine: 'elsewhere', pid: process.pid, started: '1' }
  foreignOwner(elsewhere, -3600)
  const startedAt = performance.now()
  let later = 3600
  const beat = setInterval(() => {
    later += 2
    const time = Date.now() / 1000 + later
    if (performance.now() - startedAt < 4000) utimesSync(join(lock, '1-abcdefabcdef'), time, time)
  }, 2000)
  expect(await withLock(lock, () => Promise.resolve('took'))).toBe('took')
  clearInterval(beat)
  expect(performance.now() - startedAt).toBeGreaterThan(21_000)
}, 90_000)

it.skipIf(process.platform !== 'linux')(
  'the lock is free if its process ID belongs to a newer process',
  async () => {
    const { readlinkSync } = await import('node:fs')
    const machine = hostname() + readlinkSync('/proc/self/ns/pid')
    foreignOwner({ machine, pid: process.pid, started: 'long ago' }, 0)
    expect(await withLock(lock, () => Promise.resolve('took'))).toBe('took')
  },
)

it('a wait for a file names the process that asks, and the lock', async () => {
  const file = join(folder, 'config')
  const held = `${file}.mfa-login-lock`
  mkdirSync(held)
  writeFileSync(join(held, `${process.pid}-0123456789ab.on%20pts%2F3`), '')
  const lines: string[] = []
  const files = createFiles(debug, (line) => lines.push(line))
  const early = async (): Promise<string | undefined> => Promise.resolve(lines[0])
  await files.withLock(file, async () => Promise.resolve('made'), { early })
  expect(lines).toEqual([
    `Waiting for process ${process.pid}, which asks a question on pts/3 and holds the lock ${held}.`,
  ])
})
