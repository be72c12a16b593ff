/** Decrypting cached sessions, with a keyring that counts how often it is read. */
import { randomBytes } from 'node:crypto'
import { beforeEach, expect, it } from 'vitest'
import type { Context } from '../../../src/context.ts'
import { Failure } from '../../../src/failure.ts'
import { createDecrypter } from '../../../src/session/cache/decrypt-cached.ts'
import {
  KEY_BYTES,
  encryptSession,
  type EncryptedSession,
} from '../../../src/session/cache/encryption.ts'
import { cacheFileName, type CachedSession } from '../../../src/session/model/session.ts'

const SESSION: CachedSession = {
  version: 1,
  accessKeyId: 'ASIA1',
  secretAccessKey: 'a secret',
  sessionToken: 'a token',
  expiration: '2026-01-01T20:00:00Z',
  profile: 'work',
  serialNumber: 'arn:aws:iam::123456789012:mfa/alice',
  sourceAccessKeyId: 'AKIA1',
}
const PATHS = { cache: '/c', config: '', credentials: '' }

let key: Buffer | undefined
let isLocked: boolean
let reads: number
let said: string[]
beforeEach(() => {
  key = randomBytes(KEY_BYTES)
  isLocked = false
  reads = 0
  said = []
})

function context(): Context {
  const read = async (): Promise<string | undefined> => {
    reads += 1
    if (isLocked) throw new Failure('files', 'The keyring is locked.')
    return Promise.resolve(key?.toString('base64'))
  }
  return { keyring: { read }, info: (line: string) => said.push(line) } as unknown as Context
}

function sealedWith(bytes: Uint8Array = key ?? randomBytes(KEY_BYTES)): EncryptedSession {
  return encryptSession(SESSION, cacheFileName(SESSION), bytes)
}

it('a locked keyring is read once for a session that is looked up many times', async () => {
  isLocked = true
  const open = createDecrypter(context(), PATHS, false)
  const found = sealedWith()
  for (let look = 0; look < 5; look += 1) expect(await open(found)).toBeUndefined()
  expect(reads).toBe(1)
  expect(said).toEqual([
    'The cached session of work is ignored: it is encrypted. The keyring is locked.',
  ])
  isLocked = false
  expect(await open(sealedWith())).toEqual(SESSION)
})

it('a session that cannot be decrypted is tried once, also where sessions must be encrypted', async () => {
  const open = createDecrypter(context(), PATHS, true)
  const found = sealedWith(randomBytes(KEY_BYTES))
  for (let look = 0; look < 5; look += 1) expect(await open(found)).toBeUndefined()
  expect(reads).toBe(1)
  expect(await open(sealedWith())).toEqual(SESSION)
})

it('the keyring is read again where another process has created a new key', async () => {
  const beside = context()
  const open = createDecrypter(beside, PATHS, false)
  expect(await open(sealedWith())).toEqual(SESSION)
  expect(await open(sealedWith())).toEqual(SESSION)
  expect(reads).toBe(1)
  key = randomBytes(KEY_BYTES)
  expect(await open(sealedWith())).toEqual(SESSION)
  expect(reads).toBe(2)
  expect(said).toEqual([])
})

it('the message says whether there is no key, or another one', async () => {
  await createDecrypter(context(), PATHS, false)(sealedWith(randomBytes(KEY_BYTES)))
  const found = sealedWith()
  key = undefined
  await createDecrypter(context(), PATHS, false)(found)
  const none = 'The cached session of work is ignored: the'
  expect(said).toEqual([
    `${none} key in the keyring cannot decrypt it.`,
    `${none} keyring has no key for it.`,
  ])
})
