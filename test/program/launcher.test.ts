/** `bin/mfa-login-credentials` in the shells that may be the `sh` of a system. A shell that is not installed is skipped. */
import { execFileSync, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { describe, expect, it } from 'vitest'
import { has } from '../support/programs.ts'
import { LAUNCHER, sandbox, type Sandbox } from '../support/sandbox.ts'

const SHELLS = [
  ['sh'],
  ['dash'],
  ['bash', '--posix'],
  ['busybox', 'sh'],
  ['zsh', '--emulate', 'sh'],
].map((words) => ({ words, name: words.join(' ') }))
const SERVE = ['credential-process', '--profile', 'work']
const RAN = 'ran: '

it.skipIf(!has('shellcheck', '--version'))('the launcher passes shellcheck', () => {
  expect(execFileSync('shellcheck', [LAUNCHER]).toString()).toBe('')
})

it('the launcher is executable and evaluates no text', () => {
  expect(statSync(LAUNCHER).mode & 0o111).toBe(0o111)
  expect(readFileSync(LAUNCHER, 'utf8').replace(/^#.*$/gm, '')).not.toMatch(/\beval\b|`|\. /)
})

/** A home with a session and an index, and a copy of it to restore. */
async function ready(): Promise<Sandbox> {
  const box = await sandbox()
  box.freshStep()
  expect((await box.run(['--profile', 'work', '--token-code', box.code()])).code).toBe(0)
  await new Promise((resolve) => setTimeout(resolve, 2100))
  expect((await box.run(SERVE)).code).toBe(0)
  writeFileSync(`${box.home}/fallback`, `echo "${RAN}$*"; /usr/bin/env`)
  copy(box.path(''), `${box.home}/copy`)
  return box
}

/** Keeps the modification times of files and folders. */
function copy(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true })
  execFileSync('cp', ['-Rp', from, to])
}

interface Launch {
  readonly args?: readonly string[]
  readonly env?: Record<string, string>
}

/** Runs the launcher with a script in place of Node that prints its arguments and its environment. */
function launch(
  shell: readonly string[],
  box: Sandbox,
  { args = SERVE, env = {} }: Launch = {},
): string {
  const [program = '', ...options] = shell
  const words = [...options, LAUNCHER, '/bin/sh', `${box.home}/fallback`, ...args]
  const all = { encoding: 'utf8', env: { ...box.env, ...env } } as const
  const { status, stdout, stderr } = spawnSync(program, words, all)
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return stdout
}

const inCache = (box: Sandbox, ending: string): string => {
  const names = readdirSync(box.path('mfa-login/cache'))
  return box.path(`mfa-login/cache/${names.find((name) => name.endsWith(ending)) ?? ''}`)
}

function rewrite(path: string, change: (text: string) => string): void {
  const { mtime } = statSync(path)
  const text = readFileSync(path, 'utf8')
  expect(change(text)).not.toBe(text)
  writeFileSync(path, change(text))
  utimesSync(path, mtime, mtime)
}

/** Sets a modification time that is newer than the index on any file system. */
function touch(path: string): void {
  const time = Date.now() / 1000 + 10
  utimesSync(path, time, time)
}

const INDEX = '.index'
const ANSWER = '.answer'
const SESSION = '.json'
const inSeconds = (seconds: number): string => `${Math.floor(Date.now() / 1000) + seconds}`

/** Conditions in which the launcher must start Node. */
const UNUSUAL: Readonly<Record<string, (box: Sandbox) => unknown>> = {
  'the config is newer': (box) => touch(box.path('config')),
  'the credentials are newer': (box) => touch(box.path('credentials')),
  'their folder is newer': (box) => touch(box.path('')),
  'the config is as old as the index': (box) => {
    const { mtime } = statSync(inCache(box, INDEX))
    utimesSync(box.path('config'), mtime, mtime)
  },
  'there is no config': (box) => {
    const { mtime } = statSync(box.path(''))
    rmSync(box.path('config'))
    utimesSync(box.path(''), mtime, mtime)
  },
  'there are no credentials': (box) => {
    const { mtime } = statSync(box.path(''))
    rmSync(box.path('credentials'))
    utimesSync(box.path(''), mtime, mtime)
  },
  'there is no cache': (box) => rmSync(box.path('mfa-login'), { recursive: true }),
  'there is no index': (box) => rmSync(inCache(box, INDEX)),
  'there is no answer': (box) => rmSync(inCache(box, ANSWER)),
  'there is no session': (box) => rmSync(inCache(box, SESSION)),
  'the session is newer than the answer': (box) => touch(inCache(box, SESSION)),
  'the index is of another profile': (box) =>
    rewrite(inCache(box, INDEX), (text) => text.replace('work', 'Work')),
  'the index is of another config': (box) =>
    rewrite(inCache(box, INDEX), (text) => text.replace('config', 'config2')),
  'the index is of other credentials': (box) =>
    rewrite(inCache(box, INDEX), (text) => text.replace('credentials', 'x')),
  'the index leads out of the cache': (box) =>
    rewrite(inCache(box, INDEX), (text) => `../cache/${text}`),
  'the index is cut off': (box) =>
    rewrite(inCache(box, INDEX), (text) => text.split('\n')[0] ?? ''),
  'the index is a link': (box) => link(inCache(box, INDEX)),
  'the answer is a link': (box) => link(inCache(box, ANSWER)),
  'the session is a link': (box) => link(inCache(box, SESSION)),
  'too little time is left': (box) =>
    rewrite(inCache(box, ANSWER), (text) => text.replace(/^\d+/, inSeconds(0))),
  'the answer’s time is none': (box) =>
    rewrite(inCache(box, ANSWER), (text) => text.replace(/^\d+/, 'x[$(touch hacked)]')),
  'the answer’s time is negative': (box) =>
    rewrite(inCache(box, ANSWER), (text) => text.replace(/^/, '-')),
  'the answer has no time': (box) =>
    rewrite(inCache(box, ANSWER), (text) => text.replace(/^\d+/, '')),
  'the answer is cut off': (box) => rewrite(inCache(box, ANSWER), (text) => text.slice(0, 30)),
}

function link(path: string): void {
  renameSync(path, `${path}.real`)
  symlinkSync(`${path}.real`, path)
}

const ODD_WORDS: readonly (readonly string[])[] = [
  [],
  ['credential-process'],
  ['credential-process', '--profile'],
  ['credential-process', '--profile=work'],
  ['credential-process', '-p', 'work'],
  [...SERVE, '--min-ttl', '10m'],
  ['--profile', 'credential-process', 'work'],
  ['login', '--profile', 'work'],
  ...[
    '',
    '../cache/work',
    'a/b',
    '.work',
    '-work',
    'wor*',
    'work ',
    'work\n',
    '$(touch hacked)',
    '`touch hacked`',
    'a:b',
    '일',
    'other',
  ].map((name) => ['credential-process', '--profile', name]),
]

const ODD_ENVIRONMENTS: readonly Record<string, string>[] = [
  { HOME: '' },
  { HOME: 'relative' },
  { AWS_CONFIG_FILE: '~/.aws/config' },
  { AWS_CONFIG_FILE: '/dev/null' },
  { AWS_SHARED_CREDENTIALS_FILE: '/dev/null' },
  { MFA_LOGIN_CACHE_DIR: '/nowhere' },
  { MFA_LOGIN_CACHE_DIR: '.aws/mfa-login/cache' },
]

const ORDINARY_ENVIRONMENTS: readonly Record<string, string>[] = [
  {},
  { AWS_PROFILE: 'other', AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x', AWS_MFA_SERIAL: 'x' },
  { AWS_CONFIG_FILE: '', AWS_SHARED_CREDENTIALS_FILE: '', MFA_LOGIN_CACHE_DIR: '' },
  { IFS: 'aeiou01', LC_ALL: 'C', _answer: 'x', _until: '99999999999' },
]

describe.each(SHELLS)('the launcher in $name', ({ words }) => {
  const [program = '', ...options] = words
  const installed = it.skipIf(!has(program, ...options, '-c', 'exit 0'))

  installed('prints what Node prints without passing a secret to another program', async () => {
    const box = await ready()
    const { stdout } = await box.run(SERVE)
    for (const env of ORDINARY_ENVIRONMENTS)
      expect(launch(words, box, { env }), JSON.stringify(env)).toBe(stdout)
    const moved = {
      AWS_CONFIG_FILE: box.path('config'),
      AWS_SHARED_CREDENTIALS_FILE: box.path('credentials'),
      MFA_LOGIN_CACHE_DIR: box.path('mfa-login/cache'),
    }
    expect(launch(words, box, { env: moved })).toBe(stdout)
  })

  installed('starts Node if anything is unusual', async () => {
    const box = await ready()
    const { SessionToken } = JSON.parse(launch(words, box)) as { SessionToken: string }
    const isNode = (output: string, args: readonly string[], why: string): void => {
      expect(output.startsWith(`${RAN}${args.join(' ')}\n`), `${why}: ${output}`).toBe(true)
      // The script prints its environment, too.
      expect(output).toContain('HOME=')
      expect(output).not.toContain(SessionToken)
    }
    for (const [why, change] of Object.entries(UNUSUAL)) {
      copy(`${box.home}/copy`, box.path(''))
      expect(launch(words, box), `before: ${why}`).toContain(SessionToken)
      change(box)
      isNode(launch(words, box, { env: { _answer: 'x', _name: 'x' } }), SERVE, why)
    }
    copy(`${box.home}/copy`, box.path(''))
    for (const args of ODD_WORDS) isNode(launch(words, box, { args }), args, JSON.stringify(args))
    for (const env of ODD_ENVIRONMENTS)
      isNode(launch(words, box, { env }), SERVE, JSON.stringify(env))
    const odd = '../cache/work'
    rewrite(inCache(box, INDEX), (text) => text.replace('work', odd))
    const args = [...SERVE.slice(0, 2), odd]
    isNode(launch(words, box, { args }), args, 'an index with an odd name')
    copy(`${box.home}/copy`, box.path(''))
    const dates = `${box.home}/dates`
    mkdirSync(dates)
    for (const said of ['', 'x', '-1', 'x[$(touch hacked)]', '1; exit']) {
      writeFileSync(`${dates}/date`, `#!/bin/sh\necho '${said}'\n`, { mode: 0o755 })
      const PATH = `${dates}:${box.env.PATH ?? ''}`
      const output = launch(words, box, { env: { PATH } })
      // busybox has its own date.
      if (program !== 'busybox') isNode(output, SERVE, `date says ${said}`)
    }
    expect(existsSync('hacked') || existsSync(`${box.home}/hacked`)).toBe(false)
  })
})

it('the launcher uses no file of another user', async (test) => {
  if (process.getuid?.() !== 0) test.skip()
  const box = await ready()
  for (const ending of [INDEX, ANSWER, SESSION]) {
    copy(`${box.home}/copy`, box.path(''))
    execFileSync('chown', ['1234', inCache(box, ending)])
    expect(launch(['sh'], box), ending).toContain(RAN)
  }
})

describe('the launcher together with the program', () => {
  const line = (box: Sandbox): string =>
    /^credential_process = (.*)$/m.exec(box.read('config'))?.[1] ?? ''
  const serve = (box: Sandbox): ReturnType<typeof spawnSync> =>
    spawnSync('sh', ['-c', line(box)], { env: box.env, encoding: 'utf8', input: '' })

  it('serves the newest session and none after a logout', async () => {
    const box = await sandbox()
    box.freshStep(10_000)
    await box.run(['setup', '--profile', 'work', '--yes'])
    await box.run(['--profile', 'work', '--token-code', box.code(-1)])
    await new Promise((resolve) => setTimeout(resolve, 2100))
    const first = serve(box)
    expect(first.stdout).toContain('SessionToken')
    expect(existsSync(inCache(box, INDEX))).toBe(true)
    expect(serve(box).stdout).toBe(first.stdout)
    await box.run(['--profile', 'work', '--force', '--token-code', box.code()])
    const second = launch(['sh'], box)
    expect(second).toContain('SessionToken')
    expect(second).not.toBe(first.stdout)
    expect(statSync(inCache(box, ANSWER)).mode & 0o777).toBe(0o600)
    await box.run(['logout', '--profile', 'work'])
    expect(serve(box)).toMatchObject({ status: 6, stdout: '' })
    const left = readdirSync(box.path('mfa-login/cache')).filter((name) => !name.endsWith('.sent'))
    expect(left).toEqual(['work.index'])
  })
})
