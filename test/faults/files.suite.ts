/** Disks, permissions, links and other writers. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { expect, onTestFinished } from 'vitest'
import { notOnWindows } from '../support/not-on-windows.ts'
import { has } from '../support/programs.ts'
import { outcomeOf, PROGRAM, type Outcome, type Sandbox } from '../support/sandbox.ts'
import { row } from './report.ts'
import { bytes, HEAD, home, isWhole, seen, WORK } from './scene.ts'

const isRoot = process.getuid?.() === 0
const NOBODY = 65_534

function small(folder: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k,mode=0700', 'tmpfs', folder])
  onTestFinished(() => void execFileSync('umount', ['-l', folder]))
}

function mayMount(): boolean {
  if (!isRoot || process.platform !== 'linux') return false
  const probe = `/tmp/faults-mount-${process.pid}`
  mkdirSync(probe)
  const can = has('mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', probe)
  if (can) execFileSync('umount', ['-l', probe])
  rmSync(probe, { recursive: true })
  return can
}

const noMount = mayMount() ? undefined : 'no right to mount a small disk'
const asOther = isRoot && has('setpriv', '--version') ? undefined : 'needs root and setpriv'

/** Fills a disk to the last byte. */
function fill(folder: string): void {
  for (const size of [65_536, 4096, 512, 1]) {
    try {
      for (let i = 0; i < 100; i += 1)
        writeFileSync(`${folder}/filler-${size}-${i}`, 'x'.repeat(size))
    } catch {
      // The disk has no room for a block of this size.
    }
  }
}

async function fullDisk(): Promise<Sandbox> {
  const box = await home()
  const texts = bytes(box)
  small(box.path(''))
  for (const [index, name] of ['credentials', 'config'].entries()) box.write(name, texts[index]!)
  fill(box.path(''))
  return box
}

/** Runs the program without the rights of root. */
async function asNobody(box: Sandbox, args: readonly string[]): Promise<Outcome> {
  const user = ['--reuid', String(NOBODY), '--regid', String(NOBODY), '--clear-groups']
  const child = spawn('setpriv', [...user, process.execPath, PROGRAM, ...args], {
    env: box.env,
    detached: true,
  })
  return outcomeOf(child)
}

function give(folder: string): void {
  for (const name of readdirSync(folder, { recursive: true }))
    chownSync(`${folder}/${String(name)}`, NOBODY, NOBODY)
  chownSync(folder, NOBODY, NOBODY)
}

const login = (box: Sandbox): string[] => ['login', ...WORK, '--token-code', box.code()]

row(
  'disk full: before the code is sent',
  async () => {
    const box = await fullDisk()
    const before = bytes(box)
    const outcome = await box.run(login(box))
    expect(outcome.code).toBe(3)
    expect(bytes(box)).toEqual(before)
    expect(box.calls()).toEqual([])
    return seen(
      box,
      'login with the files and the cache on a disk of 64 kB without a free byte',
      outcome,
      'files as before; no code sent',
    )
  },
  noMount,
)

row(
  'disk full: after the session is got',
  async () => {
    const box = await fullDisk()
    const before = bytes(box)
    const env = { MFA_LOGIN_CACHE_DIR: `${box.home}/cache` }
    const outcome = await box.run(login(box), { env })
    expect(outcome.code).toBe(3)
    expect(bytes(box)).toEqual(before)
    for (const name of readdirSync(box.path(''))) {
      if (name.startsWith('filler')) rmSync(box.path(name))
    }
    const again = await box.run(['login', ...WORK], { env })
    expect(again.code, again.stderr).toBe(0)
    expect(box.calls()).toEqual(['OK'])
    isWhole(box)
    return seen(
      box,
      'login with the cache on a disk that has room',
      outcome,
      'files as before; with room again the next login takes the session from the cache: no second code',
    )
  },
  noMount,
)

row(
  'disk full: setup',
  async () => {
    const box = await fullDisk()
    const before = bytes(box)
    const outcome = await box.run(['setup', ...WORK, '--yes'])
    expect(outcome.code).toBe(3)
    expect(bytes(box)).toEqual(before)
    expect(readdirSync(box.path('')).filter((name) => name.includes('mfa-login'))).toEqual([])
    return seen(box, 'setup on a disk of 64 kB without a free byte', outcome, 'files as before')
  },
  noMount,
)

row(
  'read-only file',
  async () => {
    const box = await home()
    for (const name of ['credentials', 'config']) chmodSync(box.path(name), 0o400)
    give(box.home)
    const outcome = await asNobody(box, login(box))
    expect(outcome.code, outcome.stderr).toBe(0)
    isWhole(box)
    expect(statSync(box.path('credentials')).mode & 0o777).toBe(0o400)
    return seen(
      box,
      'login with both files of mode 0400',
      outcome,
      'replaced, as their folder allows; mode kept; nothing else changed',
    )
  },
  asOther,
)

row(
  'read-only folder',
  async () => {
    const box = await home()
    give(box.home)
    chmodSync(box.path(''), 0o500)
    const before = bytes(box)
    const outcome = await asNobody(box, login(box))
    expect(outcome.code, outcome.stderr).toBe(3)
    expect(bytes(box)).toEqual(before)
    expect(box.calls()).toEqual([])
    return seen(box, 'login with `~/.aws` of mode 0500', outcome, 'files as before; no code sent')
  },
  asOther,
)

row(
  'unreadable file',
  async () => {
    const box = await home()
    give(box.home)
    chmodSync(box.path('credentials'), 0)
    const outcome = await asNobody(box, login(box))
    expect(outcome.code, outcome.stderr).toBe(3)
    chmodSync(box.path('credentials'), 0o600)
    isWhole(box)
    expect(box.calls()).toEqual([])
    return seen(
      box,
      'login with a credentials file of mode 0000',
      outcome,
      'files as before; no code sent',
    )
  },
  asOther,
)

row(
  'aws configure set beside us',
  async () => {
    const box = await home()
    // The AWS CLI changes all line endings.
    for (const name of ['credentials', 'config'])
      box.write(name, box.read(name).replaceAll('\r', ''))
    const rounds = 12
    let last: Outcome | undefined
    const theirs = (async () => {
      for (let i = 0; i < rounds; i += 1) {
        const set = ['configure', 'set', 'output', `text${i}`, '--profile', 'theirs']
        await once(spawn('aws', set, { env: box.env, stdio: 'ignore' }), 'close')
      }
    })()
    const state = { isOver: false }
    void theirs.then(() => (state.isOver = true))
    let [edits, misread] = [0, 0]
    box.freshStep()
    const first = await box.run(login(box))
    expect(first.code, first.stderr).toBe(0)
    while (!state.isOver) {
      // Both write; the login uses the cached session.
      await box.run(['setup', ...WORK, '--mode', 'profile', '--yes'])
      const outcome = await box.run(['login', ...WORK, '--to', `day-${edits}`])
      // The AWS CLI truncates the file before it writes, so the file is empty for a moment.
      if (outcome.code === 0) last = outcome
      else misread += 1
      edits += 1
    }
    await theirs
    expect(misread).toBeLessThan(edits / 2)
    isWhole(
      box,
      [box.read('credentials'), box.read('config')].map((text) =>
        text.replace(HEAD.replaceAll('\r', ''), HEAD),
      ),
    )
    expect(box.read('config')).toContain('[profile theirs]')
    return seen(
      box,
      `\`aws configure set\` ${rounds} times beside setup and login in turn`,
      last ?? { code: 0, stdout: '', stderr: '' },
      'all other sections there, keys once; the AWS CLI has no lock and empties the file first: what it overwrites of ours, or hides from a run of ours, the next run repairs',
    )
  },
  has('aws', '--version') ? undefined : 'the AWS CLI is not here',
)

row(
  'symbolic link',
  async () => {
    const box = await home()
    mkdirSync(`${box.home}/dotfiles`)
    renameSync(box.path('credentials'), `${box.home}/dotfiles/credentials`)
    symlinkSync('../dotfiles/credentials', box.path('credentials'))
    const outcome = await box.run(login(box))
    expect(outcome.code, outcome.stderr).toBe(0)
    expect(lstatSync(box.path('credentials')).isSymbolicLink()).toBe(true)
    expect(readFileSync(`${box.home}/dotfiles/credentials`, 'utf8')).toContain('[work-mfa]')
    isWhole(box)
    return seen(
      box,
      'login with a credentials file that is a link into another folder',
      outcome,
      'the link stays, the file it leads to is edited; nothing else changed',
    )
  },
  notOnWindows('links under Wine') ? 'no links' : undefined,
)

row('hard link', async () => {
  const box = await home()
  linkSync(box.path('credentials'), `${box.home}/second-name`)
  const before = readFileSync(`${box.home}/second-name`, 'utf8')
  const outcome = await box.run(login(box))
  expect(outcome.code, outcome.stderr).toBe(0)
  isWhole(box)
  expect(readFileSync(`${box.home}/second-name`, 'utf8')).toBe(before)
  expect(existsSync(box.path('credentials'))).toBe(true)
  return seen(
    box,
    'login with a credentials file that has a second hard link',
    outcome,
    'the file is replaced under its own name; the second name keeps the old text; nothing else changed',
  )
})
