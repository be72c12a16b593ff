/** The cache while others write to it, with a keyring that is a variable. */
import { mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, expect, it } from 'vitest'
import type { Context } from '../../../src/context.ts'
import { files } from '../../support/platform.ts'
import { removeSessionFiles } from '../../../src/session/cache/session-files.ts'
import { readCached, storeCached } from '../../../src/session/cache/store.ts'
import { createDecrypter } from '../../../src/session/cache/decrypt-cached.ts'
import type { CachedSession } from '../../../src/session/model/session.ts'

const ORIGIN = { accessKeyId: 'AKIA1', serialNumber: 'arn:aws:iam::123456789012:mfa/alice' }
const OLDER: CachedSession = {
  version: 1,
  accessKeyId: 'ASIA1',
  secretAccessKey: 'a secret',
  sessionToken: 'a token',
  expiration: '2026-01-01T20:00:00Z',
  profile: 'work',
  serialNumber: ORIGIN.serialNumber,
  sourceAccessKeyId: ORIGIN.accessKeyId,
}
const NEWER = { ...OLDER, accessKeyId: 'ASIA2', expiration: '2026-01-02T20:00:00Z' }

let cache: string
let key: string | undefined
beforeEach(() => {
  cache = join(mkdtempSync(join(tmpdir(), 'cache-test-')), 'cache')
  key = undefined
})

const paths = () => ({ cache, config: '', credentials: '' })

function contextWith(parts: { keyring?: object; files?: object } = {}): Context {
  const keyring = {
    read: async () => Promise.resolve(key),
    write: async (_: string, made: string) => {
      key = made
      return Promise.resolve()
    },
    ...parts.keyring,
  }
  return {
    files: { ...files, ...parts.files },
    keyring,
    info: () => undefined,
  } as unknown as Context
}

it('encryption of a cached session encrypts the newer one where one was stored meanwhile', async () => {
  const beside = contextWith()
  await storeCached(beside, paths(), OLDER, { isEncrypted: false })
  const slow = contextWith({
    keyring: {
      read: async () => {
        if (key === undefined) await storeCached(beside, paths(), NEWER, { isEncrypted: true })
        return key
      },
    },
  })
  expect(await createDecrypter(slow, paths(), true)(OLDER)).toEqual(OLDER)
  expect(await readCached(beside, paths(), ORIGIN)).toMatchObject({
    version: 2,
    accessKeyId: NEWER.accessKeyId,
  })
})

it('encryption leaves no answer in plain text of a process that was writing it', async () => {
  const beside = contextWith()
  let sealing: Promise<unknown> | undefined
  const replace: typeof files.replace = async (path, ...rest) => {
    if (path.endsWith('.answer')) {
      sealing = createDecrypter(beside, paths(), true)(OLDER)
      await Promise.race([sealing, sleep(200)])
    }
    return files.replace(path, ...rest)
  }
  await storeCached(contextWith({ files: { replace } }), paths(), OLDER, { isEncrypted: false })
  await sealing
  expect((await readCached(beside, paths(), ORIGIN))?.version).toBe(2)
  expect(readdirSync(cache).filter((name) => name.endsWith('.answer'))).toEqual([])
})

it('encryption does not restore a session that was removed meanwhile', async () => {
  const beside = contextWith()
  await storeCached(beside, paths(), OLDER, { isEncrypted: false })
  let forgetting: Promise<unknown> | undefined
  const replace: typeof files.replace = async (path, ...rest) => {
    if (path.endsWith('.json')) {
      forgetting = removeSessionFiles(beside, paths(), () => true)
      await Promise.race([forgetting, sleep(200)])
    }
    return files.replace(path, ...rest)
  }
  await createDecrypter(contextWith({ files: { replace } }), paths(), true)(OLDER)
  await forgetting
  expect(await readCached(beside, paths(), ORIGIN)).toBeUndefined()
})
