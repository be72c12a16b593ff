/** `bin/mfa-login-credentials` in the shells that may be the `sh` of a system. A shell that is not installed is skipped. */
import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
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
import { launchIn, settle, SHELLS, writeIndexFor } from '../support/launcher.ts'
import { noneOnWindows } from '../support/not-on-windows.ts'
import { has } from '../support/programs.ts'
import { LAUNCHER, sandbox, type Sandbox } from '../support/sandbox.ts'

noneOnWindows('POSIX shell')

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
  await settle()
  expect((await box.run(SERVE)).code).toBe(0)
  writeFileSync(`${box.home}/fallback`, `echo "${RAN}$*"; /usr/bin/env`)
  copy(box.path(''), `${box.home}/copy`)
  return box
}

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
  return launchIn(shell, ['/bin/sh', `${box.home}/fallback`, ...args], { ...box.env, ...env })
}

/** Puts the files back that `ready` has made; they are other versions, so with another index. */
async function restore(box: Sandbox): Promise<void> {
  copy(`${box.home}/copy`, box.path(''))
  await index(box)
}

async function index(box: Sandbox): Promise<void> {
  await settle()
  const [config, credentials] = [box.path('config'), box.path('credentials')]
  writeIndexFor({ config, credentials, cache: box.path('mfa-login/cache') }, 'work')
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

const INDEX = '.index'
const ANSWER = '.answer'
const SESSION = '.json'
const inSeconds = (seconds: number): string => `${Math.floor(Date.now() / 1000) + seconds}`

/** Conditions in which the launcher must start Node. */
const UNUSUAL: Readonly<Record<string, (box: Sandbox) => unknown>> = {
  'the config has another time': (box) => utimesSync(box.path('config'), 1, 1),
  'the credentials have another time': (box) => utimesSync(box.path('credentials'), 1, 1),
  'the session has another time': (box) => utimesSync(inCache(box, SESSION), 1, 1),
  'the answer has another time': (box) => utimesSync(inCache(box, ANSWER), 1, 1),
  'there is no config': (box) => rmSync(box.path('config')),
  'there are no credentials': (box) => rmSync(box.path('credentials')),
  'there is no cache': (box) => rmSync(box.path('mfa-login'), { recursive: true }),
  'the group may write to the cache': (box) => chmodSync(box.path('mfa-login/cache'), 0o720),
  'others may write to the cache': (box) => chmodSync(box.path('mfa-login/cache'), 0o1703),
  'there is no index': (box) => rmSync(inCache(box, INDEX)),
  'there is no answer': (box) => rmSync(inCache(box, ANSWER)),
  'there is no session': (box) => rmSync(inCache(box, SESSION)),
  'the index is of another profile': (box) =>
    rewrite(inCache(box, INDEX), (text) => text.replace('work', 'Work')),
  'the index is of another config': (box) =>
    rewrite(inCache(box, INDEX), (text) => text.replace('config', 'config2')),
  'the index is of other credentials': (box) =>
    rewrite(inCache(box, INDEX), (text) => text.replace('credentials', 'x')),
  'the index leads out of the cache': (box) =>
    rewrite(inCache(box, INDEX), (text) => text.replace(/^([\da-f]+\.json)$/m, '../cache/$1')),
  'the index is of no form': (box) =>
    rewrite(inCache(box, INDEX), (text) => text.replace(/^.*/, 'none')),
  'the index names a program': (box) =>
    rewrite(inCache(box, INDEX), (text) => text.replace(/^.*/, '$(touch hacked)')),
  'the index is one of version 0.1': (box) =>
    rewrite(inCache(box, INDEX), (text) => text.split('\n').slice(1, 6).join('\n')),
  'the index is cut off': (box) => rewrite(inCache(box, INDEX), (text) => text.slice(0, 30)),
  'the index has no files': (box) =>
    rewrite(inCache(box, INDEX), (text) => text.split('\n').slice(0, 4).join('\n')),
  'the index lacks a file': (box) =>
    rewrite(inCache(box, INDEX), (text) => text.replace(/.*\.json .*\n/, '')),
  'the index is a link': (box) => link(inCache(box, INDEX)),
  'the answer is a link': (box) => link(inCache(box, ANSWER)),
  'the session is a link': (box) => link(inCache(box, SESSION)),
}

/** Further ones, with an index of the files as they then are. */
const UNUSUAL_ANSWERS: Readonly<Record<string, (box: Sandbox) => unknown>> = {
  'the answer is a link': (box) => link(inCache(box, ANSWER)),
  'the session is a link': (box) => link(inCache(box, SESSION)),
  'there is no answer': (box) => rmSync(inCache(box, ANSWER)),
  'the answer is dated in the future': (box) => {
    const time = Date.now() / 1000 + 10
    utimesSync(inCache(box, ANSWER), time, time)
  },
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
  [...SERVE, '--prompt'],
  ['credential-process', '--prompt', 'zenity', '--profile', 'work'],
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

describe.each(SHELLS)('the launcher in $name', ({ words, isInstalled }) => {
  const installed = it.skipIf(!isInstalled())

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
    expect(launch(words, box, { args: [...SERVE, '--prompt', 'zenity'] })).toBe(stdout)
  })
})

describe('the launcher in every shell', () => {
  const shells = SHELLS.filter(({ name, isInstalled }) => name !== 'sh' && isInstalled())

  /** The box, what the launcher prints in each shell, and the check that Node was started instead. */
  async function readyInAllShells() {
    const box = await ready()
    const { stdout } = await box.run(SERVE)
    const { SessionToken } = JSON.parse(stdout) as { SessionToken: string }
    const isServed = (why: string, inShells = shells): void => {
      for (const { name, words } of inShells)
        expect(launch(words, box), `${why}: ${name}`).toBe(stdout)
    }
    const isNode = (why: string, options: Launch = {}, inShells = shells): void => {
      for (const { name, words } of inShells) {
        const output = launch(words, box, options)
        const start = `${RAN}${(options.args ?? SERVE).join(' ')}\n`
        expect(output.startsWith(start), `${why}: ${name}: ${output}`).toBe(true)
        // The script prints its environment, too.
        expect(output).toContain('HOME=')
        expect(output).not.toContain(SessionToken)
      }
    }
    return { box, isServed, isNode }
  }

  it('starts Node if anything about the files is unusual', async () => {
    const { box, isServed, isNode } = await readyInAllShells()
    for (const [why, change] of Object.entries(UNUSUAL)) {
      await restore(box)
      isServed(`before: ${why}`, shells.slice(0, 1))
      change(box)
      isNode(why, { env: { _answer: 'x', _name: 'x' } })
    }
    expect(existsSync('hacked') || existsSync(`${box.home}/hacked`)).toBe(false)
  })

  it('starts Node if anything about the answer is unusual', async () => {
    const { box, isNode } = await readyInAllShells()
    for (const [why, change] of Object.entries(UNUSUAL_ANSWERS)) {
      await restore(box)
      change(box)
      await index(box)
      isNode(why)
    }
    expect(existsSync('hacked') || existsSync(`${box.home}/hacked`)).toBe(false)
  })

  it('starts Node for unusual words and environments', async () => {
    const { box, isNode } = await readyInAllShells()
    for (const args of ODD_WORDS) isNode(JSON.stringify(args), { args })
    for (const env of ODD_ENVIRONMENTS) isNode(JSON.stringify(env), { env })
    const odd = '../cache/work'
    rewrite(inCache(box, INDEX), (text) => text.replace('work', odd))
    isNode('an index with an odd name', { args: [...SERVE.slice(0, 2), odd] })
    expect(existsSync('hacked') || existsSync(`${box.home}/hacked`)).toBe(false)
    // Starts the whole program some hundred times.
  }, 180_000)

  it('starts Node if stat prints anything unusual', async () => {
    const { box, isServed, isNode } = await readyInAllShells()
    // busybox has its own stat.
    const others = shells.filter(({ words }) => words[0] !== 'busybox')
    const programs = `${box.home}/programs`
    mkdirSync(programs)
    const env = { PATH: `${programs}:${box.env.PATH ?? ''}` }
    const real = execFileSync('/bin/sh', ['-c', 'command -v stat']).toString().trim()
    for (const time of ['', 'x', '-1', 'x[$(touch hacked)]', '1; exit', '1', '99999999999']) {
      const script = `#!/bin/sh\n${real} "$@" | sed '1s|^[0-9]*|${time}|'\n`
      writeFileSync(`${programs}/stat`, script, { mode: 0o755 })
      isNode(`stat says that the time is ${time}`, { env }, others)
    }
    for (const script of ['exit 1', 'echo 1 x', 'echo; echo', ':']) {
      writeFileSync(`${programs}/stat`, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
      isNode(`stat is ${script}`, { env }, others)
    }
    isServed('with the real one')
    expect(existsSync('hacked') || existsSync(`${box.home}/hacked`)).toBe(false)
  })

  it('answers without a config, until there is one', async () => {
    const { box, isServed, isNode } = await readyInAllShells()
    rmSync(box.path('config'))
    await index(box)
    isServed('without a config')
    // Node would look elsewhere.
    for (const AWS_CONFIG_FILE of [
      '/none/$HOME',
      '/none/${HOME}',
      '/none/config\r',
      '/none/config ',
    ])
      isNode(JSON.stringify(AWS_CONFIG_FILE), { env: { AWS_CONFIG_FILE } })
    box.write('config', '')
    isNode('with a config')
  })
})

it('the launcher uses no file of another user', async (test) => {
  if (process.getuid?.() !== 0) test.skip()
  const box = await ready()
  for (const ending of [INDEX, ANSWER, SESSION]) {
    await restore(box)
    execFileSync('chown', ['1234', inCache(box, ending)])
    if (ending !== INDEX) await index(box)
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
    await settle()
    const first = serve(box)
    expect(first.stdout).toContain('SessionToken')
    expect(existsSync(inCache(box, INDEX))).toBe(true)
    expect(serve(box).stdout).toBe(first.stdout)
    await box.run(['--profile', 'work', '--force', '--token-code', box.code()])
    const second = serve(box).stdout
    expect(second).toContain('SessionToken')
    expect(second).not.toBe(first.stdout)
    writeFileSync(`${box.home}/fallback`, '')
    expect(launch(['sh'], box)).toBe(second)
    expect(statSync(inCache(box, ANSWER)).mode & 0o777).toBe(0o600)
    await box.run(['logout', '--profile', 'work'])
    expect(serve(box)).toMatchObject({ status: 6, stdout: '' })
    const left = readdirSync(box.path('mfa-login/cache')).filter((name) => !name.endsWith('.sent'))
    expect(left).toEqual(['work.index'])
  })
})
