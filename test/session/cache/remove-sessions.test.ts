/** Logout beside a login that writes its session, with real files. */
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { Context } from '../../../src/context.ts'
import { changeFiles } from '../../../src/profile/files/change-files.ts'
import { readProfileFiles } from '../../../src/profile/files/snapshot.ts'
import { sessionChanges } from '../../../src/profile/target.ts'
import { removeSessions } from '../../../src/session/cache/remove-sessions.ts'
import { noteWritten } from '../../../src/session/cache/written-notes.ts'
import type { CachedSession } from '../../../src/session/model/session.ts'
import { files } from '../../support/platform.ts'

const KEYS = '[work]\naws_access_key_id = AKIA1\naws_secret_access_key = s\n'
const SESSION: CachedSession = {
  version: 1,
  accessKeyId: 'ASIA1',
  secretAccessKey: 'a secret',
  sessionToken: 'a token',
  expiration: '2099-01-01T00:00:00Z',
  profile: 'work',
  serialNumber: 'GAHT12345678',
  sourceAccessKeyId: 'AKIA1',
}

function world() {
  const home = mkdtempSync(join(tmpdir(), 'logout-test-'))
  const paths = {
    cache: `${home}/cache`,
    config: `${home}/config`,
    credentials: `${home}/credentials`,
  }
  writeFileSync(paths.credentials, KEYS)
  const context = {
    files,
    env: {},
    now: Date.now,
    sleep,
    info: () => undefined,
    debug: { log: () => undefined },
  } as unknown as Context
  const logIn = async (before: () => Promise<unknown>): Promise<unknown> =>
    changeFiles(context, paths, {
      plan: () => ({ credentials: [{ profile: 'day', change: sessionChanges(SESSION) }] }),
      before: async () => {
        await noteWritten(context, paths, SESSION)
        await before()
      },
    })
  const logOut = async (): Promise<unknown> =>
    removeSessions(context, paths, await readProfileFiles(context, paths), undefined)
  const left = () => [
    readFileSync(paths.credentials, 'utf8').includes(SESSION.sessionToken),
    readdirSync(paths.cache).filter((name) => name.endsWith('.written')).length,
  ]
  return { logIn, logOut, left }
}

it('logout waits for a login that has noted its session and not written it, and removes it', async () => {
  const { logIn, logOut, left } = world()
  let logout: Promise<unknown> | undefined
  await logIn(async () => {
    logout = logOut()
    await Promise.race([logout, sleep(200)])
  })
  await logout
  expect(left()).toEqual([false, 0])
})
