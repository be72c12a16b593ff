/** Config, credentials and cache as version 0.1 wrote them, with fake secrets and an end in 2099. */
import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, readdirSync, readFileSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { decryptSession, parseCacheFile } from '../../src/session/cache/encryption.ts'
import { cacheFileName, type CachedSession } from '../../src/session/model/session.ts'
import { settle } from '../support/launcher.ts'
import { notOnWindows } from '../support/not-on-windows.ts'
import { LAUNCHER, PROGRAM, sandbox, type Sandbox } from '../support/sandbox.ts'

const FIXTURE = fileURLToPath(new URL('../fixtures/version-0.1', import.meta.url))
const WORK_SESSION = '332d2bc63ef6ecc32cfd9d3384d46baf6e4b5537'
const WORK_ANSWER = {
  Version: 1,
  AccessKeyId: 'ASIAK46KTIAGRTFSV74G',
  SecretAccessKey: 'fake-secret-of-work',
  SessionToken: 'fake-token-of-work',
  Expiration: '2099-01-01T00:00:00Z',
}
const HOUR_AGO = Date.now() / 1000 - 3600

/** With modes as they were, which a copy of a repository does not have, and files an hour old. */
async function homeOfVersion01(): Promise<Sandbox> {
  const box = await sandbox()
  cpSync(FIXTURE, box.path('.'), { recursive: true })
  const names = readdirSync(box.path('.'), { recursive: true, encoding: 'utf8' })
  for (const name of ['mfa-login', 'mfa-login/cache']) chmodSync(box.path(name), 0o700)
  for (const name of names.filter((each) => /\.|config|credentials/.test(each)))
    chmodSync(box.path(name), 0o600)
  for (const name of [...names, '.']) utimesSync(join(box.path('.'), name), HOUR_AGO, HOUR_AGO)
  return box
}

async function answer(box: Sandbox, profile: string): Promise<unknown> {
  const { code, stdout, stderr } = await box.run(['credential-process', '--profile', profile])
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout)
}

describe('files of version 0.1', () => {
  it('are served by Node, for a user and for a role', async () => {
    const box = await homeOfVersion01()
    expect(await answer(box, 'work')).toEqual(WORK_ANSWER)
    expect(await answer(box, 'admin')).toMatchObject({ AccessKeyId: 'ASIAGGKY37MBQQGVOJCV' })
    expect(box.calls()).toEqual([])
  })

  it.skipIf(notOnWindows('POSIX shell'))(
    'are served by the launcher once Node has written an index',
    async () => {
      const box = await homeOfVersion01()
      // The config was changed a moment ago, and an index is written for settled files only.
      await settle()
      await answer(box, 'work')
      expect(readdirSync(box.path('mfa-login/cache'))).toContain('work.index')
      const words = [LAUNCHER, '/bin/false', PROGRAM, 'credential-process', '--profile', 'work']
      const text = execFileSync('/bin/sh', words, { env: box.env }).toString()
      expect(JSON.parse(text)).toEqual(WORK_ANSWER)
    },
  )

  it('are used by login, env and status, and removed by logout', async () => {
    const box = await homeOfVersion01()
    const login = await box.run([
      'login',
      '--profile',
      'work-long-term',
      '--to',
      'work-mfa',
      '--json',
    ])
    expect(JSON.parse(login.stdout)).toMatchObject({ profile: 'work-mfa', isNew: false })
    expect((await box.run(['env', '--profile', 'work'])).stdout).toContain('fake-token-of-work')
    const { sessions } = JSON.parse((await box.run(['status', '--json'])).stdout) as {
      sessions: { profile: string; isValid: boolean }[]
    }
    expect(sessions.map(({ profile, isValid }) => `${profile} ${isValid}`)).toEqual([
      'admin true',
      'work true',
      'work-mfa true',
    ])
    expect((await box.run(['logout', '--all'])).code).toBe(0)
    const left = readdirSync(box.path('mfa-login/cache'))
    expect(left.filter((name) => /\.(json|answer)$/.test(name))).toEqual([])
    expect(box.read('credentials')).not.toContain('fake-token')
    expect(box.calls()).toEqual([])
  })

  it('are decrypted where they were encrypted', () => {
    const cached = parseCacheFile(readFileSync(`${FIXTURE}/encrypted.json`, 'utf8'))
    if (cached?.version !== 2) throw new Error('not encrypted')
    expect(cacheFileName(cached)).toBe(`${WORK_SESSION}.json`)
    const session = decryptSession(cached, `${WORK_SESSION}.json`, new Uint8Array(32).fill(7))
    const plain = readFileSync(`${FIXTURE}/mfa-login/cache/${WORK_SESSION}.json`, 'utf8')
    expect(session).toEqual(JSON.parse(plain) as CachedSession)
  })
})
