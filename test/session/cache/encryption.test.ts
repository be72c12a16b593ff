import { expect, it } from 'vitest'
import {
  parseCacheFile,
  encryptSession,
  decryptSession,
} from '../../../src/session/cache/encryption.ts'
import {
  cacheFileName,
  parseCachedSession,
  type CachedSession,
} from '../../../src/session/model/session.ts'

const ENTRY = {
  accessKeyId: 'ASIA1',
  expiration: '2026-01-01T20:00:00Z',
  profile: 'work',
  serialNumber: 'arn:aws:iam::123456789012:mfa/alice',
  sourceAccessKeyId: 'AKIA1',
}
const SESSION: CachedSession = {
  ...ENTRY,
  version: 1,
  secretAccessKey: 'a secret',
  sessionToken: 'a token',
  roles: [{ arn: 'arn:aws:iam::123456789012:role/admin', externalId: 'x' }],
  obtainedAt: '2026-01-01T08:00:00.000Z',
}
const NAME = cacheFileName(SESSION)
const KEY = new Uint8Array(32).fill(7)

it('an encrypted session is decrypted with its key, and shows no secret without it', () => {
  const sealed = encryptSession(SESSION, NAME, KEY)
  const text = JSON.stringify(sealed)
  expect(text).not.toMatch(/a secret|a token/)
  expect(parseCachedSession(text)).toBeUndefined()
  expect(parseCacheFile(text)).toEqual(sealed)
  expect(cacheFileName(sealed)).toBe(NAME)
  expect(decryptSession(sealed, NAME, KEY)).toEqual(SESSION)
  const plain: CachedSession = { ...ENTRY, secretAccessKey: 's', sessionToken: 't', version: 1 }
  expect(decryptSession(encryptSession(plain, 'n', KEY), 'n', KEY)).toEqual(plain)
})

it('every encryption uses a new nonce', () => {
  const nonces = Array.from({ length: 100 }, () =>
    encryptSession(SESSION, NAME, KEY).sealed.slice(0, 16),
  )
  expect(new Set(nonces).size).toBe(100)
})

it('an encrypted session is decrypted only with its key, under its name and unchanged', () => {
  const sealed = encryptSession(SESSION, NAME, KEY)
  expect(decryptSession(sealed, NAME, new Uint8Array(32).fill(8))).toBeUndefined()
  expect(decryptSession(sealed, 'another.json', KEY)).toBeUndefined()
  for (const change of [
    { accessKeyId: 'ASIA2' },
    { expiration: '2099-01-01T00:00:00Z' },
    { profile: 'other' },
    { serialNumber: 'other' },
    { sourceAccessKeyId: 'AKIA2' },
    { roles: [] },
    { roles: [{ arn: 'arn:aws:iam::123456789012:role/admin', sessionName: 'x' }] },
    { obtainedAt: '2026-01-01T09:00:00.000Z' },
  ]) {
    expect(
      decryptSession({ ...sealed, ...change }, NAME, KEY),
      JSON.stringify(change),
    ).toBeUndefined()
  }
  const bytes = Buffer.from(sealed.sealed, 'base64')
  for (const at of bytes.keys()) {
    const changed = Buffer.from(bytes)
    changed[at]! ^= 1
    const odd = { ...sealed, sealed: changed.toString('base64') }
    expect(decryptSession(odd, NAME, KEY), String(at)).toBeUndefined()
  }
})
