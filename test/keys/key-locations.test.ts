import { expect, it } from 'vitest'
import { storeInKeyring } from '../../src/keys/key-locations.ts'

const KEYS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' }

/** A keyring that accepts everything and gives back what it likes; no real one can be made to. */
function untrue(read: string | undefined) {
  return {
    read: () => Promise.resolve(read),
    write: () => Promise.resolve(),
    remove: () => Promise.resolve(),
  }
}

it('believes a keyring only what it gives back', async () => {
  await storeInKeyring(untrue('secret'), KEYS)
  await expect(storeInKeyring(untrue(undefined), KEYS)).rejects.toThrow('did not return')
  await expect(storeInKeyring(untrue('secre'), KEYS)).rejects.toThrow('did not return')
})
