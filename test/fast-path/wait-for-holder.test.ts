import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { waitForHolder } from '../../src/fast-path/wait-for-holder.ts'

let folder: string
let lockPath: string
let lock: string
let note: string

beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/mfa-login-wait-`)
  lockPath = `${folder}/cache/01ef`
  lock = `${lockPath}.mfa-login-lock`
  note = `${lockPath}.next`
  onTestFinished(() => rmSync(folder, { recursive: true }))
})

/** A process of another ID that does what `script` says after a moment. */
async function other(script: string): Promise<ChildProcess> {
  const values = `const [lock, note] = process.argv.slice(1)`
  const code = `${values}; ${script}; setTimeout(() => 0, 9000); console.log()`
  const child = spawn(process.execPath, ['-e', code, lock, note])
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  return child
}

const FREE = 'setTimeout(() => fs.rmSync(lock, { recursive: true }), 500)'
const TAKE = `setTimeout(() => {
  fs.mkdirSync(lock)
  fs.writeFileSync(lock + '/' + process.pid + '-000000000000', '')
  fs.rmSync(note)
  ${FREE}
}, 300)`

/** A lock as `lock.ts` leaves it. */
function hold(pid: number, ageInSeconds = 0): void {
  const file = `${lock}/${pid}-0123456789ab`
  mkdirSync(lock, { recursive: true })
  writeFileSync(file, '{}')
  const time = Date.now() / 1000 - ageInSeconds
  utimesSync(file, time, time)
}

/** Milliseconds it waits. */
function wait(): number {
  const began = Date.now()
  expect(waitForHolder(lockPath, Infinity)).toBe(true)
  return Date.now() - began
}

async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'close')
  return child.pid!
}

describe('a miss', () => {
  it('is on its way at once where nobody else is, and says so', () => {
    expect(waitForHolder(lockPath, Infinity)).toBe(false)
    expect(readFileSync(note, 'utf8')).toBe(String(process.pid))
    expect(readdirSync(`${folder}/cache`)).toEqual(['01ef.next'])
  })

  it('waits until the lock is free', async () => {
    const holder = await other(FREE)
    hold(holder.pid!)
    expect(wait()).toBeGreaterThan(300)
    expect(existsSync(note)).toBe(false)
  })

  it('waits for who is on the way, and then for the lock', async () => {
    const ahead = await other(TAKE)
    mkdirSync(`${folder}/cache`)
    writeFileSync(note, String(ahead.pid))
    expect(wait()).toBeGreaterThan(600)
  })

  it('does not wait for the dead', async () => {
    hold(await deadPid())
    writeFileSync(note, String(await deadPid()))
    expect(waitForHolder(lockPath, Infinity)).toBe(false)
    expect(readFileSync(note, 'utf8')).toBe(String(process.pid))
  })

  it.each([10, -10])('does not wait for a holder whose last sign of life is %i s old', (age) => {
    // Its process may be another’s by now.
    hold(process.ppid, age)
    expect(waitForHolder(lockPath, Infinity)).toBe(false)
  })

  it('waits for a while only for who is on the way', () => {
    mkdirSync(`${folder}/cache`)
    writeFileSync(note, String(process.ppid))
    const old = Date.now() / 1000 - 2.5
    utimesSync(note, old, old)
    const waited = wait()
    expect(waited).toBeGreaterThan(300)
    expect(waited).toBeLessThan(2000)
    expect(waitForHolder(lockPath, Infinity)).toBe(false)
  })

  it('does not wait for who was on the way in the future', () => {
    mkdirSync(`${folder}/cache`)
    writeFileSync(note, String(process.ppid))
    const later = Date.now() / 1000 + 60
    utimesSync(note, later, later)
    expect(waitForHolder(lockPath, Infinity)).toBe(false)
  })

  it.runIf(process.getuid?.() !== 0)('goes on where the cache cannot be written', () => {
    mkdirSync(`${folder}/cache`, { mode: 0o500 })
    expect(waitForHolder(lockPath, Infinity)).toBe(false)
  })

  it('goes on where the cache is no folder', () => {
    writeFileSync(`${folder}/cache`, '')
    expect(waitForHolder(lockPath, Infinity)).toBe(false)
  })
})
