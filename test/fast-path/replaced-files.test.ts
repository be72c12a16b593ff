/**
 * The launcher, in each shell, and Node's short way serve no session of another account, however a file that
 * decides about it was replaced. Times play no part: each replaced file is as old as the one before or older.
 */
import { execFileSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { describe, expect, it, onTestFinished } from 'vitest'
import { cachedAnswer } from '../../src/fast-path/cached-answer.ts'
import * as fromFiles from '../../src/fast-path/from-files.ts'
import { indexedAnswer } from '../../src/fast-path/indexed-answer.ts'
import * as miss from '../../src/fast-path/miss.ts'
import { answerFileText } from '../../src/session/model/answer-file.ts'
import { cacheFileName, type CachedSession } from '../../src/session/model/session.ts'
import { launchIn, settle, SHELLS } from '../support/launcher.ts'
import { noneOnWindows } from '../support/not-on-windows.ts'

noneOnWindows('POSIX shell')

const shells = SHELLS.filter(({ name, isInstalled }) => name !== 'sh' && isInstalled())
type Shell = Pick<(typeof SHELLS)[number], 'name' | 'words'>
const ANY_SHELL: readonly Shell[] = [{ words: ['sh'], name: 'sh' }]
const RAN = 'ran Node\n'
const LONG_AGO = 1_000_000_000

/** Files of two clients below one folder, and the link `current` that leads to the ones of `a`. */
class Scene {
  readonly home = mkdtempSync(`${tmpdir()}/mfa-login-replaced-`)
  readonly cache = this.path('cache')
  readonly env = {
    PATH: process.env.PATH ?? '',
    HOME: this.home,
    AWS_CONFIG_FILE: this.path('current/aws/config'),
    AWS_SHARED_CREDENTIALS_FILE: this.path('current/aws/credentials'),
    MFA_LOGIN_CACHE_DIR: this.cache,
  }

  constructor() {
    mkdirSync(this.cache, { recursive: true, mode: 0o700 })
    for (const client of ['a', 'b']) {
      mkdirSync(this.path(`${client}/aws`), { recursive: true })
      // Both have the same length.
      writeFileSync(
        this.path(`${client}/aws/config`),
        configOf(client, 'work') + configOf(client, 'other'),
      )
      writeFileSync(
        this.path(`${client}/aws/credentials`),
        keysOf(client, 'work') + keysOf(client, 'other'),
      )
      for (const name of ['config', 'credentials', '.'])
        utimesSync(this.path(`${client}/aws/${name}`), LONG_AGO, LONG_AGO)
    }
    symlinkSync('a', this.path('current'))
    this.store('work')
    writeFileSync(this.path('fallback'), `echo ${RAN}`)
  }

  path(name: string): string {
    return `${this.home}/${name}`
  }

  /** The path of the cached session or its answer. */
  cached(profile: string, ending: 'json' | 'answer', client = 'a'): string {
    const name = cacheFileName(sessionOf(client, profile)).replace('json', ending)
    return `${this.cache}/${name}`
  }

  store(profile: string, client = 'a'): void {
    const session = sessionOf(client, profile)
    const text = JSON.stringify(session)
    writeFileSync(this.cached(profile, 'json', client), text, { mode: 0o600 })
    writeFileSync(this.cached(profile, 'answer', client), answerFileText(session), { mode: 0o600 })
  }

  /** What the words after the launcher print where it does not answer. */
  launch(shell: readonly string[], profile = 'work'): string {
    const words = ['/bin/sh', this.path('fallback'), 'credential-process', '--profile', profile]
    return launchIn(shell, words, this.env)
  }

  node(profile = 'work'): string | undefined {
    const words = ['--profile', profile]
    const parts = { miss, 'from-files': fromFiles }
    const indexed = indexedAnswer(words, this.env)
    return (
      indexed ??
      cachedAnswer(
        words,
        this.env,
        Date.now(),
        (name) => parts[name],
        () => false,
      )
    )
  }

  /** Has Node answer once, which writes the index that the launcher answers by. */
  async index(profile = 'work', client = 'a'): Promise<void> {
    await settle()
    expect(this.node(profile)).toContain(tokenOf(client, profile))
    expect(this.launch(['sh'], profile)).toContain(tokenOf(client, profile))
  }

  /** The launcher runs Node. */
  expectNone(profile = 'work', inShells: readonly Shell[] = shells): void {
    for (const { words, name } of inShells) expect(this.launch(words, profile), name).toBe(RAN)
  }

  sh(script: string): void {
    execFileSync('/bin/sh', ['-ec', script], { cwd: this.home })
  }
}

const keyOf = (client: string, profile: string): string => `AKIA${client}${profile}`.padEnd(20, '0')
const serialOf = (profile: string): string => `arn:aws:iam::123456789012:mfa/${profile}`
const tokenOf = (client: string, profile: string): string => `token-of-${client}-${profile}`

function configOf(client: string, profile: string): string {
  return `[profile ${profile}]\nregion = eu-west-1\nmfa_serial = ${serialOf(profile)}\n# ${client}\n`
}

function keysOf(client: string, profile: string): string {
  return `[${profile}]\naws_access_key_id = ${keyOf(client, profile)}\naws_secret_access_key = x\n`
}

function sessionOf(client: string, profile: string): CachedSession {
  const now = Date.now()
  return {
    version: 1,
    profile,
    accessKeyId: 'ASIA0123456789',
    secretAccessKey: 'x',
    sessionToken: tokenOf(client, profile),
    serialNumber: serialOf(profile),
    sourceAccessKeyId: keyOf(client, profile),
    expiration: new Date(now + 12 * 3600_000).toISOString(),
    obtainedAt: new Date(now - 1000).toISOString(),
  }
}

function scene(): Scene {
  const made = new Scene()
  onTestFinished(() => rmSync(made.home, { recursive: true }))
  return made
}

/** Ways to put the files of client `b` where those of `a` were, as shell commands in the folder of both. */
const REPLACEMENTS: Readonly<Record<string, string>> = {
  'a link above them leads to others': 'ln -sfn b current',
  'the folder above them is another': 'mv a old; mv b a',
  'their folder is now a link': 'mv a/aws old; ln -s ../b/aws a/aws',
  'the file is now a link': 'ln -sf ../../b/aws/credentials a/aws/credentials',
  'the file is now a hard link': 'ln -f b/aws/credentials a/aws/credentials',
  'cp -p': 'cp -p b/aws/credentials a/aws/credentials',
  'cp -p and mv': 'cp -p b/aws/credentials new; mv new a/aws/credentials',
  mv: 'mv b/aws/credentials a/aws/credentials',
  'tar -xp': 'tar -cf all.tar -C b aws; tar -xpf all.tar -C a',
  'touch -r after a change in place':
    'f=a/aws/credentials; touch -r $f as; cat b/aws/credentials > $f; touch -r as $f',
  'a change in place': 'cat b/aws/credentials > a/aws/credentials',
  'another config':
    'sed s/mfa.work/mfa-work/ b/aws/config > new; touch -r b new; mv new a/aws/config',
  'the credentials are gone': 'rm a/aws/credentials',
  'the config is gone': 'rm a/aws/config',
  'the config takes the place of the credentials': 'mv a/aws/config a/aws/credentials',
}

describe('a session is not served after its files were replaced:', () => {
  it.each(Object.entries(REPLACEMENTS))('%s', async (_, script) => {
    const made = scene()
    await made.index()
    made.sh(script)
    made.expectNone()
    expect(made.node()).toBeUndefined()
    made.expectNone('work', ANY_SHELL)
  })

  it('a config appears', async () => {
    const made = scene()
    // Without one, the serial number is in the credentials file.
    made.sh(
      `mv a/aws/config b; sed -i.bak 's|^aws_secret.*|mfa_serial = ${serialOf('work')}\\n&|' a/aws/credentials`,
    )
    await made.index()
    made.sh('mv b/config a/aws/config')
    made.expectNone()
  })

  it('and the ones of another account are served at once, then by the launcher too', async () => {
    const made = scene()
    await made.index()
    made.store('work', 'b')
    made.sh('ln -sfn b current')
    made.expectNone()
    await made.index('work', 'b')
    made.sh('ln -sfn a current')
    made.expectNone()
    await made.index('work', 'a')
  })
})

/** Ways to bring the session of the profile `work` to the name of `other`, or another text to its own. */
const RENAMES: Readonly<Record<string, (made: Scene) => void>> = {
  'the session and its answer are renamed': (made) => {
    renameSync(made.cached('work', 'json'), made.cached('other', 'json'))
    renameSync(made.cached('work', 'answer'), made.cached('other', 'answer'))
  },
  'the session and its answer are copied': (made) => {
    for (const ending of ['json', 'answer'] as const)
      made.sh(`cp -p ${made.cached('work', ending)} ${made.cached('other', ending)}`)
  },
  'the session is a hard link': (made) => {
    for (const ending of ['json', 'answer'] as const)
      made.sh(`ln -f ${made.cached('work', ending)} ${made.cached('other', ending)}`)
  },
}

describe('a session is not served for another profile:', () => {
  it.each(Object.entries(RENAMES))('%s', async (_, rename) => {
    const made = scene()
    made.store('other')
    await made.index('work')
    await made.index('other')
    rename(made)
    made.expectNone('other')
    expect(made.node('other')).toBeUndefined()
    await settle()
    expect(made.node('other')).toBeUndefined()
    made.expectNone('other', ANY_SHELL)
  })

  it('its answer alone is renamed', async () => {
    const made = scene()
    made.store('other')
    await made.index('work')
    await made.index('other')
    renameSync(made.cached('work', 'answer'), made.cached('other', 'answer'))
    made.expectNone('other')
    await settle()
    // Its own session, but no index with the answer of another one.
    expect(made.node('other')).toContain(tokenOf('a', 'other'))
    made.expectNone('other')
  })

  it('its index is renamed', async () => {
    const made = scene()
    made.store('other')
    await made.index('work')
    renameSync(`${made.cache}/work.index`, `${made.cache}/other.index`)
    made.expectNone('other')
    await made.index('other')
  })

  it('its answer is replaced', async () => {
    const made = scene()
    await made.index()
    const text = readFileSync(made.cached('work', 'answer'), 'utf8')
    writeFileSync(made.cached('work', 'answer'), text.replace('token-of-a', 'token-of-b'))
    made.expectNone()
    await settle()
    expect(made.node()).toContain(tokenOf('a', 'work'))
    made.expectNone()
  })
})
