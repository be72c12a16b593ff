/** What a file keeps when it is replaced, and what reaches the disk in which order. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'rolldown'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { notOnWindows } from '../../support/not-on-windows.ts'
import { preload } from '../../support/preload.ts'
import { files } from '../../support/platform.ts'
import { has } from '../../support/programs.ts'

const isRoot = process.getuid?.() === 0
const NOBODY = 65_534
const hasLists = has('setfacl', '--version') && has('getfacl', '--version')

const WORKER = join(mkdtempSync(join(tmpdir(), 'files-worker-')), 'worker.mjs')
let folder: string
let path: string

beforeAll(async () => {
  const input = fileURLToPath(new URL('./files-worker.ts', import.meta.url))
  await build({ input, platform: 'node', output: { file: WORKER, codeSplitting: false } })
  chmodSync(dirname(WORKER), 0o755)
})

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'replace-test-'))
  path = join(folder, 'credentials')
})

/** Runs one function of `files` in a process of its own, as another user or with another environment. */
async function runWorker(
  args: readonly string[],
  { uid = 0, groups = '', env = {} }: { uid?: number; groups?: string; env?: object } = {},
): Promise<string> {
  const as = ['--reuid', String(uid), '--regid', String(uid)]
  const withGroups = groups === '' ? ['--clear-groups'] : ['--groups', groups]
  const user = uid === 0 ? [] : ['setpriv', ...as, ...withGroups]
  const [program = '', ...rest] = [...user, process.execPath, WORKER, ...args]
  const child = spawn(program, rest, { env: { ...process.env, ...env } })
  let output = ''
  child.stdout.on('data', (text: Buffer) => (output += text.toString()))
  child.stderr.on('data', (text: Buffer) => (output += text.toString()))
  await once(child, 'close')
  return output
}

const accessOf = (file: string): string => execFileSync('getfacl', ['-pcE', file]).toString()

describe.skipIf(!hasLists)('an access control list', () => {
  it.each([
    ['that lets a user read', 'u:65534:r'],
    ['that shuts out the group', 'u:65534:rw,g::---'],
    ['that shuts out a user, where others may read', 'u:65534:---,o::r'],
  ])('%s is kept when the file is replaced', async (_, entries) => {
    writeFileSync(path, 'old text, which is longer than the new one', { mode: 0o640 })
    execFileSync('setfacl', ['-m', entries, path])
    const before = accessOf(path)
    await files.replace(path, 'new')
    expect(accessOf(path)).toBe(before)
    expect(readFileSync(path, 'utf8')).toBe('new')
  })

  it('of the folder gives nobody access to new files, temporary ones or the cache', async () => {
    execFileSync('setfacl', ['-d', '-m', 'u:65534:rwx,g::rwx', folder])
    await files.replace(path, 'new')
    await files.create(join(folder, 'backup'), new Uint8Array())
    await files.makePrivate(join(folder, 'cache'))
    for (const name of ['credentials', 'backup', 'cache'])
      expect(accessOf(join(folder, name))).toMatch(/^mask::---$/m)
  })

  it('of the folder is not added to a file that had none', async () => {
    writeFileSync(path, 'old', { mode: 0o640 })
    const before = accessOf(path)
    execFileSync('setfacl', ['-d', '-m', 'u:65534:rw', folder])
    await files.replace(path, 'new')
    expect(accessOf(path)).toBe(before)
  })

  it.skipIf(process.platform !== 'linux' || !has('busybox', 'true'))(
    'is looked for where the cp of the system cannot copy one',
    async () => {
      const bin = join(folder, 'bin')
      mkdirSync(bin)
      for (const [name, program] of [
        ['cp', 'busybox'],
        ['getfacl', 'getfacl'],
      ] as const)
        symlinkSync(execFileSync('which', [program]).toString().trim(), join(bin, name))
      writeFileSync(path, 'old', { mode: 0o640 })
      const env = { PATH: bin }
      expect(await runWorker(['replace', path, 'new'], { env })).toBe('')
      expect(readFileSync(path, 'utf8')).toBe('new')
      expect(statSync(path).mode & 0o777).toBe(0o640)
      execFileSync('setfacl', ['-m', 'u:65534:r,g::---', path])
      expect(await runWorker(['replace', path, 'newer'], { env })).toContain('was left as it is')
      expect(readFileSync(path, 'utf8')).toBe('new')
    },
  )

  it.skipIf(process.platform !== 'linux')(
    'that no program can copy leaves the file as it is',
    async () => {
      writeFileSync(path, 'old', { mode: 0o640 })
      execFileSync('setfacl', ['-m', 'u:65534:r,g::---', path])
      const output = await runWorker(['replace', path, 'new'], { env: { PATH: folder } })
      expect(output).toContain(
        `${path} was left as it is: a new file could not keep its access control list`,
      )
      expect(readFileSync(path, 'utf8')).toBe('old')
      expect(readdirSync(folder)).toEqual(['credentials'])
    },
  )
})

describe.skipIf(!isRoot || !has('setpriv', '--version'))('owner and group', () => {
  const idsOf = (file: string): number[] => [statSync(file).uid, statSync(file).gid]

  it('of a file stay when root replaces it', async () => {
    writeFileSync(path, 'old')
    chownSync(path, 1234, 4321)
    chmodSync(path, 0o604)
    await files.replace(path, 'new')
    expect(idsOf(path)).toEqual([1234, 4321])
    expect(statSync(path).mode & 0o7777).toBe(0o604)
  })

  it('stay where the user has other groups', async () => {
    chownSync(folder, NOBODY, NOBODY)
    writeFileSync(path, 'old')
    chmodSync(path, 0o660)
    chownSync(path, NOBODY, 4321)
    expect(await runWorker(['replace', path, 'new'], { uid: NOBODY, groups: '4321' })).toBe('')
    expect(idsOf(path)).toEqual([NOBODY, 4321])
    expect(statSync(path).mode & 0o777).toBe(0o660)
    expect(readFileSync(path, 'utf8')).toBe('new')
  })

  it.each([
    ['another user’s file', 1234, NOBODY],
    ['a file of a group that the user is not in', NOBODY, 4321],
  ])('of %s cannot stay, so the file does', async (_, uid, gid) => {
    chownSync(folder, NOBODY, NOBODY)
    writeFileSync(path, 'old', { mode: 0o666 })
    chownSync(path, uid, gid)
    for (const args of [
      ['replace', path, 'new'],
      ['checkReplaceable', path],
    ]) {
      const output = await runWorker(args, { uid: NOBODY })
      expect(output).toContain(
        `${path} was left as it is: a new file could not keep its owner or group.`,
      )
    }
    expect(readFileSync(path, 'utf8')).toBe('old')
    expect(readdirSync(folder)).toEqual(['credentials'])
  })

  it('of what root creates in the home of a user are the user’s', async () => {
    chownSync(folder, 1234, 4321)
    const env = { HOME: folder }
    expect(await runWorker(['makePrivate', join(folder, '.aws', 'cache')], { env })).toBe('')
    await files.replace(join(folder, '.aws', 'config'), 'new')
    await files.create(join(folder, '.aws', 'backup'), new Uint8Array())
    await files.withLock(path, async () => {
      const [owner = ''] = readdirSync(`${path}.mfa-login-lock`)
      for (const file of [`${path}.mfa-login-lock`, `${path}.mfa-login-lock/${owner}`])
        expect(idsOf(file)).toEqual([1234, 4321])
      return Promise.resolve()
    })
    for (const name of ['.aws', '.aws/cache', '.aws/config', '.aws/backup'])
      expect(idsOf(join(folder, name)), name).toEqual([1234, 4321])
  })

  it.each([
    ['replace', 'openSync', 'unlinkSync'],
    ['create', 'openSync', 'unlinkSync'],
    ['makePrivate', 'mkdirSync', 'rmdirSync'],
  ])('of another file stay where %s meets a link to it by then', async (name, made, remove) => {
    chownSync(folder, 1234, 4321)
    const victim = join(mkdtempSync(join(tmpdir(), 'victim-')), 'file')
    writeFileSync(victim, 'of root')
    const script = join(folder, 'preload.cjs')
    writeFileSync(
      script,
      `const fs = require('node:fs')
       const { ${made} } = fs
       fs.${made} = (path, ...rest) => {
         const result = ${made}(path, ...rest)
         if (!path.startsWith(${JSON.stringify(path)}) || fs.statSync(path).size > 0 && '${made}' === 'openSync') return result
         fs.${remove}(path)
         fs.linkSync(${JSON.stringify(victim)}, path)
         return result
       }`,
    )
    await runWorker([name, path, 'new'], { env: preload(script) })
    expect(idsOf(victim)).toEqual([0, 0])
    expect(readFileSync(victim, 'utf8')).toBe('of root')
  })

  it('of what root creates in a shared folder are those of the home', async () => {
    const home = join(folder, 'home')
    const cache = join(folder, 'shared', 'cache')
    mkdirSync(home)
    chownSync(home, 1234, 4321)
    mkdirSync(join(folder, 'shared'))
    chmodSync(join(folder, 'shared'), 0o1777)
    expect(await runWorker(['makePrivate', cache], { env: { HOME: home } })).toBe('')
    expect(idsOf(cache)).toEqual([1234, 4321])
  })
})

describe('a private folder', () => {
  it.skipIf(notOnWindows('permission bits'))('is refused if others may write to it', async () => {
    chmodSync(folder, 0o770)
    const refused = `The folder ${folder} is not used: other users can write to it.`
    await expect(files.checkPrivate(folder)).rejects.toThrow(refused)
    await expect(files.makePrivate(folder)).rejects.toThrow(refused)
    chmodSync(folder, 0o755)
    await files.checkPrivate(folder)
    await files.checkPrivate(join(folder, 'missing'))
  })

  it.skipIf(!isRoot)(
    'is refused if it belongs to another user, not if to that of the home',
    async () => {
      chownSync(folder, 1234, 4321)
      await expect(files.checkPrivate(folder)).rejects.toThrow('it belongs to another user (1234).')
      expect(await runWorker(['checkPrivate', folder], { env: { HOME: folder } })).toBe('')
    },
  )
})

describe.skipIf(notOnWindows('file flushes'))('the disk', () => {
  /** The calls that put something on the disk, in order, with the last part of each path. */
  async function callsOf(args: readonly string[]): Promise<string[]> {
    const log = join(folder, 'log')
    const script = join(folder, 'preload.cjs')
    writeFileSync(
      script,
      `const fs = require('node:fs')
       const names = new Map()
       const last = (path) => String(path).replace(/.*[/]/, '').replace(/-login-[\\d]+-[\\da-f]{24}$/, '')
       const note = (line) => fs.appendFileSync(${JSON.stringify(log)}, line + '\\n')
       const { openSync, fsyncSync, renameSync, linkSync } = fs
       fs.openSync = (path, ...rest) => {
         const file = openSync(path, ...rest)
         if (!String(path).endsWith('log')) names.set(file, last(path))
         return file
       }
       fs.fsyncSync = (file) => (note('sync ' + names.get(file)), fsyncSync(file))
       fs.renameSync = (from, to) => (note('rename to ' + last(to)), renameSync(from, to))
       fs.linkSync = (from, to) => (note('link to ' + last(to)), linkSync(from, to))`,
    )
    const output = await runWorker(args, { env: preload(script) })
    expect(output).toBe('')
    return existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []
  }

  it('has the text of a file before its name, and then the name', async () => {
    mkdirSync(join(folder, 'aws'))
    const target = join(folder, 'aws', 'config')
    expect(await callsOf(['replace', target, 'new'])).toEqual([
      'sync config.mfa',
      'rename to config',
      'sync aws',
    ])
    expect(readdirSync(join(folder, 'aws'))).toEqual(['config'])
  })

  it('has a backup before anything that follows it', async () => {
    mkdirSync(join(folder, 'aws'))
    expect(await callsOf(['create', join(folder, 'aws', 'backup'), 'text'])).toEqual([
      'sync backup.mfa',
      'link to backup',
      'sync aws',
    ])
  })

  it('has new folders, and so what is written to them', async () => {
    mkdirSync(join(folder, 'aws'))
    expect(await callsOf(['makePrivate', join(folder, 'aws', 'mfa-login', 'rotations')])).toEqual([
      'sync aws',
      'sync mfa-login',
    ])
  })
})

it.skipIf(!isRoot || !has('setpriv', '--version'))(
  'what others left in a shared folder is in nobody’s way, and stays',
  async () => {
    chmodSync(folder, 0o1777)
    const left = join(folder, `x.mfa-login-4194305-${'0'.repeat(8)}`)
    writeFileSync(left, 'half')
    chownSync(left, 1234, 1234)
    expect(await runWorker(['create', join(folder, 'a'), ''], { uid: NOBODY })).toBe('')
    expect(await runWorker(['create', join(folder, 'b'), ''])).toBe('')
    expect(existsSync(left)).toBe(true)
    expect(await runWorker(['create', join(folder, 'c'), ''], { uid: 1234 })).toBe('')
    expect(existsSync(left)).toBe(false)
  },
)

describe('create', () => {
  it('never replaces a file, and leaves nothing else', async () => {
    writeFileSync(path, 'mine')
    await expect(files.create(path, new Uint8Array())).rejects.toThrow('it already exists')
    expect(readFileSync(path, 'utf8')).toBe('mine')
    expect(readdirSync(folder)).toEqual(['credentials'])
  })

  it('shows no half of a file', async () => {
    const script = join(folder, 'preload.cjs')
    writeFileSync(
      script,
      `require('node:fs').linkSync = () => process.kill(process.pid, 'SIGKILL') && Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)`,
    )
    await runWorker(['create', path, 'text'], { env: preload(script) })
    const [left = ''] = readdirSync(folder).filter((name) => name !== 'preload.cjs')
    expect(left).toMatch(/^credentials\.mfa-login-\d+-[\da-f]{24}$/)
    await files.create(join(folder, 'next'), new Uint8Array())
    expect(readdirSync(folder).sort()).toEqual(['next', 'preload.cjs'])
  })
})
